#!/usr/bin/env bash
# micromark 4.0.2 with micromark-extension-frontmatter 2.0.0: of a text that begins with `---` and has no second one, every
# list is lost.
#
# Without the extension the first line is a thematic break, and what follows is as always. With it, the break and the
# headings are still there, but what should be a list comes out as a paragraph that begins with "- ".
# Source: read with the two packages below; a plan in Markdown that begins with a rule loses its tasks that way.
# It fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund micromark@4.0.2 micromark-extension-frontmatter@2.0.0
cat >see.mjs <<'JS'
import { micromark } from 'micromark';
import { frontmatter, frontmatterHtml } from 'micromark-extension-frontmatter';

const withIt = { extensions: [frontmatter()], htmlExtensions: [frontmatterHtml()] };
const body = '\n# Plan\n\n- one\n- two\n';
console.log('without the extension:', JSON.stringify(micromark(`---\n${body}`)));
console.log('with it:', JSON.stringify(micromark(`---\n${body}`, withIt)));
console.log('with it, closed:', JSON.stringify(micromark(`---\na: b\n---\n${body}`, withIt)));
console.log('with it, not begun:', JSON.stringify(micromark(body, withIt)));
JS
node see.mjs | tee seen.txt
cat >expected.txt <<'TEXT'
without the extension: "<hr />\n<h1>Plan</h1>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
with it: "<hr />\n<h1>Plan</h1>\n<p>- one\n- two</p>\n"
with it, closed: "<h1>Plan</h1>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
with it, not begun: "<h1>Plan</h1>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
TEXT
diff expected.txt seen.txt || {
  echo 'What was seen has changed.' >&2
  exit 1
}
