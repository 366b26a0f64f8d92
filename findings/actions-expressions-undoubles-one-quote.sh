#!/usr/bin/env bash
# @actions/expressions 0.3.61: of a text literal with several doubled quotes only the first pair becomes one quote.
#
# A quote inside of a literal is written twice, and stands for one. Seen: a literal with one such pair comes out right; of
# one with two pairs the second stays doubled, so that comparing it with the text that was meant is false.
# It fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @actions/expressions@0.3.61
cat >see.mjs <<'JS'
import { Evaluator, Lexer, Parser, data } from '@actions/expressions';

const valueOf = (text) => {
  const { tokens } = new Lexer(text).lex();
  const tree = new Parser(tokens, [], []).parse();
  return new Evaluator(tree, new data.Dictionary()).evaluate().coerceString();
};
for (const text of ["'plain'", "'it''s'", "'a ''word'' here'"]) console.log(`${text} is ${valueOf(text)}`);
JS
node see.mjs | tee seen.txt
cat >expected.txt <<'TEXT'
'plain' is plain
'it''s' is it's
'a ''word'' here' is a 'word'' here
TEXT
diff expected.txt seen.txt || {
  echo 'What was seen has changed.' >&2
  exit 1
}
