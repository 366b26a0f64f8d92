/** A pass that only repairs, on real git and real processes: what it does, what it says, and what it leaves alone. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/host/clock.ts';
import { socketLocks } from '../../../src/adapters/host/locks.ts';
import { issueId, runTag, sha, tokenOf } from '../../../src/domain/ids.ts';
import type { Git } from '../../../src/ports/git.ts';
import { describeSalvage, rescueRows } from '../../../src/spawner/by-hand/messages.ts';
import { type RecoverEvent, type RecoverOptions, recover } from '../../../src/spawner/by-hand/recover.ts';
import { salvage } from '../../../src/spawner/by-hand/salvage.ts';
import { describeIntent, describePerformed } from '../../../src/spawner/messages/intents.ts';
import { FakeBeads } from '../../fakes/beads.ts';
import { FakeReviews } from '../../fakes/reviews.ts';
import { until } from '../../fakes/wait.ts';
import { Bench, clearTemplate } from '../../worker/bench.ts';

const [CLOSED, MERGED, ORPHAN, TIRED] = ['bd-e.1', 'bd-e.2', 'bd-f.1', 'bd-f.2'].map(issueId) as [
  ReturnType<typeof issueId>,
  ReturnType<typeof issueId>,
  ReturnType<typeof issueId>,
  ReturnType<typeof issueId>,
];

let bench: Bench;
let git: Git;
let beads: FakeBeads;
beforeEach(async () => {
  bench = new Bench();
  git = await bench.git();
  const processes = await bench.processes();
  const token = tokenOf(processes.host(), 'aaaaaa1');
  const working = { status: 'in_progress', assignee: token } as const;
  beads = new FakeBeads(
    { id: 'bd-e', type: 'epic' },
    { id: CLOSED, status: 'closed', metadata: { phase: 'working', round: 1 } },
    { id: MERGED, ...working, metadata: { phase: 'pr_created', round: 1, pr_number: 7 } },
    { id: 'bd-f', type: 'epic' },
    { id: ORPHAN, ...working, metadata: { phase: 'working', round: 1, attempt: 1 } },
    { id: TIRED, ...working, metadata: { phase: 'working', round: 1, attempt: 3 } },
    { id: 'bd-f.3' },
  );
  await git.fetch(['main']);
  const base = sha(bench.onRemote('rev-parse', 'main'));
  const { path } = await git.ensureWorktree({ task: CLOSED, round: 1, start: base });
  writeFileSync(join(path, 'work.txt'), 'work\n');
  const closed = { id: MERGED, status: 'closed', close_reason: 'Merged as #7', metadata: { round: 1, pr_number: 7 } };
  const text = `${JSON.stringify(closed)}\n`;
  const parent = { branch: 'main', parent: base, path: '.beads/issues.jsonl' };
  expect(await git.publishFile({ ...parent, text, message: 'Close' })).toMatchObject({ is: 'published' });
  // From here on git itself cannot even list the worktrees.
  writeFileSync(join(bench.checkout, '.git/worktrees', `${CLOSED}-1`, 'commondir'), '');
  await processes.startDetached({
    file: 'env',
    args: ['-u', 'HEDDLE_ROLE', 'sleep', '1000'],
    cwd: bench.folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HEDDLE_RUN: runTag({ repository: git.repositoryKey, task: ORPHAN, round: 1, token }),
    },
    logFile: join(bench.folder, 'agent.log'),
  });
  await until('it is seen as no supervisor', async () => (await processes.tagged())[0]?.supervisor === false);
});
afterEach(async () => {
  await (await bench.processes()).endTagged(ORPHAN);
  await bench.clear();
});
afterAll(clearTemplate);

async function run(change: Partial<RecoverOptions> = {}): Promise<string[]> {
  const processes = await bench.processes();
  const reviews = new FakeReviews();
  const readers = {
    beads,
    git,
    pullRequests: bench.pullRequests,
    processes,
    clock: systemClock,
    reviews,
    checks: reviews,
  };
  const startWorker = () => Promise.reject(new Error('nothing may be started'));
  const said: string[] = [];
  const tell = (event: RecoverEvent): void => {
    if (event.event === 'repaired') said.push(event.what);
    if (event.event === 'intended') said.push(describeIntent(event.intent));
    if (event.event === 'hidden') said.push('the rest is hidden');
    if (event.event === 'performed') said.push(describePerformed(event.performed));
  };
  const limits = { maxParallel: 4, maxAttempts: 3, maxWorktrees: 64, minFreeMb: 0, workerMs: 3_600_000 };
  await recover(
    {
      readers,
      writers: { ...readers, startWorker },
      locks: socketLocks(),
      names: { base: 'main', state: 'main', remote: 'origin' },
    },
    { epic: undefined, limits, dryRun: false, ...change },
    tell,
  );
  return said;
}

const MENDED = 'Repaired the torn entry of worktree bd-e.1-1.';
const DONE = [
  'end the worker of bd-f.1: its supervisor has ended',
  'close bd-e.2: Merged as #7',
  'leave bd-f.2 to a person: died (after 3 attempts)',
  'clean up after bd-e.1: worktree, branch; rescued: 1 uncommitted file, see: heddle salvage bd-e.1',
];

test('everything that was left half done is repaired, with its reason; nothing is started, and a second pass does nothing', async () => {
  expect(await run()).toEqual([MENDED, ...DONE]);
  expect(beads.at(MERGED)).toMatchObject({ status: 'closed', closeReason: 'Merged as #7' });
  expect(beads.at(TIRED).metadata.reason).toContain('after 3 attempts');
  expect(await (await bench.processes()).tagged()).toEqual([]);
  expect(await git.worktrees()).toEqual([]);
  expect(beads.at('bd-f.3').status).toBe('open');
  expect(beads.at('bd-e').status).toBe('open');
  expect(await git.rescues(CLOSED)).toMatchObject([{ files: 1 }]);
  expect(await run()).toEqual([]);
});

test('a dry run says the same, as far as it can see, and changes nothing', async () => {
  const before = structuredClone([...beads.issues]);
  expect(await run({ dryRun: true })).toEqual([MENDED, 'the rest is hidden']);
  await git.repair();
  expect(await run({ dryRun: true })).toEqual(DONE);
  expect([...beads.issues]).toEqual(before);
  expect(existsSync(bench.worktree)).toBe(true);
  expect(await (await bench.processes()).tagged()).toHaveLength(1);
});

test('of one epic, the others are left alone', async () => {
  expect(await run({ epic: 'bd-f' })).toEqual([MENDED, DONE[0], DONE[2]]);
  expect(existsSync(bench.worktree)).toBe(true);
});

test('while a spawner runs, its passes do all of this', async () => {
  const lock = await socketLocks().tryAcquire(`spawner-${git.repositoryKey}`);
  await expect(run()).rejects.toThrow('Another spawner is running');
  await lock?.release();
});

test('what was rescued is listed with what brings it back, and comes back', async () => {
  await run();
  const listed = await salvage(git, {});
  expect(listed.is === 'listed' && rescueRows(listed.rescues)).toEqual([
    [CLOSED, '1', expect.any(String), '1 uncommitted file', 'heddle salvage bd-e.1 --branch NAME'],
  ]);
  const back = (task: string | undefined, to: Parameters<typeof salvage>[1]) => salvage(git, { task, ...to });
  const first = await back(CLOSED, { branch: 'mine' });
  const says = (how: string) => `What was rescued of bd-e.1 ${how} the branch mine. Look at it with: git log mine`;
  expect(first.is === 'brought back' && describeSalvage(first)).toEqual([says('is now')]);
  const second = await back(CLOSED, { branch: 'mine' });
  expect(second.is === 'brought back' && describeSalvage(second)).toEqual([says('was already')]);
  expect(bench.inCheckout('show', 'mine:work.txt')).toBe('work');
  await back(CLOSED, { folder: join(bench.folder, 'back') });
  expect(existsSync(join(bench.folder, 'back/work.txt'))).toBe(true);
  await expect(back(MERGED, { branch: 'other' })).rejects.toThrow('There is no rescue of bd-e.2');
  await expect(back(undefined, { branch: 'other' })).rejects.toThrow('Which task');
  await expect(back(CLOSED, { branch: 'other', rescue: 'fff' })).rejects.toThrow(
    'There is no rescue of bd-e.1 as "fff"',
  );
});
