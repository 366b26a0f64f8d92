import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TransientError } from '../../src/domain/errors.ts';
import { markerText } from '../../src/domain/marker.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { clockSince } from '../fakes/time.ts';
import { Bench, BRANCH, clearTemplate, SECRET, TASK, TOKEN } from './bench.ts';

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
async function logText(attempt = 1): Promise<string> {
  return readFileSync(join((await bench.git()).stateFolder, 'logs', TASK, `1-${attempt}.log`), 'utf8');
}
async function family(): Promise<number> {
  return (await (await bench.processes()).tagged()).length;
}

describe('a task that goes well', () => {
  test('goes from its claim to an open pull request, each phase recorded', async () => {
    bench.agentDoes(GREETS);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    const { pid, start: started } = (await bench.processes()).self();
    const head = bench.onRemote('rev-parse', BRANCH);
    expect(bench.beads.phases).toEqual(['working', 'committed', 'pr_created']);
    expect(metadata()).toEqual({
      phase: 'pr_created',
      round: 1,
      attempt: 1,
      agent_pid: pid,
      agent_host: (await bench.processes()).host(),
      agent_start: started,
      worktree: '../repo-worktrees/bd-e.1-1',
      branch: 'heddle/bd-e.1/1',
      base_sha: bench.onRemote('rev-parse', 'main'),
      head_sha: head,
      pr_number: 1,
    });
    expect(bench.onRemote('show', `${BRANCH}:greeting.txt`)).toBe('hello');
    expect(bench.onRemote('log', '-1', '--format=%an: %s', BRANCH)).toBe('A User: Add a greeting');
    const [made] = bench.pullRequests.all;
    expect(made).toMatchObject({ base: 'main', title: 'Add a greeting', labels: [], head });
    expect(made?.body).toContain(markerText({ task: TASK, round: 1 }));
    expect(await family()).toBe(0);
  });

  test('a pull request that landed while its answer was lost is recorded, not opened once more', async () => {
    bench.agentDoes(GREETS);
    const deps = await bench.deps();
    const { pullRequests } = bench;
    const open = pullRequests.open.bind(pullRequests);
    pullRequests.open = async (want) => {
      const { number, state } = await open(want);
      if (state === 'merged') return await open(want);
      pullRequests.set(number, { state: 'merged', mergeCommit: pullRequests.all[0]?.head });
      throw new TransientError('GitHub did not answer in time.');
    };
    expect(await runWorker(deps, start)).toEqual({ is: 'pull request', number: 1 });
    expect(pullRequests.all).toHaveLength(1);
  });

  test('a worker that has lost its task while GitHub did not answer opens none', async () => {
    bench.agentDoes(GREETS);
    const deps = await bench.deps();
    let tries = 0;
    bench.pullRequests.open = async () => {
      tries += 1;
      bench.beads.put(TASK, { assignee: 'heddle-elsewhere-1' });
      throw new TransientError('GitHub did not answer in time.');
    };
    expect(await runWorker(deps, start)).toEqual({ is: 'replaced' });
    expect(tries).toBe(1);
  });

  test('the prompt holds the task, what it builds on and the rules, and texts of the issue are never read as template', async () => {
    bench.beads.put(TASK, {
      description: 'Explain {{rules}} and $& to people.',
      dependencies: [{ on: bench.beads.at(TASK).id, type: 'parent-child' }],
    });
    bench.agentDoes(`cat > greeting.txt`);
    await work();
    const prompt = bench.onRemote('show', `${BRANCH}:greeting.txt`);
    expect(prompt).toContain('# Add a greeting');
    expect(prompt).toContain('Explain {{rules}} and $& to people.');
    expect(prompt).toContain('Do not push');
  });

  test('the template is the user’s own if there is one', async () => {
    bench.agentDoes('cat > greeting.txt', 'prompt: prompt.md');
    bench.write('prompt.md', 'Do {{id}}: {{title}}{{#notes}} NOTES {{notes}}{{/notes}}');
    await work();
    expect(bench.onRemote('show', `${BRANCH}:greeting.txt`)).toBe('Do bd-e.1: Add a greeting');
  });

  test('the agent has no token, no credential helper, no ssh agent and no bd', async () => {
    bench.agentDoes(
      'env > env.txt; git config --get-all credential.helper | tail -1 > helper.txt; bd list 2> bd.txt && echo ran >> bd.txt; true',
    );
    await work();
    const shown = (path: string) => bench.onRemote('show', `${BRANCH}:${path}`);
    expect(shown('env.txt')).not.toMatch(/^(GITHUB_TOKEN|GH_TOKEN|SSH_AUTH_SOCK|HEDDLE_ROLE|BEADS_DIR)=/m);
    expect(shown('env.txt')).not.toContain(SECRET);
    expect(shown('env.txt')).toContain('GIT_TERMINAL_PROMPT=0');
    expect(shown('helper.txt')).toBe('');
    expect(shown('bd.txt')).toMatch(/^bd is not for agents/);
    expect(shown('bd.txt')).not.toContain('ran');
  });

  test('what an agent changes in .beads is left out, the rest goes on', async () => {
    bench.agentDoes(`${GREETS}; echo junk >> .beads/issues.jsonl; git add -A; git commit -qm mine`);
    expect(await work()).toMatchObject({ is: 'pull request' });
    expect(bench.onRemote('diff', '--name-only', 'main', BRANCH)).toBe('greeting.txt');
  });

  test('secrets that an agent prints are in no log', async () => {
    bench.agentDoes(`${GREETS}; echo "the token is ${SECRET} and ghp_${'a'.repeat(36)}"`);
    await work();
    expect(await logText()).toContain('the token is [secret] and [secret]');
  });

  test('what the agent leaves running is ended, also what made a session of its own', async () => {
    bench.agentDoes(`${GREETS}; setsid sleep 1000 & sleep 1000 &`);
    expect(await work()).toMatchObject({ is: 'pull request' });
    expect(await family()).toBe(0);
  });

  test('the user’s own checkout is not touched', async () => {
    bench.write('mine.txt', 'unsaved');
    bench.inCheckout('add', 'mine.txt');
    const before = [bench.inCheckout('status', '--porcelain'), bench.inCheckout('rev-parse', 'HEAD')];
    bench.agentDoes(GREETS);
    await work();
    expect([bench.inCheckout('status', '--porcelain'), bench.inCheckout('rev-parse', 'HEAD')]).toEqual(before);
  });
});

