/** `heddle publish`: the epic's lines onto the state branch, and nothing else. */
import { BOUNDS } from '../../domain/bounds.ts';
import { TransientError } from '../../domain/errors.ts';
import type { IssueId } from '../../domain/ids.ts';
import { retrying } from '../../domain/retrying.ts';
import { observe } from '../observe.ts';
import { perform } from '../perform.ts';
import { planPublish } from '../publish.ts';
import type { SpawnerDeps } from '../repairs.ts';

export type PublishOutcome = { is: 'up to date' } | { is: 'published'; tasks: readonly IssueId[]; branch: string };

export async function publish(deps: Omit<SpawnerDeps, 'locks'>, epic: string): Promise<PublishOutcome> {
  const published = await retrying(BOUNDS.publishes, async (): Promise<PublishOutcome | undefined> => {
    const plan = planPublish(await observe(deps.readers, deps.names, epic));
    if (plan === undefined) return { is: 'up to date' };
    for await (const performed of perform(deps.writers, [plan])) {
      if (performed.is === 'done')
        return { is: 'published', tasks: plan.lines.map(({ task }) => task), branch: plan.branch };
    }
    return undefined;
  });
  if (published !== undefined) return published;
  throw new TransientError('Others pushed to the state branch at the same time, at each try.');
}
