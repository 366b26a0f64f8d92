/** Lists that GitHub gives in pages are read whole, up to where there is nothing more to know. */
import { afterEach, expect, test } from '@jest/globals';
import { createClient } from '../../../src/adapters/github/client.ts';
import { inspectBranch } from '../../../src/adapters/github/inspect.ts';
import { createMergerGitHub } from '../../../src/adapters/github/merger.ts';
import { pagesFrom } from '../../../src/adapters/github/pages.ts';
import { activeRules } from '../../../src/adapters/github/rules.ts';
import { TransientError } from '../../../src/domain/errors.ts';
import { fastClock } from '../../merger/harness.ts';
import { type Answer, cutOff, json, type ScriptedServer, serve } from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

const repository = { owner: 'acme', name: 'loom' };
async function against(...answers: Answer[]) {
  server = await serve(...answers);
  return createClient({ token: 't', apiUrl: server.url, clock: fastClock() });
}

/** A page with a link to another one. */
function withMore(items: readonly unknown[]): Answer {
  return (response) => {
    const link = `<http://${response.req.headers.host}/next>; rel="next"`;
    json(200, items, { link })(response);
  };
}
const files = (...names: string[]) => names.map((filename) => ({ filename }));

test('rules beyond a page are read, for the merger and for the doctor', async () => {
  const pages = [withMore([{ type: 'deletion' }]), json(200, [{ type: 'merge_queue' }])];
  expect(await activeRules(await against(...pages), repository, 'main')).toEqual([
    { type: 'deletion' },
    { type: 'merge_queue' },
  ]);
  await server?.close();
  const { rules } = await inspectBranch(await against(json(200, {}), ...pages), repository, 'main');
  expect(rules).toEqual(['deletion', 'merge_queue']);
});

test('a list of which a later page is cut off is no list', async () => {
  const client = await against(withMore([{ type: 'deletion' }]), cutOff);
  await expect(activeRules(client, repository, 'main')).rejects.toBeInstanceOf(TransientError);
});

test('files are read as long as there are some to come, and no further', async () => {
  const github = createMergerGitHub(
    await against(withMore([{ filename: 'b', previous_filename: 'a' }]), withMore(files('c')), json(200, files('d'))),
    repository,
  );
  expect(await github.changedFiles({ number: 7, changedFiles: 2 })).toEqual({ paths: ['b', 'a', 'c'], complete: true });
  expect(server?.requests).toHaveLength(2);
});

test('more files than GitHub lists are not asked for', async () => {
  const page = withMore(Array.from({ length: 1_500 }, (_, at) => ({ filename: `${at}` })));
  const github = createMergerGitHub(await against(page), repository);
  expect(await github.changedFiles({ number: 7, changedFiles: 9_000 })).toMatchObject({ complete: false });
  expect(server?.requests).toHaveLength(2);
});

test('a page that says there is more, but not where, is half an answer', async () => {
  const lost = { pageInfo: { hasNextPage: true, endCursor: null } };
  const read = async () => {
    for await (const page of pagesFrom(lost, async () => lost)) expect(page).toBe(lost);
  };
  await expect(read()).rejects.toBeInstanceOf(TransientError);
});
