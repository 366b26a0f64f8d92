/** A worker whose worktree is taken away from under it, below a folder that is somebody's repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { WorktreeLost } from '../../src/domain/errors.ts';
import { patiently } from '../../src/worker/perform.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { Bench, BRANCH, clearTemplate, TASK, TOKEN } from './bench.ts';
import { HARMS, type Harm, Surroundings } from './harms.ts';

let bench: Bench;
let around: Surroundings;
beforeEach(() => {
  bench = new Bench();
  around = new Surroundings(bench);
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

async function work() {
  return await runWorker(await bench.deps(), { task: TASK, token: TOKEN, round: 1, agent: 'scripted' });
}
const runs = () => readFileSync(join(bench.folder, 'runs'), 'utf8').trim().split('\n').length;
const counted = () => `echo run >> '${join(bench.folder, 'runs')}'`;
const COMMITS = 'echo hello > greeting.txt; git add greeting.txt; git commit -qm Greet';
const changedOnRemote = () => bench.onRemote('diff', '--name-only', 'main', BRANCH);
const next: Record<Harm['how'], string> = {
  unlinked: 'the next attempt goes on with what is in the folder',
  gone: 'the next attempt makes it anew',
  foreign: 'the next attempt makes it anew, and moves what is there now aside, to bd-e.1-1.kept',
};
const lost = ({ how, why }: Harm) => ({
  is: 'waiting',
  reason: expect.stringMatching(new RegExp(`^worktree lost: ${why}.*; ${next[how]}$`)),
});
const [unlinks] = HARMS;
if (unlinks === undefined) throw new Error('there is no harm');

describe.each(HARMS)('an agent that $name', (harm) => {
  test('and has committed: that is an outcome of its own, and the next attempt checks and pushes the commits', async () => {
    bench.agentDoes(`${counted()}; ${COMMITS}; echo more > more.txt; ${around.script(harm)}`);
    expect(await work()).toMatchObject(lost(harm));
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');

    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(runs()).toBe(1);
    expect(changedOnRemote()).toBe(harm.how === 'unlinked' ? 'greeting.txt\nmore.txt' : 'greeting.txt');
    expect(around.changes()).toEqual([]);
  });

  test('and has committed nothing: the agent of the next attempt has a whole worktree', async () => {
    bench.agentDoes(`${counted()}; ${around.script(harm)}`);
    expect(await work()).toMatchObject(lost(harm));

    bench.agentDoes(`${counted()}; test "$(cat README.md)" = hello && ${COMMITS}`);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(runs()).toBe(2);
    expect(changedOnRemote()).toBe('greeting.txt');
    expect(around.changes()).toEqual([]);
  });

  test('in its set-up: no agent is started in what stands there', async () => {
    bench.agentDoes(counted(), `worktree: { setup: ${JSON.stringify(around.script(harm))} }`);
    expect(await work()).toMatchObject(lost(harm));
    expect(existsSync(join(bench.folder, 'runs'))).toBe(false);
    expect(around.changes()).toEqual([]);
  });

  test('while its work is verified: what was verified is pushed by the next attempt, and nothing else', async () => {
    bench.agentDoes(`${counted()}; ${COMMITS}`, `verify: ${JSON.stringify(around.script(harm))}`);
    expect(await work()).toMatchObject(lost(harm));
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(runs()).toBe(1);
    expect(changedOnRemote()).toBe('greeting.txt');
    expect(around.changes()).toEqual([]);
  });
});

test('an agent that commits after it has removed its .git file reaches no repository above', async () => {
  bench.agentDoes(`rm .git; git add --all; git commit -qm All; true`);
  expect(await work()).toMatchObject(lost(unlinks));
  expect(around.changes()).toEqual([]);
});

test('an agent that removes git’s entry of its worktree has lost it, too', async () => {
  bench.agentDoes('rm -r "$(git rev-parse --git-dir)"');
  expect(await work()).toMatchObject({ reason: expect.stringContaining("worktree lost: git's entry of it is gone; ") });
});

test('a verify command is not started where a hook has lost the worktree', async () => {
  const seen = join(bench.folder, 'verified');
  const hook = join(bench.checkout, '.git/hooks/post-commit');
  bench.agentDoes(
    `echo '{}' > .beads/issues.jsonl; git add --all; ${COMMITS}; printf '#!/bin/sh\\nrm .git\\n' > '${hook}'; chmod +x '${hook}'`,
    `verify: "touch '${seen}'"`,
  );
  expect(await work()).toMatchObject(lost(unlinks));
  expect(existsSync(seen)).toBe(false);
});

test('a worktree that is lost is not waited for', async () => {
  const clock = { ...systemClock, sleep: () => Promise.reject(new Error('it waits')) };
  const perform = () => Promise.reject(new WorktreeLost('gone', 'its folder is gone'));
  const tried = patiently({ clock, stop: new AbortController().signal }, () => undefined, perform);
  await expect(tried).rejects.toThrow('its folder is gone');
});

test('an agent that is asked for more and only loses its worktree has done nothing that could be taken over', async () => {
  bench.agentDoes(COMMITS);
  await work();
  const { metadata } = bench.beads.at(TASK);
  bench.beads.put(TASK, { metadata: { ...metadata, phase: 'working', reason: 'CI is red' } });
  bench.agentDoes(around.script(unlinks));
  expect(await work()).toMatchObject(lost(unlinks));
  expect(bench.beads.at(TASK).metadata.phase).toBe('working');
});