describe('a task that does not', () => {
  test.each([
    ['does nothing', 'true', 'nothing done: no file differs from the base'],
    ['fails', `${GREETS}; echo no tests pass; exit 7`, 'failed: exit code 7: no tests pass'],
    ['dies', `${GREETS}; kill -9 $$`, 'died: ended by signal 9'],
    ['touches .github', 'mkdir .github; echo x > .github/w.yml', 'refused path: a task may not change .github/w.yml'],
    ['checks out another branch', `${GREETS}; git checkout -qb other`, 'left its branch: the worktree is on other'],
  ])('an agent that %s: a reason, and a later try while attempts are left', async (_, script, reason) => {
    bench.agentDoes(script);
    expect(await work()).toMatchObject({ is: 'waiting', reason: expect.stringContaining(reason) });
    expect(metadata().reason).toContain(reason);
    expect(Date.parse(metadata().retry_at ?? '')).toBeGreaterThan(Date.now());
    expect(metadata().phase).toBe('working');
    expect(bench.pullRequests.all).toEqual([]);
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
  });

  test('after the last attempt a person is needed', async () => {
    bench.beads.put(TASK, { metadata: { round: 1, attempt: 3, reason: 'failed', retry_at: '2026-01-01T00:00:00Z' } });
    bench.agentDoes('exit 1');
    expect(await work()).toMatchObject({ is: 'needs a person' });
    expect(metadata().retry_at).toBeUndefined();
    expect(metadata().reason).toBe('failed: exit code 1');
  });

  test('an agent that is silent, or takes too long, is ended with all that it started, and its work is kept', async () => {
    bench.agentDoes(`${GREETS}; sleep 1000 & sleep 1000`, 'limits: { silence_seconds: 1 }');
    const greeting = join(bench.worktree, 'greeting.txt');
    const deps = { ...(await bench.deps()), clock: clockSince(() => existsSync(greeting)) };
    expect(await runWorker(deps, start)).toMatchObject({ reason: 'went silent: no output for 1 seconds' });
    expect(await family()).toBe(0);
    expect(existsSync(greeting)).toBe(true);
    bench.agentDoes('while echo tick; do sleep 0.1; done', 'limits: { wall_clock_seconds: 1 }');
    expect(await work()).toMatchObject({ reason: 'timed out: not done after 1 seconds' });
  });

  test('the next attempt hears of the last one, and finds its work', async () => {
    bench.agentDoes(`${GREETS}; git add -A; git commit -qm half; echo more > more.txt; echo bad luck; exit 1`);
    await work();
    bench.beads.put(TASK, { metadata: { ...metadata(), attempt: 2 } });
    bench.agentDoes('cat > prompt.txt');
    expect(await work()).toMatchObject({ is: 'pull request' });
    const prompt = bench.onRemote('show', `${BRANCH}:prompt.txt`);
    expect(prompt).toContain('failed: exit code 1: bad luck');
    expect(prompt).toContain('1 commit of an earlier attempt');
    expect(prompt).toContain('uncommitted changes');
    expect(metadata().reason).toBeUndefined();
    expect(bench.onRemote('show', `${BRANCH}:greeting.txt`)).toBe('hello');
  });

  test('a verify command that fails keeps the work from being pushed, with the end of its output', async () => {
    bench.agentDoes(GREETS, 'verify: "echo 1 test failed; exit 1"');
    expect(await work()).toMatchObject({ reason: 'verify failed: exit code 1: 1 test failed' });
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
    expect(bench.beads.phases).toEqual(['working']);
  });

  test('a set-up that fails starts no agent', async () => {
    bench.agentDoes(GREETS, 'worktree: { setup: "echo no network; exit 1" }');
    expect(await work()).toMatchObject({ reason: 'setup failed: exit code 1: no network' });
    expect(existsSync(join(bench.worktree, 'greeting.txt'))).toBe(false);
  });

  test('a hook of the user’s that refuses the commit is the reason', async () => {
    writeFileSync(join(bench.checkout, '.git/hooks/pre-commit'), '#!/bin/sh\necho wrong style\nexit 1\n', {
      mode: 0o755,
    });
    bench.agentDoes(GREETS);
    expect(await work()).toMatchObject({ reason: expect.stringContaining('commit refused: wrong style') });
  });

  test('a push that the remote refuses needs a person, in the remote’s words', async () => {
    writeFileSync(join(bench.remote, 'hooks/pre-receive'), '#!/bin/sh\necho not today\nexit 1\n', { mode: 0o755 });
    bench.agentDoes(GREETS);
    expect(await work()).toMatchObject({
      is: 'needs a person',
      reason: expect.stringMatching(/^push refused: .*not today/),
    });
    expect(metadata().phase).toBe('committed');
  });

  test('an agent that neither Heddle nor heddle.yml knows needs a person', async () => {
    expect(await work()).toMatchObject({
      is: 'needs a person',
      reason: expect.stringContaining('no agent "scripted"'),
    });
  });
});
