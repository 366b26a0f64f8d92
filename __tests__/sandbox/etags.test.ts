import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const get = (path: string, token: string | null, etag?: string) =>
  fetch(`${stage.sandbox.url}${path}`, {
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    },
  });
const branches = '/repos/acme/project/branches';
const used = (response: Response): number => Number(response.headers.get('x-ratelimit-used'));

test('what has not changed is a 304 without a body, and costs nothing', async () => {
  const { user } = stage.sandbox.tokens;
  const first = await get(branches, user);
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, etag]).toEqual([200, expect.stringMatching(/^W\/"[0-9a-f]{64}"$/)]);
  const second = await get(branches, user, etag);
  expect([second.status, await second.text(), second.headers.get('etag'), used(second)]).toEqual([
    304,
    '',
    etag,
    used(first),
  ]);
  const unasked = await get(branches, user);
  expect([unasked.status, used(unasked)]).toEqual([200, used(first) + 1]);
  expect(Number(unasked.headers.get('x-ratelimit-remaining'))).toBe(5000 - used(unasked));

  await stage.branch('feature', { 'a.txt': 'a\n' });
  const changed = await get(branches, user, etag);
  expect([changed.status, used(changed)]).toEqual([200, used(first) + 2]);
});

test('a tag holds for one token alone, and saves nobody who is anonymous a request', async () => {
  const { sandbox } = stage;
  const mine = (await get(branches, sandbox.tokens.user)).headers.get('etag') ?? '';
  expect((await get(branches, sandbox.tokens.userAs('grace'), mine)).status).toBe(200);
  const first = await get(branches, null);
  const again = await get(branches, null, first.headers.get('etag') ?? '');
  expect([again.status, used(again)]).toEqual([304, used(first) + 1]);
});

test('asking what is left of the limit costs nothing; GraphQL has a limit of its own', async () => {
  const { octokit } = stage;
  await octokit.repos.get({ owner: 'acme', repo: 'project' });
  const before = (await octokit.rateLimit.get()).data.resources;
  await octokit.graphql('{ viewer { login } }');
  const after = (await octokit.rateLimit.get()).data.resources;
  expect([after.core.used, after.graphql?.used]).toEqual([before.core.used, (before.graphql?.used ?? 0) + 1]);
});

test('a refusal has no tag', async () => {
  const missing = await get('/repos/acme/project/pulls/7', stage.sandbox.tokens.user);
  expect([missing.status, missing.headers.get('etag')]).toEqual([404, null]);
});
