/** Does what was decided. Each effect is guarded by GitHub's own side, so a repeated one changes nothing. */
import { UserError } from '../domain/errors.ts';
import { NEEDS_PERSON_LABEL } from '../domain/marker.ts';
import type { Clock } from '../ports/clock.ts';
import type { MergerGitHub } from '../ports/merger-github.ts';
import { closeLines } from './closing.ts';
import { effects } from './effects.ts';
import type { Intent } from './intent.ts';
import type { SweepState } from './sweep-state.ts';
import type { Rules } from './view.ts';

export type Performing = {
  github: MergerGitHub;
  clock: Clock;
  rules: Rules;
  state: SweepState;
  /** Progress, a line at a time. */
  tell: (line: string) => void;
};

/** Before the next look at a head that GitHub would not land just now. */
const LANDING_WAIT_MS = 1_000;

export async function perform(intent: Intent, on: Performing): Promise<void> {
  switch (intent.do) {
    case 'land':
      return land(intent, on);
    case 'ask for mergeability': {
      const { asked } = on.state;
      asked.set(intent.pullRequest, (asked.get(intent.pullRequest) ?? 0) + 1);
      return effects['ask for mergeability'](on.github, intent.pullRequest);
    }
    case 'close lines': {
      const outcome = await closeLines(on.github, on.clock, on.rules.stateBranch, intent.closes);
      if (outcome.is === 'refused') on.state.closeRefused = outcome.why;
      else on.state.closed.push(...outcome.closes);
      for (const { task, pullRequest } of outcome.is === 'closed' ? outcome.closes : []) {
        on.tell(`closed ${task} (#${pullRequest})`);
      }
      return;
    }
    case 'call a person': {
      const { pullRequest, commentId, text, label } = intent;
      if (text !== undefined) await effects.comment(on.github, pullRequest, { id: commentId, body: text });
      if (label) await effects.label(on.github, pullRequest, NEEDS_PERSON_LABEL);
      on.tell(`#${pullRequest} needs a person`);
      return;
    }
    case 'call nobody':
      return effects.unlabel(on.github, intent.pullRequest, NEEDS_PERSON_LABEL);
    default:
      return intent satisfies never;
  }
}

type Landing = Extract<Intent, { do: 'land' }>;

/** Whatever came of it, the next look tells: a landing is never repeated on what was seen before it. */
async function land(intent: Landing, { github, clock, state, tell }: Performing): Promise<void> {
  const { pullRequest, head, method, task, round, url } = intent;
  // Before, because nobody looks at the labels of what is merged; where it does not land, a person is called again.
  if (intent.labelled) await dropLabel(github, pullRequest);
  const outcome = await effects.land(github, { number: pullRequest, head, method });
  const before = state.tried.get(pullRequest);
  const count = (before?.head === head ? before.count : 0) + 1;
  state.tried.set(pullRequest, { head, count, refused: outcome.is === 'refused' ? outcome.why : undefined });
  switch (outcome.is) {
    case 'merged':
      state.merged.push({ task, round, pullRequest, url, commit: outcome.commit });
      // The base has moved, so GitHub computes the mergeability of all others anew.
      state.asked.clear();
      tell(`merged #${pullRequest} (${task}) in ${outcome.commit}`);
      return;
    case 'head moved':
    case 'base moved':
    case 'not mergeable':
      tell(`#${pullRequest}: ${outcome.is}, looking again`);
      return clock.sleep(LANDING_WAIT_MS * count);
    case 'unclear':
      tell(`#${pullRequest}: ${outcome.why}; looking whether it was merged`);
      return clock.sleep(LANDING_WAIT_MS * count);
    case 'refused':
      tell(`#${pullRequest}: GitHub refuses the merge: ${outcome.why}`);
      return;
    default:
      return outcome satisfies never;
  }
}

/** A label that stays is no reason not to merge. */
async function dropLabel(github: MergerGitHub, pullRequest: number): Promise<void> {
  try {
    await effects.unlabel(github, pullRequest, NEEDS_PERSON_LABEL);
  } catch (error) {
    if (error instanceof UserError) throw error;
  }
}
