/** What a pass does to the world: each intent guarded, repeatable, and in an order that a crash cannot turn into a loss. */
import { describe, expect, test } from '@jest/globals';
import { issueId } from '../../src/domain/ids.ts';
import { isHalfClosed } from '../../src/domain/issue.ts';
import { findLine, ISSUES_PATH } from '../../src/domain/lines.ts';
import type { Intent } from '../../src/spawner/intent.ts';
import { BASE, HEAD, NEW, OLD, TASK } from './view-builder.ts';
import { World } from './writers.ts';

const SECOND = issueId('bd-e.2');
const taken = {
  id: TASK,
  status: 'in_progress',
  assignee: OLD,
  metadata: { phase: 'pr_created', round: 1, attempt: 2, pr_number: 12 },
} as const;
const guard = { status: 'in_progress', assignee: OLD } as const;
const publish = (...tasks: string[]): Intent => ({
  do: 'publish',
  lines: tasks.map((task) => ({ task: issueId(task), round: 1, say: 'open' })),
  parent: BASE,
  branch: 'main',
});
const claim = (task = TASK): Intent => ({
  do: 'start worker',
  task,
  how: 'claim',
  round: 1,
  attempt: 1,
  guard: { status: 'open', assignee: '' },
  token: NEW,
});
const takeOver: Intent = { do: 'start worker', task: TASK, how: 'take over', round: 1, attempt: 3, guard, token: NEW };

describe('a publish', () => {
  test('says of each issue what is due, and is followed by the claims of its pass', async () => {
    const world = new World({ id: TASK }, { id: SECOND });
    expect(await world.outcomes(publish(TASK, SECOND), claim())).toEqual(['done', 'done']);
    expect(findLine(world.file, TASK)).toMatchObject({ open: true, round: 1 });
    expect(world.done).toEqual(['publish', `end ${TASK}`, `start ${TASK} attempt 1, in_progress by ${NEW}`]);
  });

  test('takes a line that cannot be read for no missing one: it may say that the task is closed', async () => {
    const world = new World({ id: TASK });
    world.file = `{"id": "${SECOND}", "status": "open"}\n{"id":"${TASK}","status":"closed"\n`;
    await expect(world.perform(publish(TASK), claim())).rejects.toMatchObject({
      message: expect.stringContaining(`line 2 of ${ISSUES_PATH} on main is no JSON object`),
      hint: expect.stringContaining(`git show ${BASE}:${ISSUES_PATH} | sed -n 2p`),
      exit: 'config',
    });
    expect(world.done).toEqual([]);
  });

  test('that lost its race ends the pass: no claim without a published line', async () => {
    const world = new World({ id: TASK });
    world.push = 'lost the race';
    expect(await world.outcomes(publish(TASK), claim())).toEqual(['moved on']);
    expect([world.beads.at(TASK).status, world.done]).toEqual(['open', []]);
  });

  test('that the remote refuses is said with what to write into heddle.yml, and nothing is claimed', async () => {
    const world = new World({ id: TASK });
    world.push = 'refused';
    await expect(world.perform(publish(TASK), claim())).rejects.toMatchObject({
      message: expect.stringContaining('GH013: no direct pushes'),
      hint: expect.stringContaining('state_branch'),
      exit: 'access',
    });
    expect(world.beads.at(TASK).status).toBe('open');
  });

  test('of an issue that Beads does not export claims nothing, and is not tried without end', async () => {
    const world = new World({ id: TASK }, { id: SECOND });
    world.beads.exportedLines = async () => [JSON.stringify({ id: SECOND, status: 'open' })];
    expect(await world.outcomes(publish(TASK, SECOND), claim())).toEqual(['moved on']);
    expect(findLine(world.file, SECOND)).toMatchObject({ open: true });
    await expect(world.perform(publish(TASK), claim())).rejects.toThrow(`bd export leaves out ${TASK}`);
    expect(world.beads.at(TASK).status).toBe('open');
  });

  test.each([
    ['Not needed', 'Not needed'],
    ['', 'Closed by hand'],
  ])('closes lines by hand, with the reason of the person (%j) and no pull request', async (reason, closeReason) => {
    const world = new World({ id: TASK, status: 'closed' });
    world.file = `${JSON.stringify({ id: TASK, status: 'open', metadata: { round: 2 } })}\n`;
    const lines = [{ task: TASK, round: 2, say: 'closed', reason }] as const;
    expect(await world.outcomes({ do: 'publish', lines, parent: BASE, branch: 'main' })).toEqual(['done']);
    expect(findLine(world.file, TASK)).toEqual({
      id: TASK,
      open: false,
      round: 2,
      closeReason,
      pullRequest: undefined,
    });
  });
});

