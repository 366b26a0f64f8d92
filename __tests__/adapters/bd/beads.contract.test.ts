/** Of the contract of Beads what all else rests on: a write is guarded. The rest of it takes its time. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { at, claim, clearKinds, kinds, ME, mine, ONE, open } from './kinds.ts';

afterAll(clearKinds);

describe.each(kinds)('Beads, $name', ({ make }) => {
  test('applies all changes of an issue if its guard holds, and none if it does not', async () => {
    const beads = await make();
    const refusing = [
      { status: 'in_progress', assignee: '' },
      { status: 'open', assignee: 'alice' },
      { status: 'in_progress', assignee: ME },
    ] as const;
    for (const guard of refusing) expect(await beads.update([ONE], guard, claim)).toEqual(new Map([[ONE, 'refused']]));
    expect(await at(beads, ONE)).toMatchObject({ status: 'open', assignee: '', metadata: {} });
    expect(await beads.update([ONE], open, claim)).toEqual(new Map([[ONE, 'done']]));
    expect(await at(beads, ONE)).toMatchObject({
      status: 'in_progress',
      assignee: ME,
      metadata: { phase: 'spawned', round: 1, attempt: 1 },
    });
    expect(await beads.update([ONE], open, claim)).toEqual(new Map([[ONE, 'refused']]));
  });

  test('fences off a worker that was replaced, by its very next write', async () => {
    const beads = await make();
    await beads.update([ONE], open, claim);
    const next = 'heddle-loom-99999999';
    expect((await beads.update([ONE], mine, { assignee: next, set: { attempt: 2 } })).get(ONE)).toBe('done');
    expect((await beads.update([ONE], mine, { set: { phase: 'working' } })).get(ONE)).toBe('refused');
    expect(await at(beads, ONE)).toMatchObject({ assignee: next, metadata: { phase: 'spawned', attempt: 2 } });
  });
});
