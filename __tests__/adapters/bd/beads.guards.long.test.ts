/** Beads' guards among processes: eight of them want the same tasks at one time, on the embedded database. */
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bdEnvironment } from '../../../src/adapters/bd/beads.ts';
import { run } from '../../../src/adapters/host/run.ts';
import { issueId } from '../../../src/domain/ids.ts';
import { PATIENCE_MS } from '../../fakes/wait.ts';
import { bd, beadsOf, clearHarness, freshDatabase, realBd } from './harness.ts';

/** Of `bd`, where the guard of at least one issue did not hold. */
const EXIT_GUARD = 13;
const CLAIMANTS = 8;

afterAll(clearHarness);

test('of eight that claim the same three tasks at once each task has one, whole, and the others change nothing', async () => {
  const folder = freshDatabase();
  const third = { id: 'bd-e.3', title: 'Task bd-e.3', status: 'open', priority: 2, issue_type: 'task' };
  bd(folder, ['import', '-'], JSON.stringify(third));
  const ids = ['bd-e.1', 'bd-e.2', 'bd-e.3'].map((id) => issueId(id));
  const env = bdEnvironment(process.env, { beadsDir: join(folder, '.beads'), actor: 'claimant' });
  const guard = ['--if-status', 'open', '--if-assignee', ''];
  const claimants = Array.from({ length: CLAIMANTS }, (_, at) => ({ assignee: `heddle-loom-${at}`, attempt: at + 1 }));
  const ended = await Promise.all(
    claimants.map(({ assignee, attempt }) => {
      const change = ['--status', 'in_progress', '--assignee', assignee, '--metadata', JSON.stringify({ attempt })];
      const args = ['update', ...ids, ...guard, ...change, '--json'];
      return run(realBd(), args, { cwd: folder, env, timeoutMs: PATIENCE_MS });
    }),
  );
  const won = ended.map(({ stdout }) =>
    stdout.trim() === '' ? [] : (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id),
  );
  // What each was told it has is all that there is, once.
  expect(won.flat().sort()).toEqual(ids);
  expect(ended.map(({ exitCode }) => exitCode)).toEqual(won.map((has) => (has.length === ids.length ? 0 : EXIT_GUARD)));
  const issues = (await beadsOf(folder).snapshot()).filter(({ id }) => ids.includes(id));
  const expected = ids.map((id) => {
    const at = won.findIndex((has) => has.includes(id));
    return { id, status: 'in_progress', assignee: claimants[at]?.assignee, metadata: { attempt: at + 1 } };
  });
  expect(
    issues
      .map(({ id, status, assignee, metadata }) => ({ id, status, assignee, metadata }))
      .sort((a, b) => a.id.localeCompare(b.id)),
  ).toEqual(expected);
});
