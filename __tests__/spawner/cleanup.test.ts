/** What goes with a closed task, and what has to stay. */
import { describe, expect, test } from '@jest/globals';
import { branchOf, issueId, taskOfBranch } from '../../src/domain/ids.ts';
import { branchesToAsk, decideCleanup, safeCommits } from '../../src/spawner/cleanup.ts';
import {
  BASE,
  BRANCH,
  decided,
  doings,
  epic,
  HEAD,
  line,
  OTHER,
  pullRequest,
  TASK,
  task,
  view,
  worktree,
} from './view-builder.ts';

const closed = task({ status: 'closed', metadata: { phase: 'merged' } });
const landed = pullRequest({ state: 'merged' });
type Parts = Parameters<typeof view>[0];
const cleanup = (parts: Parts) => decideCleanup(view({ issues: [epic(), closed], ...parts }), closed);
const whole: Parts = {
  worktrees: [worktree()],
  local: { [BRANCH]: HEAD },
  remote: { [BRANCH]: HEAD },
  requests: [landed],
};

describe('of a closed task', () => {
  test('worktree, branch and remote branch go once its pull request has landed', () => {
    const { intent, kept } = cleanup(whole);
    expect(intent).toMatchObject({
      do: 'clean up',
      task: TASK,
      worktrees: [worktree()],
      // The worktree's own branch goes with it.
      localBranches: [],
      remoteBranches: [{ name: BRANCH, head: HEAD }],
      safe: [BASE, HEAD],
    });
    expect(kept).toEqual([]);
  });

  test('nothing is done when nothing is there', () => {
    expect(cleanup({})).toEqual({ intent: undefined, kept: [] });
  });

  test('branches that were left over go as well, of every round', () => {
    const old = branchOf(TASK, 2);
    expect(cleanup({ local: { [BRANCH]: HEAD, [old]: HEAD }, remote: { [old]: HEAD } }).intent).toMatchObject({
      localBranches: [
        { name: BRANCH, head: HEAD },
        { name: old, head: HEAD },
      ],
      remoteBranches: [],
    });
  });

  test.each([
    ['has a process in it', { visitors: [41, 42] }, { is: 'visited', pid: 41 }],
    ['is locked', { locked: true }, { is: 'locked' }],
    ['cannot be read', { state: undefined }, { is: 'unreadable' }],
  ])('a worktree stays that %s', (_, change, why) => {
    const one = worktree(change);
    expect(cleanup({ worktrees: [one] })).toEqual({ intent: undefined, kept: [{ task: TASK, path: one.path, why }] });
  });

  test('an entry goes whose folder somebody has deleted', () => {
    expect(cleanup({ worktrees: [worktree({ missing: true, state: undefined })] }).intent).toMatchObject({
      worktrees: [{ missing: true }],
    });
  });

  test('a remote branch stays that did not land: it is the copy that is kept', () => {
    expect(
      cleanup({ remote: { [BRANCH]: HEAD }, requests: [pullRequest({ state: 'closed' })] }).intent,
    ).toBeUndefined();
    expect(cleanup({ remote: { [BRANCH]: OTHER }, requests: [landed] }).intent).toBeUndefined();
    expect(cleanup({ remote: { [BRANCH]: HEAD } }).intent).toBeUndefined();
  });

  test('what cannot go does not keep the rest from going', () => {
    const locked = worktree({
      path: '/worktrees/bd-e.1-2',
      round: 2,
      branch: branchOf(TASK, 2),
      locked: true,
    });
    const { intent, kept } = cleanup({ ...whole, worktrees: [worktree(), locked] });
    expect(intent).toMatchObject({ worktrees: [worktree()] });
    expect(kept.map(({ path }) => path)).toEqual([locked.path]);
  });

  test('nothing of another task goes', () => {
    const other = issueId('bd-e.11');
    const name = branchOf(other, 1);
    const parts = {
      worktrees: [worktree({ task: other, branch: name })],
      local: { [name]: HEAD },
      remote: { [name]: HEAD },
      requests: [pullRequest({ branch: name, state: 'merged' })],
    };
    expect(cleanup(parts)).toEqual({ intent: undefined, kept: [] });
  });
});

test('a task that is not closed keeps everything', () => {
  for (const status of ['open', 'in_progress', 'blocked']) {
    const issues = [epic(), task({ status, metadata: { reason: 'x' } })];
    expect(doings(decided({ ...whole, issues, requests: [] }))).toEqual([]);
  }
});

test('a pass cleans up after what is closed, and says what it keeps', () => {
  const issues = [epic({ status: 'closed' }), closed];
  const lines = { 'bd-e': line({ open: false }), [TASK]: line({ open: false, pullRequest: 12 }) };
  expect(doings(decided({ ...whole, issues, lines }))).toEqual([`clean up ${TASK}`]);
  const dirty = decided({ issues, lines, worktrees: [worktree({ visitors: [3] })] });
  expect(dirty.kept).toEqual([{ task: TASK, path: worktree().path, why: { is: 'visited', pid: 3 } }]);
  expect(dirty.outlook).toBe('done');
});

test('safe is what stays reachable: the base, what has landed, what is pushed', () => {
  const parts = view({ issues: [epic(), closed], remote: { [branchOf(TASK, 2)]: OTHER }, requests: [landed] });
  expect(safeCommits(parts, closed)).toEqual([BASE, HEAD, OTHER]);
  expect(safeCommits(view({ requests: [pullRequest(), pullRequest({ state: 'closed' })] }), closed)).toEqual([BASE]);
});

test('pull requests are asked for by every round that has left something', () => {
  const asked = branchesToAsk(
    view({
      worktrees: [worktree({ round: 3 })],
      local: { [branchOf(TASK, 2)]: HEAD },
      remote: { [BRANCH]: HEAD, 'heddle/bd-e.11/9': HEAD },
    }),
    closed,
  );
  expect(asked.map((name) => taskOfBranch(name)?.round).sort()).toEqual([1, 2, 3]);
});
