/** Takes one step of a landing. The next look tells what came of it; no step is repeated on what was read before it. */
import { BOUNDS } from '../../domain/bounds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MergerGitHub } from '../../ports/merger-github.ts';
import { effects } from '../effects.ts';
import type { OwedClose } from '../view.ts';
import type { LandingIntent } from './intent.ts';
import type { LandingState } from './state.ts';

type Landing = { github: MergerGitHub; clock: Clock; tell: (line: string) => void; landing: LandingState };

/** Gives the closes that are owed for what GitHub says is on the base now. */
export async function performLanding(intent: LandingIntent, on: Landing): Promise<readonly OwedClose[]> {
  switch (intent.do) {
    case 'merge':
      return await merge(intent, on);
    case 'ask for mergeability':
      await ask(intent.pullRequests, on);
      return [];
    default:
      return intent satisfies never;
  }
}

async function merge(
  intent: LandingIntent & { do: 'merge' },
  { github, clock, tell, landing }: Landing,
): Promise<readonly OwedClose[]> {
  const { pullRequest, head, method, task, round, url } = intent;
  const outcome = await effects.land(github, { number: pullRequest, head, method });
  const before = landing.tried.get(pullRequest);
  const count = (before?.head === head ? before.count : 0) + 1;
  landing.tried.set(pullRequest, { head, count, refused: outcome.is === 'refused' ? outcome.why : undefined });
  switch (outcome.is) {
    case 'merged':
      // The base has moved, so GitHub computes the mergeability of all others anew.
      landing.asked.clear();
      tell(`merged #${pullRequest} (${task}) in ${outcome.commit}`);
      return [{ task, round, pullRequest, url, commit: outcome.commit }];
    case 'head moved':
    case 'base moved':
    case 'not mergeable':
      tell(`#${pullRequest}: ${outcome.is}, looking again`);
      break;
    case 'unclear':
      tell(`#${pullRequest}: ${outcome.why}; looking whether it was merged`);
      break;
    case 'refused':
      tell(`#${pullRequest}: GitHub refuses the merge: ${outcome.why}`);
      return [];
    default:
      return outcome satisfies never;
  }
  await clock.sleep(BOUNDS.landingWait.value * count);
  return [];
}

async function ask(pullRequests: readonly number[], { github, clock, landing: { asked } }: Landing): Promise<void> {
  for (const number of pullRequests) {
    asked.set(number, (asked.get(number) ?? 0) + 1);
    await effects['ask for mergeability'](github, number);
  }
  const fewest = Math.min(...asked.values());
  const waits = BOUNDS.mergeabilityWait.value;
  await clock.sleep(waits[Math.min(fewest, waits.length) - 1] ?? 0);
}
