import { afterEach, expect, test } from '@jest/globals';
import { TransientError } from '../../src/domain/errors.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import { settledComment } from '../../src/merger/messages.ts';
import type { FileCommit } from '../../src/ports/merger-github.ts';
import { createHarness, type Harness, publishedLine, where } from './harness.ts';

let harness: Harness;
let before = '';
afterEach(() => harness.end());

test('a pull request that was merged into another branch is not landed here', async () => {
  harness = await createHarness();
  await harness.git('push', '--quiet', 'origin', 'main:other');
  const { number } = await harness.open('hd-1.1', { base: 'other' });
  await harness.octokit.rest.pulls.merge({ ...where, pull_number: number });
  expect(await harness.sweep()).toMatchObject({ merged: [], closed: [] });
});

test('a merge that was wound back out of the base is not closed', async () => {
  harness = await createHarness();
  const before = await harness.git('rev-parse', 'main');
  const { number } = await harness.open('hd-1.1');
  await harness.octokit.rest.pulls.merge({ ...where, pull_number: number });
  await harness.git('push', '--quiet', '--force', 'origin', `${before}:refs/heads/main`);
  expect(await harness.sweep()).toMatchObject({ closed: [] });
});

test('a merger that dies between merge and close: the next sweep closes, once', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  const dying = {
    ...harness.github,
    commitFile: async () => {
      throw new Error('killed');
    },
  };
  await expect(harness.sweep({ github: dying })).rejects.toThrow('killed');
  expect(await harness.sweep()).toMatchObject({ merged: [], closed: [{ task: 'hd-1.1' }] });
  expect(await harness.sweep()).toMatchObject({ merged: [], closed: [] });
});

test('a merger that dies at a landing leaves nothing on it that calls a person', async () => {
  harness = await createHarness();
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  expect(await harness.sweep()).toMatchObject({ waiting: [{ waitsFor: 'person' }] });
  await harness.report(head);
  const dying: typeof harness.github = {
    ...harness.github,
    async merge(pullRequest) {
      await harness.github.merge(pullRequest);
      throw new Error('killed');
    },
  };
  await expect(harness.sweep({ github: dying })).rejects.toThrow('killed');
  expect(await harness.sweep()).toMatchObject({ closed: [{ task: 'hd-1.1' }] });
  const { data } = await harness.octokit.rest.issues.listComments({ ...where, issue_number: number });
  expect(data.map(({ body }) => body)).toEqual([settledComment({ is: 'ready' })]);
});

test('a merge whose answer was lost is looked up, not repeated', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  let merges = 0;
  const github: typeof harness.github = {
    ...harness.github,
    async merge(pullRequest) {
      merges += 1;
      await harness.github.merge(pullRequest);
      return { is: 'unclear', why: 'GitHub did not answer' };
    },
  };
  const once = [{ task: 'hd-1.1' }];
  expect(await harness.sweep({ github })).toMatchObject({ merged: once, closed: once, trouble: undefined });
  expect(merges).toBe(1);
});

test('a close whose answer was lost is not made twice', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  const github: typeof harness.github = {
    ...harness.github,
    async commitFile(commit) {
      await harness.github.commitFile(commit);
      return { is: 'unclear', why: 'GitHub did not answer' };
    },
  };
  expect(await harness.sweep({ github })).toMatchObject({ closed: [{ task: 'hd-1.1' }], trouble: undefined });
  await harness.git('fetch', '--quiet', 'origin', 'main');
  expect((await harness.git('log', '--format=%s', 'FETCH_HEAD')).match(/beads: close/g)).toHaveLength(1);
});

