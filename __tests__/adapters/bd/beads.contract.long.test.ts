/** What Beads does with what Heddle asks of it: the real `bd` and those in memory have to agree. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { UserError } from '../../../src/domain/errors.ts';
import type { Metadata } from '../../../src/domain/issue.ts';
import { at, claim, clearKinds, EPIC, GONE, kinds, ME, mine, ONE, open, TWO } from './kinds.ts';

afterAll(clearKinds);

describe.each(kinds)('Beads, $name', ({ make }) => {
  test('shows every issue at once, with its parent, its blockers and nothing made up', async () => {
    const beads = await make();
    expect(await beads.prefix()).toBe('bd');
    const issues = [...(await beads.snapshot())].sort((a, b) => a.id.localeCompare(b.id));
    expect(issues.map(({ id, type, status, parent }) => [id, type, status, parent])).toEqual([
      [EPIC, 'epic', 'open', undefined],
      [ONE, 'task', 'open', EPIC],
      [TWO, 'task', 'open', EPIC],
    ]);
    expect(issues[1]).toEqual({
      id: ONE,
      title: 'Task bd-e.1',
      type: 'task',
      status: 'open',
      priority: 2,
      assignee: '',
      metadata: {},
      parent: EPIC,
      dependencies: [],
      description: '',
      design: '',
      acceptanceCriteria: '',
      notes: '',
      closeReason: '',
      startedAt: '',
      externalRef: '',
    });
    expect(issues[2]?.dependencies).toEqual([{ on: ONE, type: 'blocks' }]);
  });

  test('answers for each of many issues by itself', async () => {
    const beads = await make();
    await beads.update([TWO], open, { assignee: 'alice' });
    const outcomes = await beads.update([GONE, ONE, TWO], open, claim);
    expect([outcomes.get(GONE), outcomes.get(ONE), outcomes.get(TWO)]).toEqual(['gone', 'done', 'refused']);
    expect(await at(beads, ONE)).toMatchObject({ status: 'in_progress', assignee: ME });
    expect(await at(beads, TWO)).toMatchObject({ status: 'open', assignee: 'alice', metadata: {} });
    expect(await beads.update([], open, claim)).toEqual(new Map());
  });

  test('keeps metadata that is not spoken of, with its types, and any text as it is', async () => {
    const beads = await make();
    const reason = 'a = "b", <c> & \\d\n\t$(touch x) `y` ü 漢 {"e":1} --flag';
    await beads.update([ONE], open, {
      set: { round: 2, attempt: 0, agent_pid: 4711, reason, head_sha: '0'.repeat(40) },
    });
    await beads.update([ONE], open, { set: { phase: 'working' } });
    const metadata: Metadata = {
      round: 2,
      attempt: 0,
      agent_pid: 4711,
      reason,
      head_sha: '0'.repeat(40),
      phase: 'working',
    };
    expect((await at(beads, ONE)).metadata).toEqual(metadata);
  });

  test('sets and unsets in one write', async () => {
    const beads = await make();
    await beads.update([ONE], open, { set: { round: 1, attempt: 3, reason: 'old', retry_at: '2026-11-20T11:00:00Z' } });
    const reason = 'timed out: 1 of 2 (after 3 attempts) = "x"\nsecond line';
    await beads.update([ONE], open, { set: { reason, round: 2 }, unset: ['retry_at', 'attempt', 'worktree'] });
    expect((await at(beads, ONE)).metadata).toEqual({ round: 2, reason });
  });

  test('takes an assignee away, and lets go of a task', async () => {
    const beads = await make();
    await beads.update([ONE], open, claim);
    expect((await beads.update([ONE], mine, { status: 'open', assignee: '' })).get(ONE)).toBe('done');
    expect(await at(beads, ONE)).toMatchObject({ status: 'open', assignee: '', metadata: { phase: 'spawned' } });
  });

  test('closes what others have, what is blocked and what has open children; twice changes nothing', async () => {
    const beads = await make();
    await beads.update([TWO], open, claim);
    await beads.close([TWO, EPIC], 'Merged as pull request #1 in abc --now');
    await beads.close([TWO], 'another reason');
    expect(await at(beads, TWO)).toMatchObject({
      status: 'closed',
      closeReason: 'Merged as pull request #1 in abc --now',
    });
    expect(await at(beads, EPIC)).toMatchObject({ status: 'closed' });
    expect(await at(beads, ONE)).toMatchObject({ status: 'open' });
    expect((await beads.update([TWO], mine, { set: { round: 9 } })).get(TWO)).toBe('refused');
  });

  test('opens again with the metadata and the assignee that were there', async () => {
    const beads = await make();
    await beads.update([ONE], open, claim);
    await beads.update([ONE], mine, { set: { phase: 'merged', pr_number: 7 } });
    await beads.close([ONE], 'Merged');
    await beads.reopen(ONE);
    expect(await at(beads, ONE)).toMatchObject({
      status: 'open',
      assignee: ME,
      metadata: { phase: 'merged', pr_number: 7, round: 1 },
    });
  });

  test('takes new issues under their own ids, and exports them', async () => {
    const beads = await make();
    const edge = (on: string, type: string) => ({ issue_id: 'bd-e.3', depends_on_id: on, type });
    const line = {
      id: 'bd-e.3',
      title: '<a> & "b"',
      status: 'open',
      priority: 1,
      issue_type: 'task',
      dependencies: [edge('bd-e', 'parent-child'), edge('bd-e.2', 'blocks')],
    };
    await beads.importLines([JSON.stringify(line)]);
    expect(await at(beads, 'bd-e.3')).toMatchObject({
      title: '<a> & "b"',
      parent: EPIC,
      dependencies: [{ on: TWO, type: 'blocks' }],
    });
    expect((await beads.exportedLines()).map((text) => JSON.parse(text).id).sort()).toEqual([EPIC, ONE, TWO, 'bd-e.3']);
  });

  test('shows all that was written into a new issue', async () => {
    const beads = await make();
    const texts = { title: 'T', description: 'D', design: 'how', notes: 'n\nm' };
    const line = { id: 'bd-7', ...texts, acceptance_criteria: 'green', external_ref: 'plan:7', metadata: { round: 2 } };
    await beads.importLines([JSON.stringify({ ...line, status: 'open', priority: 0, issue_type: 'feature' })]);
    expect(await at(beads, 'bd-7')).toEqual({
      id: 'bd-7',
      ...texts,
      acceptanceCriteria: 'green',
      externalRef: 'plan:7',
      metadata: { round: 2 },
      status: 'open',
      priority: 0,
      type: 'feature',
      assignee: '',
      parent: undefined,
      dependencies: [],
      closeReason: '',
      startedAt: '',
    });
  });

  test('says when a dependency of new issues leads nowhere, rather than leave it out', async () => {
    const beads = await make();
    const dependencies = [{ issue_id: 'bd-e.3', depends_on_id: 'bd-nope', type: 'blocks' }];
    const line = { id: 'bd-e.3', title: 'c', status: 'open', priority: 2, issue_type: 'task', dependencies };
    const importing = beads.importLines([JSON.stringify(line)]);
    await expect(importing).rejects.toThrow(UserError);
    await expect(importing).rejects.toThrow('bd-e.3 -> bd-nope');
  });
});
