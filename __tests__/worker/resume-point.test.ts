import { describe, expect, test } from '@jest/globals';
import { branchOf, issueId, sha } from '../../src/domain/ids.ts';
import type { PullRequest } from '../../src/ports/github.ts';
import { type Evidence, pushStep, resumePointOf } from '../../src/worker/resume-point.ts';

const OURS = sha('a'.repeat(40));
const THEIRS = sha('b'.repeat(40));
const seen = (change: Partial<Evidence>): Evidence => ({
  metadata: { phase: 'working', round: 1 },
  head: OURS,
  dirty: false,
  ahead: 0,
  remote: { is: 'absent' },
  pullRequests: [],
  ...change,
});
const pullRequest = (state: PullRequest['state']): PullRequest => ({
  number: 7,
  url: '',
  branch: branchOf(issueId('bd-e.1'), 1),
  head: OURS,
  base: 'main',
  state,
  draft: false,
  labels: [],
  mergeCommit: undefined,
  title: '',
  body: '',
});
const open = pullRequest('open');
const next = (change: Partial<Evidence>) => resumePointOf(seen(change)).do;

describe('where a task stands', () => {
  test('nothing is there: the agent runs', () => {
    expect(next({ metadata: { phase: 'spawned' } })).toBe('run agent');
  });
  test('commits of an attempt that was cut off: the agent runs again', () => {
    expect(next({ ahead: 2 })).toBe('run agent');
    expect(next({ dirty: true })).toBe('run agent');
  });
  test('the remote branch went on while files are uncommitted: no agent begins what could never be pushed', () => {
    const went = { dirty: true, remote: { is: 'ahead', head: THEIRS } } as const;
    for (const metadata of [{ phase: 'working' }, { phase: 'working', head_sha: OURS }] as const) {
      expect(resumePointOf(seen({ ...went, metadata }))).toMatchObject({ do: 'give up', outcome: { is: 'diverged' } });
    }
  });
  test('checked work that was not pushed is pushed', () => {
    expect(next({ metadata: { phase: 'committed', head_sha: OURS }, ahead: 1 })).toBe('push');
  });
  test('work that has changed since it was checked is checked again', () => {
    expect(next({ metadata: { phase: 'committed', head_sha: THEIRS }, ahead: 1 })).toBe('check');
    expect(next({ metadata: { phase: 'committed' }, ahead: 1, dirty: true })).toBe('check');
  });
  test('what the verify command left behind is not taken for work', () => {
    const metadata = { phase: 'committed', head_sha: OURS } as const;
    expect(next({ metadata, ahead: 1, dirty: true })).toBe('push');
    const pushed = { metadata, ahead: 1, dirty: true, remote: { is: 'same', head: OURS } } as const;
    expect(next({ ...pushed, pullRequests: [open] })).toBe('record');
  });
  test('a pushed head without a pull request gets one, also if Beads has forgotten that', () => {
    expect(next({ metadata: { phase: 'spawned' }, ahead: 1, remote: { is: 'same', head: OURS } })).toBe('push');
  });
  test('an open pull request with our head is recorded, also if Beads has forgotten it', () => {
    for (const phase of ['spawned', 'committed', 'pr_created'] as const) {
      const at = { metadata: { phase }, ahead: 1, remote: { is: 'same', head: OURS }, pullRequests: [open] } as const;
      expect(resumePointOf(seen(at))).toEqual({ do: 'record', pullRequest: open });
    }
  });
  test('more is asked for after the push: the agent runs', () => {
    const metadata = { phase: 'working', head_sha: OURS } as const;
    const at = { metadata, ahead: 1, remote: { is: 'same', head: OURS }, pullRequests: [open] } as const;
    expect(resumePointOf(seen(at))).toEqual({ do: 'run agent', pullRequest: open });
  });
  test('a merged pull request is recorded, never done again', () => {
    expect(next({ pullRequests: [pullRequest('merged')] })).toBe('record');
  });
  test('a closed pull request, or a remote branch that went another way, is for a person', () => {
    expect(next({ pullRequests: [pullRequest('closed')] })).toBe('give up');
    expect(next({ ahead: 1, remote: { is: 'diverged', head: THEIRS }, pullRequests: [open] })).toBe('give up');
  });
});

test('a push expects the remote branch where it was seen, and never overwrites what it does not contain', () => {
  expect(pushStep({ is: 'absent' })).toEqual({ do: 'push', expected: undefined });
  expect(pushStep({ is: 'behind', head: THEIRS })).toEqual({ do: 'push', expected: THEIRS });
  expect(pushStep({ is: 'ahead', head: THEIRS })).toEqual({ do: 'adopt', head: THEIRS });
  expect(pushStep({ is: 'diverged', head: THEIRS }).do).toBe('give up');
});