test.each([
  ['nothing', async () => {}],
  ['a commit of the same file', (commit: FileCommit) => harness.github.commitFile({ ...commit, content: before })],
])(
  'a close that comes to %s is told with its line after some tries, and what is ready lands before',
  async (_, make) => {
    harness = await createHarness();
    await harness.open('hd-1.2');
    await harness.open('hd-1.3');
    before = `${await harness.git('show', `main:${ISSUES_PATH}`)}\n`;
    let requests = 0;
    harness.sandbox.onExchange(() => {
      requests += 1;
    });
    const github: typeof harness.github = {
      ...harness.github,
      async commitFile(commit) {
        await make(commit);
        return { is: 'committed', commit: commit.expectedHead };
      },
    };
    const report = await harness.sweep({ github });
    expect(report).toMatchObject({ merged: [{ task: 'hd-1.2' }, { task: 'hd-1.3' }], closed: [] });
    expect(report.trouble?.problem).toContain(`hd-1.2 (${ISSUES_PATH}:2), hd-1.3 (${ISSUES_PATH}:3)`);
    expect(report.trouble?.hint).toContain(`git show origin/main:${ISSUES_PATH} | sed -n '2p;3p'`);
    expect(report.trouble?.exit).toBe('config');
    expect(requests).toBeLessThan(60);
  },
);

test('a publish that comes in between is kept: the close is made again on top of it', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  let published = false;
  const github: typeof harness.github = {
    ...harness.github,
    async commitFile(commit) {
      if (!published) {
        published = true;
        await harness.git('fetch', '--quiet', 'origin', 'main');
        await harness.git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
        const lines = await harness.git('show', `HEAD:${ISSUES_PATH}`);
        await harness.commitTo('main', { [ISSUES_PATH]: `${lines}\n${publishedLine('hd-1.9')}\n` });
      }
      return harness.github.commitFile(commit);
    },
  };
  expect(await harness.sweep({ github })).toMatchObject({ closed: [{ task: 'hd-1.1' }], trouble: undefined });
  const lines = await harness.lines();
  expect(lines.get('hd-1.9')?.status).toBe('open');
  expect(lines.get('hd-1.1')?.status).toBe('closed');
});

test('a head that moves between look and landing is not merged on the old verdict', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  let moved = false;
  const github: typeof harness.github = {
    ...harness.github,
    async merge(pullRequest) {
      if (!moved) {
        moved = true;
        await harness.branch('heddle/hd-1.1/1', { 'src/worse.txt': 'x' });
      }
      return harness.github.merge(pullRequest);
    },
  };
  expect(await harness.sweep({ github })).toMatchObject({
    merged: [],
    closed: [],
    waiting: [{ waitsFor: 'time', reasons: [{ problem: 'no check has reported on its head' }] }],
  });
});

test('a GitHub that fails in passing is waited for, and the sweep ends as if it had not', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  let reads = 0;
  const github: typeof harness.github = {
    ...harness.github,
    async openPullRequests(base) {
      reads += 1;
      if (reads % 2 === 1) throw new TransientError('GitHub did not answer');
      return harness.github.openPullRequests(base);
    },
  };
  const once = [{ task: 'hd-1.1' }];
  expect(await harness.sweep({ github })).toMatchObject({ merged: once, closed: once, trouble: undefined });
});

test('a GitHub that keeps failing ends the sweep, and what was done before is told', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  let merged = false;
  const github: typeof harness.github = {
    ...harness.github,
    async merge(pullRequest) {
      merged = true;
      return harness.github.merge(pullRequest);
    },
    async openPullRequests(base) {
      if (merged) throw new TransientError('GitHub did not answer');
      return harness.github.openPullRequests(base);
    },
  };
  expect(await harness.sweep({ github })).toMatchObject({
    merged: [{ task: 'hd-1.1' }],
    closed: [],
    trouble: { problem: 'GitHub did not answer', exit: 'transient' },
  });
});

test('a GitHub that is silent for longer than a sweep goes on without it is not waited for any more', async () => {
  harness = await createHarness();
  let reads = 0;
  const github: typeof harness.github = {
    ...harness.github,
    async openPullRequests() {
      reads += 1;
      throw new TransientError('GitHub did not answer');
    },
  };
  const silence = { leftMs: () => (reads === 1 ? 60_000 : 1_000) };
  expect(await harness.sweep({ github, silence })).toMatchObject({ trouble: { exit: 'transient' } });
  expect(reads).toBe(2);
});

test('a base that is not there is told, not taken for an empty one', async () => {
  harness = await createHarness();
  expect((await harness.sweep({ base: 'nowhere' })).trouble?.problem).toBe('There is no branch nowhere on GitHub');
});
