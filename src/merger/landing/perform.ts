/** Takes one step of a landing. The next look tells what came of it; no step is repeated on what was read before it. */
import { BOUNDS } from '../../domain/bounds.ts';
import { TransientError, UserError } from '../../domain/errors.ts';
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
      await ask(intent.pullRequest, on);
      return [];
    default:
      return intent satisfies never;
  }
}

async function merge(intent: LandingIntent & { do: 'merge' }, on: Landing): Promise<readonly OwedClose[]> {
  const { github, clock, tell, landing } = on;
  const { pullRequest, head, method, task, round, url, greenAt, next } = intent;
  const outcome = await effects.land(github, { number: pullRequest, head, method });
  const before = landing.tried.get(pullRequest);
  const count = (before?.head === head ? before.count : 0) + 1;
  landing.tried.set(pullRequest, { head, count, refused: outcome.is === 'refused' ? outcome.why : undefined });
  switch (outcome.is) {
    case 'merged': {
      const greenSeconds = Math.max(0, Math.round((clock.now().getTime() - greenAt.getTime()) / 1000));
      // The base has moved, so GitHub computes the mergeability of all others anew.
      landing.asked.clear();
      tell(`merged #${pullRequest} (${task}) in ${outcome.commit}`);
      await askNext(next, on);
      return [{ task, round, pullRequest, url, commit: outcome.commit, greenSeconds }];
    }
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

async function ask(number: number, { github, clock, landing: { asked } }: Landing): Promise<void> {
  const times = (asked.get(number) ?? 0) + 1;
  asked.set(number, times);
  await effects['ask for mergeability'](github, number);
  const waits = BOUNDS.mergeabilityWait.value;
  await clock.sleep(waits[Math.min(times, waits.length) - 1] ?? 0);
}

/** Right after a merge, so that the next look finds an answer. What has merged is told whatever comes of it. */
async function askNext(next: number | undefined, on: Landing): Promise<void> {
  if (next === undefined) return;
  try {
    await ask(next, on);
  } catch (error) {
    if (!(error instanceof TransientError || error instanceof UserError)) throw error;
  }
}
