/** Who has a task, and what a write on the strength of it is guarded by. */
import { describe, expect, test } from '@jest/globals';
import { issueId, tokenOf } from '../../src/domain/ids.ts';
import { ownerOf, type WorkerProcess } from '../../src/domain/owner.ts';
import { fakeIssue } from '../fakes/beads.ts';

const TASK = issueId('bd-e.1');
const HERE = 'loom';
const MINE = tokenOf(HERE, 'aaaaaa1');
const THEIRS = tokenOf('loom-2', 'bbbbbb2');
const guard = { status: 'in_progress', assignee: MINE };

function owner(change: Partial<Parameters<typeof fakeIssue>[0]>, ...processes: Partial<WorkerProcess>[]) {
  const one = { pid: 7, task: TASK, round: 1, token: MINE, state: 'running', ageMs: 60_000, supervisor: true } as const;
  const issue = fakeIssue({ status: 'in_progress', assignee: MINE, ...change, id: TASK });
  return ownerOf(issue, { processes: processes.map((process) => ({ ...one, ...process })), host: HERE });
}

describe('a task in progress under a token', () => {
  test('is that of the worker whose supervisor lives here, whatever the metadata says', () => {
    const running = { is: 'running', pid: 7, token: MINE, stopped: false, ageMs: 60_000, guard };
    expect(owner({}, {})).toEqual(running);
    expect(owner({ metadata: { agent_host: 'elsewhere' } }, {})).toEqual(running);
    expect(owner({}, { pid: 8, token: THEIRS }, {})).toEqual(running);
  });

  test('is still that of a worker that somebody has stopped', () => {
    expect(owner({}, { state: 'stopped', ageMs: 5 })).toMatchObject({ is: 'running', stopped: true, ageMs: 5 });
  });

  test.each<[string, Partial<WorkerProcess>[]]>([
    ['nothing of it lives', []],
    ['only its agent lives', [{ supervisor: false }]],
    ['another token of it lives', [{ token: THEIRS }]],
    ['another task lives', [{ task: issueId('bd-e.11') }]],
  ])('of this host is dead where %s', (_, processes) => {
    expect(owner({}, ...processes)).toEqual({ is: 'dead', token: MINE, guard });
    expect(owner({ metadata: { agent_host: HERE } }, ...processes)).toMatchObject({ is: 'dead' });
  });

  test('of another host is never dead, told by the token before the first write, or by the metadata', () => {
    expect(owner({ assignee: THEIRS })).toEqual({
      is: 'elsewhere',
      host: 'loom-2',
      token: THEIRS,
      guard: { status: 'in_progress', assignee: THEIRS },
    });
    expect(owner({ metadata: { agent_host: 'old' } })).toMatchObject({ is: 'elsewhere', host: 'old', token: MINE });
    expect(owner({ assignee: THEIRS, metadata: { agent_host: HERE } })).toMatchObject({ host: 'loom-2' });
    // A host whose name this one's begins with.
    expect(owner({ assignee: tokenOf('lo', 'cccccc3') })).toMatchObject({ is: 'elsewhere', host: 'lo' });
  });
});

test('a task has nobody without an assignee, and with a token that is left over from before it was opened or closed', () => {
  expect(owner({ assignee: '' })).toEqual({ is: 'nobody', guard: { status: 'in_progress', assignee: '' } });
  expect(owner({ status: 'open' }, {})).toEqual({ is: 'nobody', guard: { status: 'open', assignee: MINE } });
  expect(owner({ status: 'closed' }, {})).toEqual({ is: 'nobody', guard: undefined });
});

test('a task whose assignee is no token is a person’s, whatever lives; a status of theirs is not written over', () => {
  const person = { is: 'person', name: 'alice' };
  expect(owner({ assignee: 'alice' }, {})).toEqual({ ...person, guard: { status: 'in_progress', assignee: 'alice' } });
  expect(owner({ assignee: 'alice', status: 'deferred' })).toEqual({ ...person, guard: undefined });
});
