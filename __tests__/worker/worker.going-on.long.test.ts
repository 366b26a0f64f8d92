import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { branchOf, runTag, sha, tokenOf } from '../../src/domain/ids.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { until } from '../fakes/wait.ts';
import { Bench, BRANCH, clearTemplate, TASK, TOKEN } from './bench.ts';

const start = { task: TASK, token: TOKEN, round: 1, agent: 'scripted' };
const GREETS = 'echo hello > greeting.txt';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

async function work() {
  return await runWorker(await bench.deps(), start);
}
const metadata = () => bench.beads.at(TASK).metadata;
async function family(): Promise<number> {
  return (await (await bench.processes()).tagged()).length;
}

describe('a worker that goes on where another was cut off', () => {
  async function cutOff(change: 'before push' | 'before pull request' | 'before the record') {
    bench.agentDoes(GREETS);
    await work();
    const { pr_number: _, ...rest } = metadata();
    if (change !== 'before the record') bench.pullRequests.all.length = 0;
    if (change === 'before push') bench.onRemote('update-ref', '-d', `refs/heads/${BRANCH}`);
    bench.beads.put(TASK, { metadata: { ...rest, phase: 'committed', attempt: 2 } });
    bench.agentDoes('echo agent was run > again.txt');
  }

  test.each(['before push', 'before pull request', 'before the record'] as const)(
    'cut off %s: the same pull request, without the agent',
    async (when) => {
      await cutOff(when);
      expect(await work()).toEqual({ is: 'pull request', number: 1 });
      expect(bench.pullRequests.all).toHaveLength(1);
      expect(bench.onRemote('diff', '--name-only', 'main', BRANCH)).toBe('greeting.txt');
      expect(metadata()).toMatchObject({ phase: 'pr_created', pr_number: 1 });
    },
  );

  test('Beads has forgotten everything: the open pull request is found by its branch', async () => {
    await cutOff('before the record');
    bench.beads.put(TASK, { metadata: { phase: 'spawned', round: 1, attempt: 1 } });
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(existsSync(join(bench.worktree, 'again.txt'))).toBe(false);
  });

  test('more is asked for on an open pull request: the agent runs, and has to add something', async () => {
    await cutOff('before the record');
    bench.beads.put(TASK, { metadata: { ...metadata(), phase: 'working', reason: 'CI is red' } });
    bench.agentDoes('true');
    expect(await work()).toMatchObject({ reason: 'nothing done: nothing was added to the pull request' });
    bench.agentDoes('echo more > more.txt');
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(bench.onRemote('diff', '--name-only', 'main', BRANCH)).toBe('greeting.txt\nmore.txt');
  });

  test('a round that goes on from the head of an earlier one starts there', async () => {
    bench.agentDoes(GREETS);
    await work();
    const earlier = bench.onRemote('rev-parse', BRANCH);
    bench.beads.put(TASK, { metadata: { phase: 'spawned', round: 2, attempt: 1, head_sha: sha(earlier) } });
    bench.agentDoes('echo more > more.txt');
    expect(await runWorker(await bench.deps(), { ...start, round: 2 })).toEqual({ is: 'pull request', number: 2 });
    expect(bench.onRemote('rev-parse', `${branchOf(TASK, 2)}~1`)).toBe(earlier);
  });

  test('somebody pushed on top of ours: adopted', async () => {
    await cutOff('before pull request');
    const theirs = bench.onRemote('commit-tree', `${BRANCH}^{tree}`, '-p', BRANCH, '-m', 'theirs');
    bench.onRemote('update-ref', `refs/heads/${BRANCH}`, theirs);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(metadata().head_sha).toBe(theirs);
  });

  test('somebody pushed to the pull request, and more is asked for: the agent goes on from there', async () => {
    bench.agentDoes(GREETS);
    await work();
    const theirs = bench.onRemote('commit-tree', `${BRANCH}^{tree}`, '-p', BRANCH, '-m', 'theirs');
    bench.onRemote('update-ref', `refs/heads/${BRANCH}`, theirs);
    bench.beads.put(TASK, { metadata: { ...metadata(), phase: 'working' } });
    bench.agentDoes('echo more > more.txt');
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(bench.onRemote('rev-parse', `${BRANCH}~1`)).toBe(theirs);
  });

  test('the remote branch went another way: a person is needed, and nothing is overwritten', async () => {
    await cutOff('before pull request');
    const theirs = bench.onRemote('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'theirs');
    bench.onRemote('update-ref', `refs/heads/${BRANCH}`, theirs);
    expect(await work()).toMatchObject({ is: 'needs a person', reason: expect.stringMatching(/^diverged: /) });
    expect(bench.onRemote('rev-parse', BRANCH)).toBe(theirs);
  });

  test('a person closed the pull request: nothing is started again', async () => {
    await cutOff('before the record');
    await bench.pullRequests.close(1);
    expect(await work()).toMatchObject({ is: 'needs a person', reason: expect.stringContaining('#1 was closed') });
    expect(existsSync(join(bench.worktree, 'again.txt'))).toBe(false);
  });
});

describe('a worker that has lost its task', () => {
  const OTHER = tokenOf('other', 'fedcba9');

  test('does nothing when the token is not its own', async () => {
    bench.agentDoes(GREETS);
    bench.beads.put(TASK, { assignee: OTHER });
    const before = structuredClone(bench.beads.at(TASK));
    expect(await work()).toEqual({ is: 'replaced' });
    expect(bench.beads.at(TASK)).toEqual(before);
    expect(existsSync(bench.worktree)).toBe(false);
  });

  test.each([
    ['working', false],
    ['committed', true],
  ] as const)('learns it from a refused write (%s), stops, and keeps its work', async (phase, worked) => {
    bench.agentDoes(GREETS);
    bench.beads.beforeUpdate = (change) => {
      if (change.set?.phase === phase) bench.beads.put(TASK, { assignee: OTHER });
    };
    expect(await work()).toEqual({ is: 'replaced' });
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
    expect(existsSync(join(bench.worktree, 'greeting.txt'))).toBe(worked);
  });

  test('taken over after its push, it makes no pull request', async () => {
    bench.agentDoes(GREETS);
    bench.beads.beforeUpdate = (change) => {
      if (change.set?.head_sha !== undefined && change.set.phase === undefined)
        bench.beads.put(TASK, { assignee: OTHER });
    };
    expect(await work()).toEqual({ is: 'replaced' });
    expect(bench.pullRequests.all).toEqual([]);
  });

  test('closed by a person while the agent runs: its work is kept, nothing is pushed', async () => {
    bench.agentDoes(GREETS);
    bench.beads.beforeUpdate = (change) => {
      if (change.set?.phase === 'committed') bench.beads.put(TASK, { status: 'closed' });
    };
    expect(await work()).toEqual({ is: 'replaced' });
    expect(bench.inWorktree('show', 'HEAD:greeting.txt')).toBe('hello');
  });
});

describe('one worker per task', () => {
  test('asked to end, it ends its agent and writes nothing; the next start goes on', async () => {
    bench.agentDoes(`${GREETS}; echo started; sleep 1000`);
    const ending = work();
    await until('the agent runs', async () => existsSync(join(bench.worktree, 'greeting.txt')) && (await family()) > 0);
    bench.stopping.abort();
    expect(await ending).toEqual({ is: 'stopped' });
    expect(await family()).toBe(0);
    expect(metadata().reason).toBeUndefined();
  });

  test('what is left of an earlier start is ended before the worktree is touched', async () => {
    const { repositoryKey } = await bench.git();
    const tag = runTag({ repository: repositoryKey, task: TASK, round: 1, token: tokenOf('host', '0000000') });
    await (await bench.processes()).startDetached({
      file: 'sleep',
      args: ['1000'],
      cwd: bench.folder,
      env: { PATH: process.env['PATH'] ?? '', HEDDLE_RUN: tag },
      logFile: join(bench.folder, 'old.log'),
    });
    expect(await family()).toBe(1);
    bench.agentDoes(GREETS);
    expect(await work()).toMatchObject({ is: 'pull request' });
    expect(await family()).toBe(0);
  });
});
