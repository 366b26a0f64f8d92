/** `heddle cleanup`: removes the worktrees and branches of closed tasks, and says why the others stay. */
import { decideCleanup } from '../cleanup.ts';
import type { Intent, Kept, Performed } from '../intent.ts';
import { observeAll } from '../observe.ts';
import { perform } from '../perform.ts';
import type { SpawnerDeps } from '../repairs.ts';

export type CleanupOutcome = {
  /** What is removed, or in a dry run would be. */
  intents: readonly Intent[];
  performed: readonly Performed[];
  kept: readonly Kept[];
};

export async function cleanup(deps: Omit<SpawnerDeps, 'locks'>, options: { dryRun: boolean }): Promise<CleanupOutcome> {
  const view = await observeAll(deps.readers, deps.names);
  const intents: Intent[] = [];
  const kept: Kept[] = [];
  const known = new Map(view.issues.map((issue) => [issue.id, issue]));
  for (const id of new Set(view.worktrees.map(({ task }) => task))) {
    const status = known.get(id)?.status;
    if (status === 'closed') continue;
    const why = status === undefined ? ({ is: 'task unknown' } as const) : ({ is: 'task not closed', status } as const);
    kept.push(...view.worktrees.filter(({ task }) => task === id).map(({ path }) => ({ task: id, path, why })));
  }
  for (const issue of view.issues) {
    if (issue.status !== 'closed') continue;
    const worker = view.processes.find(({ task }) => task === issue.id);
    if (worker !== undefined) {
      // A worktree is not removed under a living worker; the next pass of a spawner ends that worker.
      const own = view.worktrees.filter(({ task }) => task === issue.id);
      const why = { is: 'worker alive', pid: worker.pid } as const;
      kept.push(...own.map(({ path }) => ({ task: issue.id, path, why })));
      continue;
    }
    const decided = decideCleanup(view, issue);
    if (decided.intent !== undefined) intents.push(decided.intent);
    kept.push(...decided.kept);
  }
  const performed: Performed[] = [];
  if (!options.dryRun) for await (const one of perform(deps.writers, intents)) performed.push(one);
  return { intents, performed, kept };
}
