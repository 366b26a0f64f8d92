#!/usr/bin/env bash
# @octokit/core 7.0.8 with before-after-hook 4.0.0: what a wrapped `request` hook hands on as a copy of its options is lost
# when another hook was wrapped before it. Each hook is called with the options of the call itself, whatever the hook
# around it has handed on; only the innermost hook reaches the request with a copy.
#
# Seen: a hook that puts a signal into a copy gives `fetch` that signal while it is the only hook or the first one, and
# none once another hook is older. As the client's own authentication is such a hook, a deadline set in that way holds in
# a bare client and silently not in one that was given a token. Set on the object that was given, it always arrives.
# It fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"type":"module","private":true}\n' >package.json
npm install --silent --no-audit --no-fund --save-exact @octokit/core@7.0.8 before-after-hook@4.0.0 >/dev/null
cat >look.mjs <<'JS'
import { Octokit } from '@octokit/core';

/** Whether `fetch` is given a signal that hooks have set. */
async function signalWith(wraps) {
  let seen;
  const fetch = async (_url, options) => {
    seen = options.signal;
    return new Response('{}', { status: 200, headers: { 'content-type': 'application/json' } });
  };
  const octokit = new Octokit({ request: { fetch } });
  for (const wrap of wraps) octokit.hook.wrap('request', wrap);
  await octokit.request('GET /');
  return seen instanceof AbortSignal;
}

const signal = AbortSignal.timeout(60_000);
const onCopy = (send, options) => send({ ...options, request: { ...options.request, signal } });
const onGiven = (send, options) => {
  options.request = { ...options.request, signal };
  return send(options);
};
const other = (send, options) => send(options);
/** `auth` makes the client wrap a hook of its own, before any other. */
const withToken = async () => {
  let seen;
  const fetch = async (_url, options) => {
    seen = options.signal;
    return new Response('{}', { status: 200, headers: { 'content-type': 'application/json' } });
  };
  const octokit = new Octokit({ auth: 'not-a-token', request: { fetch } });
  octokit.hook.wrap('request', onCopy);
  await octokit.request('GET /');
  return seen instanceof AbortSignal;
};
console.log(
  [
    `copy, alone: ${await signalWith([onCopy])}`,
    `copy, a newer hook around it: ${await signalWith([onCopy, other])}`,
    `copy, an older hook within it: ${await signalWith([other, onCopy])}`,
    `copy, in a client with a token: ${await withToken()}`,
    `given object, an older hook within it: ${await signalWith([other, onGiven])}`,
  ].join('\n'),
);
process.exit();
JS
node look.mjs | tee seen.txt
cat >expected.txt <<'TEXT'
copy, alone: true
copy, a newer hook around it: true
copy, an older hook within it: false
copy, in a client with a token: false
given object, an older hook within it: true
TEXT
diff expected.txt seen.txt || {
  echo 'What was seen has changed.' >&2
  exit 1
}
