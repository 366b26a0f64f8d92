/** Does what was decided. Each effect is guarded by GitHub's own side, so a repeated one changes nothing. */
import { NEEDS_PERSON_LABEL } from '../domain/marker.ts';
import type { Clock } from '../ports/clock.ts';
import type { MergerGitHub } from '../ports/merger-github.ts';
import { closeLines } from './closing.ts';
import { effects } from './effects.ts';
import type { Intent } from './intent.ts';
import { performLanding } from './landing/perform.ts';
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

export async function perform(intent: Intent, on: Performing): Promise<void> {
  switch (intent.do) {
    case 'land': {
      const { landing, landed } = on.state;
      landed.push(...(await performLanding(intent.by, { ...on, landing })));
      return;
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