describe('a start', () => {
  test('ends what is older of the task and sees it gone, then claims, then starts', async () => {
    const world = new World({ id: TASK });
    world.unendable.add(TASK);
    expect(await world.perform(claim())).toMatchObject([
      { is: 'not done', why: { is: 'earlier start not ending', pids: [41, 42] } },
    ]);
    expect(world.beads.at(TASK).status).toBe('open');
  });

  test('begins the round’s count with a claim, in the name of this host, whichever had the task before', async () => {
    const world = new World({ id: TASK, metadata: { reason: 'kept', agent_host: 'elsewhere' } });
    await world.perform(claim());
    expect(world.beads.at(TASK)).toMatchObject({
      status: 'in_progress',
      assignee: NEW,
      metadata: { phase: 'spawned', round: 1, attempt: 1, reason: 'kept', agent_host: 'loom' },
    });
  });

  test('keeps, with a takeover, what tells the worker where to go on', async () => {
    const world = new World(taken);
    await world.perform(takeOver);
    expect(world.beads.at(TASK)).toMatchObject({ assignee: NEW, metadata: { ...taken.metadata, attempt: 3 } });
  });

  test('that somebody else was faster with starts nothing', async () => {
    const world = new World({ id: TASK, assignee: 'alice' }, { id: SECOND });
    expect(await world.outcomes(claim(), claim(SECOND))).toEqual(['moved on', 'done']);
    expect(world.done.filter((one) => one.startsWith('start'))).toEqual([
      `start ${SECOND} attempt 1, in_progress by ${NEW}`,
    ]);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'open', assignee: 'alice' });
  });

  test('of tasks that get the same change is one call to Beads', async () => {
    const world = new World({ id: TASK }, { id: SECOND }, { ...taken, id: 'bd-e.3' });
    let calls = 0;
    world.beads.beforeUpdate = () => {
      calls += 1;
    };
    expect(await world.outcomes(claim(), { ...takeOver, task: issueId('bd-e.3') } as Intent, claim(SECOND))).toEqual([
      'done',
      'done',
      'done',
    ]);
    expect(calls).toBe(2);
  });
});

describe('a close', () => {
  const record: Intent = {
    do: 'record close',
    task: TASK,
    guard,
    pullRequest: 12,
    reason: 'Merged as pull request #12',
  };

  test('is recorded under its guard, then done', async () => {
    const world = new World(taken);
    expect(await world.outcomes(record)).toEqual(['done']);
    expect(world.beads.at(TASK)).toMatchObject({
      status: 'closed',
      closeReason: 'Merged as pull request #12',
      metadata: { phase: 'merged', pr_number: 12 },
    });
  });

  test('leaves the task with nobody, so that whoever had it cannot write over it', async () => {
    const world = new World(taken);
    const { beads } = world;
    beads.close = async () => undefined;
    await world.outcomes(record);
    const late = await beads.update([TASK], guard, { set: { phase: 'pr_created' } });
    expect(late.get(TASK)).toBe('refused');
    expect(beads.at(TASK).metadata.phase).toBe('merged');
  });

  test('of a task that is open makes it half closed, not reopened, to whoever looks in between', async () => {
    const world = new World({ ...taken, status: 'open' });
    world.beads.close = async () => undefined;
    await world.outcomes({ ...record, guard: { ...guard, status: 'open' } });
    expect(isHalfClosed(world.beads.at(TASK))).toBe(true);
  });

  test('is not done when the task has changed hands', async () => {
    const world = new World({ ...taken, assignee: NEW });
    expect(await world.outcomes(record)).toEqual(['moved on']);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'in_progress', metadata: { phase: 'pr_created' } });
  });

  test('that a crash cut in two is finished', async () => {
    const world = new World({ ...taken, metadata: { phase: 'merged', round: 1 } });
    await world.perform({ do: 'finish close', task: TASK, pullRequest: 12, reason: '' });
    expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', closeReason: 'Merged as pull request #12' });
  });

  test('of a container, and its opening, write its status alone', async () => {
    const world = new World({ id: 'bd-e', type: 'epic' });
    const container = issueId('bd-e');
    await world.perform({ do: 'close container', task: container });
    expect(world.beads.at('bd-e')).toMatchObject({ status: 'closed', closeReason: 'All of its tasks are closed' });
    await world.perform({ do: 'reopen container', task: container });
    expect(world.beads.at('bd-e').status).toBe('open');
  });
});

describe('a new round', () => {
  const open: Intent = { do: 'open round', task: TASK, round: 2, guard, abandon: [12, 13], from: 'base' };

  test('closes the old pull requests first, then lets go of the task and of all that was the old round’s', async () => {
    const world = new World({ ...taken, metadata: { ...taken.metadata, head_sha: HEAD, reason: 'x', worktree: 'w' } });
    expect(await world.outcomes(open)).toEqual(['done']);
    expect(world.done).toEqual(['close #12', 'close #13']);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'open', assignee: '' });
    expect(world.beads.at(TASK).metadata).toEqual({ round: 2 });
  });

  test('from the old head keeps that head', async () => {
    const world = new World({ ...taken, metadata: { ...taken.metadata, head_sha: HEAD } });
    await world.perform({ ...open, from: 'old head' });
    expect(world.beads.at(TASK).metadata).toEqual({ round: 2, head_sha: HEAD });
  });

  test('closes what is open of an old one when it is seen later', async () => {
    const world = new World(taken);
    const late: Intent = { do: 'close old pull requests', task: TASK, numbers: [12, 14] };
    expect(await world.outcomes(late)).toEqual(['done']);
    expect(world.done).toEqual(['close #12', 'close #14']);
  });

  test('is not opened twice', async () => {
    const world = new World(taken);
    expect(await world.outcomes(open, open)).toEqual(['done', 'moved on']);
    expect(world.beads.at(TASK).metadata.round).toBe(2);
  });
});
