/** `heddle cleanup`: removes the worktrees and branches of closed tasks, and says why the others stay. */
import type { IssueId } from '../domain/ids.ts';
import { decideCleanup } from '../spawner/cleanup.ts';
import type { Intent, Performed } from '../spawner/intent.ts';
import { type Eyes, type Names, observeAll } from '../spawner/observe.ts';
import { type Hands, perform } from '../spawner/perform.ts';

type CleanupOutcome = {
  /** What is removed, or in a dry run would be. */
  intents: readonly Intent[];
  performed: readonly Performed[];
  kept: readonly { task: IssueId; path: string; why: string }[];
};

export async function cleanup(
  deps: { eyes: Eyes; hands: Hands; names: Names },
  options: { dryRun: boolean },
): Promise<CleanupOutcome> {
  const view = await observeAll(deps.eyes, deps.names);
  const intents: Intent[] = [];
  const kept: { task: IssueId; path: string; why: string }[] = [];
  const known = new Map(view.issues.map((issue) => [issue.id, issue]));
  for (const id of new Set(view.worktrees.map(({ task }) => task))) {
    const status = known.get(id)?.status;
    if (status === 'closed') continue;
    const why = status === undefined ? 'Beads has no such task' : `its task is ${status}`;
    kept.push(...view.worktrees.filter(({ task }) => task === id).map(({ path }) => ({ task: id, path, why })));
  }
  for (const issue of view.issues) {
    if (issue.status !== 'closed') continue;
    const worker = view.processes.find(({ task }) => task === issue.id);
    if (worker !== undefined) {
      // Its worktree is not taken away under it; the next pass of a spawner ends it.
      const own = view.worktrees.filter(({ task }) => task === issue.id);
      kept.push(...own.map(({ path }) => ({ task: issue.id, path, why: `process ${worker.pid} of its worker lives` })));
      continue;
    }
    const decided = decideCleanup(view, issue);
    if (decided.intent !== undefined) intents.push(decided.intent);
    kept.push(...decided.kept.map((one) => ({ task: issue.id, ...one })));
  }
  const performed: Performed[] = [];
  if (!options.dryRun) for await (const one of perform(deps.hands, intents)) performed.push(one);
  return { intents, performed, kept };
}
