/** What people read of the spawner: each reason in its sentence, with the command that goes on. */
import { describe, expect, test } from '@jest/globals';
import { issueId } from '../../src/domain/ids.ts';
import type { Intent, Standing, WhyEnd, WhyKept, WhyNotDone, WhyPerson } from '../../src/spawner/intent.ts';
import { nothingCanStart } from '../../src/spawner/messages/errors.ts';
import { describeIntent, describeKept, describePerformed } from '../../src/spawner/messages/intents.ts';
import { describeStanding, nextCommand } from '../../src/spawner/messages/standings.ts';
import { BRANCH, OLD, TASK } from './view-builder.ts';

const retry = `heddle retry ${TASK}`;
const told = (standing: Standing) => [describeStanding(standing), nextCommand({ task: TASK, standing })];

test.each<[WhyPerson, string, string]>([
  [
    { is: 'owned by a person', name: 'alice', halfClosed: false },
    'alice has it',
    // Without the status, a task in progress would be nobody's afterwards, and need a person again.
    `bd update ${TASK} --status open --assignee ''`,
  ],
  [
    { is: 'owned by a person', name: 'alice', halfClosed: true },
    'alice has it',
    // Opened, it would begin its next round.
    `bd update ${TASK} --assignee ''`,
  ],
  [{ is: 'in progress without an owner' }, 'it is in progress, but nobody has it', `bd update ${TASK} --status open`],
  [{ is: 'in another status', status: 'deferred' }, 'its status is deferred', `bd update ${TASK} --status open`],
  [{ is: 'left to a person', reason: 'tests fail' }, 'tests fail', retry],
  [{ is: 'gave up', last: 'hung', attempts: 3 }, 'hung (after 3 attempts)', retry],
  [{ is: 'gave up', last: '', attempts: 3 }, 'died (after 3 attempts)', retry],
  [{ is: 'pull request gone' }, 'its pull request is not there any more', retry],
  [{ is: 'pull request closed', number: 12 }, 'its pull request #12 was closed without a merge', retry],
  [
    { is: 'merged into another base', number: 12, into: 'next', base: 'main' },
    'its pull request #12 was merged into next, not main',
    retry,
  ],
  [{ is: 'draft', number: 12 }, 'its pull request #12 is a draft', 'gh pr ready 12'],
  [{ is: 'on hold', number: 12 }, 'its pull request #12 is on hold', 'gh pr edit 12 --remove-label heddle:hold'],
  [
    { is: 'not mergeable as it is', number: 12, url: 'URL', why: 'too large', after: [] },
    'pull request #12 cannot be merged as it is: too large: URL',
    retry,
  ],
  [
    { is: 'not mergeable as it is', number: 12, url: 'URL', why: 'it conflicts', after: ['conflict'] },
    'pull request #12 cannot be merged as it is, and its worker had it back 3 times: it conflicts: URL',
    retry,
  ],
])('a task that needs a person (%j) says why, and what to type', (why, sentence, command) => {
  expect(told({ is: 'needs a person', why })).toEqual([`needs a person: ${sentence}`, command]);
});

test('a task whose id cannot name a branch is renamed, whatever stands in it', () => {
  const standing = { is: 'needs a person', why: { is: 'not nameable' } } as const;
  expect(describeStanding(standing)).toBe('needs a person: its id cannot be part of a branch name');
  expect(nextCommand({ task: issueId('bd-e.$(x)'), standing })).toBe('bd rename "bd-e.$(x)" NEW-ID');
});

test('a task that only waits says for what, and names a command where one helps', () => {
  expect(told({ is: 'running', pid: 7, token: OLD })).toEqual(['working (process 7)', undefined]);
  expect(told({ is: 'running', pid: 7, token: OLD, stopped: true })).toEqual([
    'stopped by a signal (process 7)',
    'kill -CONT 7',
  ]);
  expect(told({ is: 'running elsewhere', host: 'loom-2' })).toEqual([
    'working on loom-2; if that host is gone, stop it',
    `heddle stop ${TASK}`,
  ]);
});

test('a lack of room names the limit that was reached, of a task and of a spawner that cannot start any', () => {
  const disk = { is: 'disk full', freeMb: 1023, minFreeMb: 1024 } as const;
  const folders = { is: 'too many worktrees', worktrees: 64, maxWorktrees: 64 } as const;
  expect(told({ is: 'no room', why: disk })).toEqual([
    'cannot start: only 1023 MiB of disk are free, 1024 are asked for',
    'heddle cleanup',
  ]);
  expect(nothingCanStart(folders)).toMatchObject({
    message: 'No task can start: there are 64 worktrees, 64 are allowed.',
    exit: 'resources',
  });
});

describe('what is done says why:', () => {
  test.each<[WhyEnd, string]>([
    [{ is: 'taken over' }, 'the task was taken over'],
    [{ is: 'not in progress', status: 'closed' }, 'the task is closed'],
    [{ is: 'stopped for too long' }, 'it was stopped (SIGSTOP), and is past its limits'],
    [{ is: 'orphaned' }, 'its supervisor has ended'],
  ])('a worker is ended, %j', (why, sentence) => {
    const end: Intent = { do: 'end workers', task: TASK, tokens: [OLD], why };
    expect(describeIntent(end)).toBe(`end the worker of ${TASK}: ${sentence}`);
  });

  test('a close has its reason, or the pull request where the line gives none', () => {
    const close = { do: 'finish close', task: TASK } as const;
    expect(describeIntent({ ...close, reason: 'Merged as #7', pullRequest: 7 })).toBe(`close ${TASK}: Merged as #7`);
    expect(describeIntent({ ...close, reason: '', pullRequest: 7 })).toBe(`close ${TASK}: Merged as pull request #7`);
  });
});

test.each<[WhyKept, string]>([
  [{ is: 'locked' }, 'git holds it locked (git worktree lock)'],
  [{ is: 'visited', pid: 41 }, 'process 41 is working in it'],
  [{ is: 'unreadable' }, 'git cannot read its state'],
  [{ is: 'lost', says: 'its .git file was removed' }, 'its .git file was removed'],
  [{ is: 'task unknown' }, 'Beads has no such task'],
  [{ is: 'task not closed', status: 'open' }, 'its task is open'],
  [{ is: 'worker alive', pid: 7 }, 'process 7 of its worker lives'],
])('a worktree that stays says why: %j', (why, sentence) => {
  expect(describeKept({ task: TASK, path: '/worktrees/x', why })).toBe(`kept /worktrees/x (${TASK}): ${sentence}`);
});

test.each<[WhyNotDone, string]>([
  [{ is: 'visited', pid: 41 }, 'process 41 is working in it'],
  [{ is: 'not ending', pids: [41, 42] }, 'processes 41, 42 do not end'],
  [{ is: 'earlier start not ending', pids: [41] }, 'processes 41 of an earlier start do not end'],
  [{ is: 'kept by git', says: 'it holds a repository of its own' }, 'it holds a repository of its own'],
  [{ is: 'kept by the remote', branch: BRANCH, says: 'no rights' }, `the remote keeps ${BRANCH}: no rights`],
])('what was not done says why: %j', (why, sentence) => {
  const intent = { do: 'close container', task: TASK } as const;
  expect(describePerformed({ is: 'not done', intent, why })).toBe(
    `close ${TASK}: all of its tasks are closed: not done, ${sentence}`,
  );
});
