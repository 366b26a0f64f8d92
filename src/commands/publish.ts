/** `heddle publish`: the epic's lines onto the state branch, and nothing else. */
import { BOUNDS } from '../domain/bounds.ts';
import type { IssueId } from '../domain/ids.ts';
import { retrying } from '../domain/retrying.ts';
import { type Eyes, type Names, observe } from '../spawner/observe.ts';
import { type Hands, perform } from '../spawner/perform.ts';
import { planPublish } from '../spawner/publish.ts';

type PublishResult =
  | { is: 'up to date' }
  | { is: 'published'; tasks: readonly IssueId[]; branch: string }
  | { is: 'lost every race' };

export async function publish(deps: { eyes: Eyes; hands: Hands; names: Names }, epic: string): Promise<PublishResult> {
  const published = await retrying(BOUNDS.publishes, async (): Promise<PublishResult | undefined> => {
    const plan = planPublish(await observe(deps.eyes, deps.names, epic));
    if (plan === undefined) return { is: 'up to date' };
    for await (const performed of perform(deps.hands, [plan])) {
      if (performed.is === 'done')
        return { is: 'published', tasks: plan.lines.map(({ task }) => task), branch: plan.branch };
    }
    return undefined;
  });
  return published ?? { is: 'lost every race' };
}
