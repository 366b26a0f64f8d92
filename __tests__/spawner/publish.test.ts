/** What the state branch is told, so that the merger can close there, and lands nothing that a person has closed. */
import { describe, expect, test } from '@jest/globals';
import { planPublish } from '../../src/spawner/publish.ts';
import { BASE, decided, doings, EPIC, epic, line, OTHER, TASK, taken, task, view } from './view-builder.ts';

const planned = (parts: Parameters<typeof view>[0]) => planPublish(view(parts))?.lines;
const closed = { status: 'closed', closeReason: 'Not needed' };

describe('a publish', () => {
  test('is not due when every line is as it should be', () => {
    expect(planned({})).toBeUndefined();
    expect(planned({ issues: [epic(), taken()] })).toBeUndefined();
  });

  test('adds what is missing: the tasks of the epic, and the containers', () => {
    expect(planned({ lines: { [TASK]: undefined, [EPIC]: undefined } })).toEqual([
      { task: EPIC, round: 1, say: 'open' },
      { task: TASK, round: 1, say: 'open' },
    ]);
  });

  test('adds a task that came while the epic runs', () => {
    expect(planned({ issues: [epic(), task(), task({}, 'bd-e.2')], lines: { 'bd-e.2': undefined } })).toEqual([
      { task: 'bd-e.2', round: 1, say: 'open' },
    ]);
  });

  test('stands before every claim of its pass: no claim without a published line', () => {
    expect(doings(decided({ lines: { [TASK]: undefined } }))).toEqual(['publish', `start worker ${TASK}`]);
  });

  test('writes a line anew when the local round is higher, whether the old one is open or closed', () => {
    const again = task({ metadata: { round: 2 } });
    for (const open of [true, false]) {
      expect(planned({ issues: [epic(), again], lines: { [TASK]: line({ open }) } })).toEqual([
        { task: TASK, round: 2, say: 'open' },
      ]);
    }
  });

  test('takes over a line that spells no round', () => {
    expect(planned({ lines: { [TASK]: line({ round: undefined }) } })).toEqual([{ task: TASK, round: 1, say: 'open' }]);
  });

  test('leaves a line of a later round alone: this Beads is the older one', () => {
    expect(planned({ lines: { [TASK]: line({ round: 3 }) } })).toBeUndefined();
  });

  test('closes the line of what a person closed, in the round that the line is in', () => {
    expect(planned({ issues: [epic(), task(closed)] })).toEqual([
      { task: TASK, round: 1, say: 'closed', reason: 'Not needed' },
    ]);
    expect(planned({ issues: [epic(), task({ ...closed, metadata: { round: 2 } })] })).toEqual([
      { task: TASK, round: 1, say: 'closed', reason: 'Not needed' },
    ]);
    expect(planned({ issues: [epic(), task({ status: 'closed' })] })).toMatchObject([{ reason: '' }]);
  });

  test('adds no line for what is closed and was never published', () => {
    expect(planned({ issues: [epic(), task(closed)], lines: { [TASK]: undefined } })).toBeUndefined();
  });

  test('leaves to the merger what a pull request closed, also when somebody opened the line again', () => {
    expect(planned({ issues: [epic(), task({ status: 'closed', metadata: { phase: 'merged' } })] })).toBeUndefined();
  });

  test('does not open a closed line of the same round: the close is a message that has to arrive first', () => {
    expect(planned({ lines: { [TASK]: line({ open: false }) } })).toBeUndefined();
    expect(
      planned({ issues: [epic(), taken()], lines: { [TASK]: line({ open: false, pullRequest: 12 }) } }),
    ).toBeUndefined();
  });

  test('closes and opens the lines of containers with them', () => {
    expect(planned({ issues: [epic(closed), task(closed)], lines: { [TASK]: line({ open: false }) } })).toEqual([
      { task: EPIC, round: 1, say: 'closed', reason: 'Not needed' },
    ]);
    expect(planned({ lines: { [EPIC]: line({ open: false }) } })).toEqual([{ task: EPIC, round: 1, say: 'open' }]);
  });

  test('leaves the line of a task that became a container closed, if its pull request closed it', () => {
    const issues = [epic(), taken(), task({}, `${TASK}.1`)];
    expect(planned({ issues, lines: { [TASK]: line({ open: false, pullRequest: 12 }) } })).toBeUndefined();
  });

  test('stands on the head of the state branch that was read, or on the base where there is none yet', () => {
    const lines = { [TASK]: undefined };
    expect(planPublish(view({ lines, state: { branch: 'beads', head: OTHER } }))).toMatchObject({
      parent: OTHER,
      branch: 'beads',
    });
    expect(planPublish(view({ lines, state: { branch: 'beads', head: undefined } }))).toMatchObject({
      parent: BASE,
      branch: 'beads',
    });
  });
});
