/** Worktrees that git cannot read: each stays with a reason, and none is in the way of all others. On real git. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { issueId, sha } from '../../src/domain/ids.ts';
import { decide } from '../../src/spawner/decide.ts';
import { observe } from '../../src/spawner/observe.ts';
import { FakeBeads } from '../fakes/beads.ts';
import { FakeReviews } from '../fakes/reviews.ts';
import { Bench, clearTemplate, TASK } from '../worker/bench.ts';
import { EPIC, settings } from './view-builder.ts';

const OTHER = issueId('bd-e.2');
const closed = { status: 'closed', metadata: { phase: 'merged' } } as const;
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

test.each([
  [
    'has become a repository without a commit',
    (path: string) => {
      rmSync(join(path, '.git'));
      execFileSync('git', ['init', '--quiet', path]);
    },
    { is: 'lost', says: 'it has become a repository of its own' },
  ],
  [
    'has a broken index',
    (path: string) => {
      const args = ['-C', path, 'rev-parse', '--path-format=absolute', '--git-path', 'index'];
      writeFileSync(execFileSync('git', args, { encoding: 'utf8' }).trim(), 'broken');
    },
    { is: 'unreadable' },
  ],
])('a worktree that %s stays, and the others go', async (_, breakIt, why) => {
  const git = await bench.git();
  await git.fetch(['main']);
  const start = sha(bench.onRemote('rev-parse', 'main'));
  const broken = await git.ensureWorktree({ task: TASK, round: 1, start });
  const other = await git.ensureWorktree({ task: OTHER, round: 1, start });
  breakIt(broken.path);
  const beads = new FakeBeads({ id: EPIC, type: 'epic' }, { id: TASK, ...closed }, { id: OTHER, ...closed });
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

  const view = await observe(readers, { base: 'main', state: 'main', remote: 'origin' }, EPIC);
  const { intents, kept } = decide(view, settings);

  expect(kept).toEqual([{ task: TASK, path: broken.path, why }]);
  expect(intents.flatMap((one) => (one.do === 'clean up' ? one.worktrees.map(({ path }) => path) : []))).toEqual([
    other.path,
  ]);
  expect(await git.removeWorktree(broken, [start])).toMatchObject({ is: 'kept' });
  expect(existsSync(join(broken.path, 'README.md'))).toBe(true);
});
