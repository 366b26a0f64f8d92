/** What cleanups and merges have done to other people's repositories: each incident once more, on real git. */
import { existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { createGitCommand } from '../../src/adapters/git/command.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../../src/adapters/git/place.ts';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { socketLocks } from '../../src/adapters/host/locks.ts';
import { branchOf, issueId, sha } from '../../src/domain/ids.ts';
import { allLines, closeLine, ISSUES_PATH, publishLine } from '../../src/domain/lines.ts';
import { markerText } from '../../src/domain/marker.ts';
import { classify } from '../../src/merger/candidate.ts';
import type { Git } from '../../src/ports/git.ts';
import type { ProcessIdentity } from '../../src/ports/processes.ts';
import { decide } from '../../src/spawner/decide.ts';
import type { Decision, Performed } from '../../src/spawner/intent.ts';
import { observe } from '../../src/spawner/observe.ts';
import { perform } from '../../src/spawner/perform.ts';
import { Clone, clearClones } from '../adapters/git/clone.ts';
import { FakeBeads } from '../fakes/beads.ts';
import { FakeReviews } from '../fakes/reviews.ts';
import { until } from '../fakes/wait.ts';
import { publishedLine } from '../merger/harness.ts';
import { pullRequest } from '../merger/views.ts';
import { decided, doings, EPIC, epic, settings, task } from '../spawner/view-builder.ts';
import { Bench, clearTemplate, TASK } from '../worker/bench.ts';

afterAll(clearClones);

let bench: Bench;
let git: Git;
beforeEach(async () => {
  bench = new Bench();
  git = await bench.git();
  await git.fetch(['main']);
});
afterEach(async () => {
  for (const visitor of visitors.splice(0)) await leave(visitor);
  await bench.clear();
});
afterAll(clearTemplate);

const beads = new FakeBeads({ id: EPIC, type: 'epic' }, { id: TASK, status: 'closed', metadata: { phase: 'merged' } });
async function seeing(over: Git = git) {
  const processes = await bench.processes();
  const reviews = new FakeReviews();
  return {
    beads,
    git: over,
    pullRequests: bench.pullRequests,
    processes,
    clock: systemClock,
    reviews,
    checks: reviews,
  };
}
async function look(over?: Git): Promise<Decision> {
  const view = await observe(await seeing(over), { base: 'main', state: 'main', remote: 'origin' }, EPIC);
  return decide(view, settings);
}
async function act({ intents }: Decision, over?: Git): Promise<Performed[]> {
  const startWorker = () => Promise.reject(new Error('nothing may be started'));
  const done: Performed[] = [];
  for await (const one of perform({ ...(await seeing(over)), startWorker }, cleanups({ intents }))) done.push(one);
  return done;
}
const cleanups = ({ intents }: Pick<Decision, 'intents'>) => intents.filter((intent) => intent.do === 'clean up');
const visitors: ProcessIdentity[] = [];
/** Also where the test has failed: nobody else would end them. */
const leave = async (visitor: ProcessIdentity) => {
  const processes = await bench.processes();
  if (processes.alive(visitor)) process.kill(visitor.pid, 'SIGKILL');
  await until('the visitor is gone', () => !processes.alive(visitor));
};
const enter = async (folder: string) => {
  const visitor = await (await bench.processes()).startDetached({
    file: 'sleep',
    args: ['1000'],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    logFile: join(bench.folder, 'visitor.log'),
  });
  visitors.push(visitor);
  return visitor;
};

test('no live worktree is reaped: who stands in it keeps it, also who entered after the look', async () => {
  const { path } = await git.ensureWorktree({
    task: TASK,
    round: 1,
    start: sha(bench.onRemote('rev-parse', 'main')),
  });
  writeFileSync(join(path, 'work.txt'), 'work\n');
  const seenEmpty = await look();
  expect(cleanups(seenEmpty)).toHaveLength(1);
  const visitor = await enter(path);

  expect(await act(seenEmpty)).toMatchObject([{ is: 'not done', why: { is: 'visited', pid: visitor.pid } }]);
  const seenLive = await look();
  expect(cleanups(seenLive)).toEqual([]);
  expect(seenLive.kept).toEqual([{ task: TASK, path, why: { is: 'visited', pid: visitor.pid } }]);
  expect(existsSync(join(path, 'work.txt'))).toBe(true);

  await leave(visitor);
  expect(await act(await look())).toMatchObject([{ is: 'done' }]);
  const [rescue] = await git.rescues(TASK);
  expect(bench.inCheckout('show', `${rescue?.commit}:work.txt`)).toBe('work');
});

test('no .git is destroyed by cleanup: a checkout that is called like a worktree is none', async () => {
  const own = join(bench.folder, `${TASK}-1`);
  renameSync(bench.checkout, own);
  const command = createGitCommand(process.env, undefined);
  const place = await placeOf(await findMainWorktree(command, own), { remote: 'origin', worktreeRoot: '..' });
  const there = createGit(command, place, socketLocks());

  const seen = await look(there);

  expect([await there.worktrees(), cleanups(seen)]).toEqual([[], []]);
  await act(seen, there);
  expect(bench.run('-C', own, 'log', '-1', '--format=%s')).toBe('Start');
});

test('no .git is destroyed by cleanup: one that an agent has made in its worktree or beside it stays', async () => {
  const { path } = await git.ensureWorktree({
    task: TASK,
    round: 1,
    start: sha(bench.onRemote('rev-parse', 'main')),
  });
  rmSync(join(path, '.git'));
  const beside = join(git.worktreeRoot, 'bd-e.2-1');
  for (const folder of [path, beside]) {
    bench.run('init', '--quiet', folder);
    const who = ['-c', 'user.name=Agent', '-c', 'user.email=agent@example.invalid'];
    bench.run('-C', folder, 'add', '--all');
    bench.run('-C', folder, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'Mine');
  }

  expect(await git.repair()).toEqual([]);
  const seen = await look();
  expect([cleanups(seen), seen.kept]).toEqual([
    [],
    [{ task: TASK, path, why: { is: 'lost', says: 'it has become a repository of its own' } }],
  ]);
  const [listed] = await git.worktrees();
  if (listed === undefined) throw new Error('git lists no worktree');
  expect(await git.removeWorktree(listed, [])).toEqual({ is: 'kept', why: 'it has become a repository of its own' });

  for (const folder of [path, beside]) expect(bench.run('-C', folder, 'log', '-1', '--format=%s')).toBe('Mine');
});

test('no .git is destroyed by cleanup: a link in the place of a worktree is not followed', async () => {
  const { path } = await git.ensureWorktree({
    task: TASK,
    round: 1,
    start: sha(bench.onRemote('rev-parse', 'main')),
  });
  rmSync(path, { recursive: true });
  symlinkSync(bench.checkout, path);
  const before = bench.inCheckout('for-each-ref');

  await git.repair();
  await act(await look());

  expect(bench.inCheckout('for-each-ref')).toBe(before);
  expect(bench.inCheckout('status', '--porcelain')).toBe('');
  expect(bench.inCheckout('log', '-1', '--format=%s')).toBe('Start');
});

test('a line-union merge doubles no issue: of its copies the closed one counts, until a new round', () => {
  const clone = new Clone();
  const { checkout } = clone;
  const ids = Array.from({ length: 107 }, (_, i) => `bd-e.${i + 1}`);
  const at = (text: string) => clone.commit(checkout, ISSUES_PATH, text);
  const now = new Date('2026-11-20T12:00:00Z');
  clone.write(checkout, '.gitattributes', '*.jsonl merge=union\n');
  const open = ids.map((id) => `${publishedLine(id)}\n`).join('');
  at(open);
  clone.in(checkout, 'switch', '--quiet', '--create', 'other');
  const close = { reason: 'Merged as pull request #7', pullRequest: 7, now };
  at(ids.reduce((text, id) => closeLine(text, issueId(id), 1, close) ?? text, open));
  clone.in(checkout, 'switch', '--quiet', 'main');
  // Somebody's export of an older database, newer by its clock.
  at(open.replaceAll('"updated_at":"2026-11-01T00:00:00Z"', '"updated_at":"2026-11-21T00:00:00Z"'));
  clone.in(checkout, 'merge', '--quiet', '--no-edit', 'other');

  const merged = clone.in(checkout, 'show', `HEAD:${ISSUES_PATH}`);
  const copies = merged.split('\n').filter((line) => line.includes(`"id":"${TASK}"`));
  expect(copies).toHaveLength(2);
  const lines = allLines(`${merged}\n`);
  expect(lines.size).toBe(107);
  expect([...lines.values()].filter((line) => line.open)).toEqual([]);
  const request = pullRequest({ body: markerText({ task: TASK, round: 1 }), branch: branchOf(TASK, 1) });
  expect(classify(request, lines, [])).toMatchObject({ is: 'bystander', because: 'line is closed' });
  const issues = [epic(), task()];
  expect(doings(decided({ issues, lines: Object.fromEntries(lines) }))).toEqual([`record close ${TASK}`]);

  const next = publishLine(`${merged}\n`, publishedLine(TASK), TASK, 2, now);
  expect(allLines(next).get(TASK)).toMatchObject({ open: true, round: 2 });
  expect(allLines(closeLine(next, TASK, 2, close) ?? '').get(TASK)).toMatchObject({ open: false, round: 2 });
});
