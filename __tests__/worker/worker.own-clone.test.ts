/** What hooks and programs that a worker runs may do to the user's clone, and to what is pushed from it. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runWorker } from '../../src/worker/worker.ts';
import { Bench, BRANCH, clearTemplate, TASK, TOKEN } from './bench.ts';

let bench: Bench;
let before: string;
beforeEach(() => {
  bench = new Bench();
  before = config();
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

const config = (): string => readFileSync(join(bench.checkout, '.git/config'), 'utf8');
const work = async () => await runWorker(await bench.deps(), { task: TASK, token: TOKEN, round: 1, agent: 'scripted' });
const GREETS = 'echo hello > greeting.txt';
const seen = (): string => readFileSync(join(bench.folder, 'seen'), 'utf8').trim();

function hook(name: string, script: string): void {
  const file = join(bench.checkout, '.git/hooks', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A test suite that makes a repository of its own. */
const scratch = () =>
  `cd "$(mktemp -d '${bench.folder}/scratch.XXXXXX')" && git init --quiet && git config user.email t@t && echo ran >>'${bench.folder}/seen'`;
const MAKE_BARE = () => `git --git-dir='${bench.checkout}/.git' config core.bare true`;
const NOTE_BARE = () => `git --git-dir='${bench.checkout}/.git' config core.bare >>'${bench.folder}/seen'`;

describe('a hook that makes a repository of its own', () => {
  test('leaves the user’s configuration as it is, and the pull request is made', async () => {
    for (const name of ['pre-commit', 'pre-push']) hook(name, scratch());
    bench.agentDoes(GREETS);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(seen()).toBe('ran\nran');
    expect(config()).toBe(before);
  });

  test('can refuse the push as ever, in its own words', async () => {
    hook('pre-push', `${scratch()}; echo "2 tests failed" >&2; exit 1`);
    bench.agentDoes(GREETS);
    expect(await work()).toMatchObject({ reason: expect.stringMatching(/^push refused: .*2 tests failed/) });
    expect(bench.onRemote('branch', '--list', BRANCH)).toBe('');
    expect(config()).toBe(before);
  });
});

describe('a clone that is made bare all the same is put back', () => {
  test('after the set-up, before the agent starts', async () => {
    bench.agentDoes(`${NOTE_BARE()}; ${GREETS}`, `worktree: { setup: ${JSON.stringify(MAKE_BARE())} }`);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(seen()).toBe('false');
    expect(config()).toBe(before);
  });

  test('after the agent, before a commit', async () => {
    hook('pre-commit', NOTE_BARE());
    bench.agentDoes(`${GREETS}; ${MAKE_BARE()}`);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(seen()).toBe('false');
    expect(config()).toBe(before);
  });

  test('after a commit, before the push', async () => {
    hook('post-commit', MAKE_BARE());
    hook('pre-push', NOTE_BARE());
    bench.agentDoes(GREETS);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(seen()).toBe('false');
    expect(config()).toBe(before);
  });

  test('after the push', async () => {
    hook('pre-push', MAKE_BARE());
    bench.agentDoes(GREETS);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(config()).toBe(before);
    const log = readFileSync(join((await bench.git()).stateFolder, 'logs', TASK, '1-1.log'), 'utf8');
    expect(log).toContain('heddle: Put back core.bare in ');
  });
});

describe('what was not looked at is not pushed', () => {
  const onlyOnce = (script: string) => `test -e '${bench.folder}/once' || { touch '${bench.folder}/once'; ${script}; }`;
  const verifiedBy = (script: string) => bench.agentDoes(GREETS, `verify: ${JSON.stringify(script)}`);
  const COMMITS = 'mkdir .github; echo x > .github/x; git add --all; git commit --quiet -m More';

  test('a verify command that commits: the next attempt looks at that too', async () => {
    verifiedBy(onlyOnce(COMMITS));
    expect(await work()).toMatchObject({
      is: 'waiting',
      reason: expect.stringMatching(/^interrupted: the worktree went from \w+ to \w+ while it was verified/),
    });
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
    expect(await work()).toMatchObject({ reason: expect.stringContaining('may not change .github/x') });
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
  });

  test('a verify command that checks out something else: the work is pushed by a later attempt, and nothing else', async () => {
    verifiedBy(onlyOnce('git checkout --quiet --detach main; git commit --quiet --allow-empty -m Other'));
    expect(await work()).toMatchObject({ reason: expect.stringContaining('interrupted: ') });
    expect(await work()).toMatchObject({ reason: expect.stringContaining('left its branch: ') });
    bench.agentDoes(`git checkout --quiet ${BRANCH}`);
    expect(await work()).toEqual({ is: 'pull request', number: 1 });
    expect(bench.onRemote('log', '--format=%s', `main..${BRANCH}`)).toBe('Add a greeting');
  });
});

test('a hook that leads the worktree to the user’s branch: no commit of ours follows there', async () => {
  bench.write('.beads/issues.jsonl', '{"id":"bd-e.1"}\n{"id":"mine"}\n');
  bench.inCheckout('commit', '--quiet', '--all', '-m', 'Mine, not pushed yet');
  const mine = bench.inCheckout('rev-parse', 'main');
  hook('post-commit', 'git symbolic-ref HEAD refs/heads/main');
  bench.agentDoes(GREETS);
  expect(await work()).toMatchObject({ reason: expect.stringContaining('left its branch: the worktree is on main') });
  expect(bench.inCheckout('rev-parse', 'main')).toBe(mine);
});

test.each([
  'git remote set-url origin OTHER',
  'git remote set-url --push origin OTHER',
  'git config url.OTHER.pushInsteadOf OURS',
  'git remote rename origin upstream && git remote add origin OTHER',
])('an agent that leads the remote elsewhere (%s): nothing is pushed there', async (script) => {
  const other = join(bench.folder, 'other.git');
  bench.run('clone', '--bare', '--quiet', bench.remote, other);
  bench.agentDoes(`${GREETS}; ${script.replace('OTHER', other).replace('OURS', bench.remote)}`);
  expect(await work()).toMatchObject({ is: 'needs a person', reason: expect.stringContaining('refused: The remote ') });
  expect(bench.run('-C', other, 'branch', '--list', 'heddle/*')).toBe('');
});
