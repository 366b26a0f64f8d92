import { afterEach, expect, test } from '@jest/globals';
import { createClient } from '../../../src/adapters/github/client.ts';
import { outcomeOf } from '../../../src/adapters/github/landing.ts';
import { createMergerGitHub } from '../../../src/adapters/github/merger.ts';
import { sha } from '../../../src/domain/ids.ts';
import { fastClock } from '../../merger/harness.ts';
import { type Answer, cutOff, json, type ScriptedServer, serve } from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

const head = sha('a'.repeat(40));
async function merge(...answers: Answer[]) {
  server = await serve(...answers);
  const client = createClient({ token: 't', apiUrl: server.url, clock: fastClock() });
  return createMergerGitHub(client, { owner: 'acme', name: 'loom' }).merge({ number: 1, head, method: 'merge' });
}

test.each([
  ['Base branch was modified. Review and try the merge again.', { is: 'base moved' }],
  ['Pull Request is not mergeable', { is: 'not mergeable' }],
  [
    'Changes must be made through the merge queue',
    { is: 'refused', why: 'Changes must be made through the merge queue' },
  ],
  ['Something never seen', { is: 'refused', why: 'Something never seen' }],
])('405 “%s” has its own meaning', (message, outcome) => {
  expect(outcomeOf({ status: 405, message })).toEqual(outcome);
});

test('409 means that the head moved', async () => {
  expect(await merge(json(409, { message: 'Head branch was modified. Review and try the merge again.' }))).toEqual({
    is: 'head moved',
  });
});

test.each<[string, Answer]>([
  ['a 500', json(500, { message: 'x' })],
  ['a 502', json(502, { message: 'x' })],
  ['a lost connection', cutOff],
  ['success without a commit', json(200, { merged: false, message: 'x', sha: null })],
])('%s is no answer: it may have been merged', async (_, answer) => {
  expect(await merge(answer)).toMatchObject({ is: 'unclear' });
  expect(server?.requests).toHaveLength(1);
});

test('a merge that GitHub confirms names its commit', async () => {
  expect(await merge(json(200, { merged: true, message: 'ok', sha: head }))).toEqual({ is: 'merged', commit: head });
});
