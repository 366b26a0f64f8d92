/** Does what was decided. Each effect is guarded by GitHub's own side, so a repeated one changes nothing. */
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
      const at = { stateBranch: on.rules.stateBranch, seen: on.state.file };
      const outcome = await closeLines(on.github, on.clock, at, intent.closes);
      if (outcome.is === 'refused') on.state.closeRefused = outcome.why;
      else on.state.closed.push(...outcome.closes);
      for (const { task, pullRequest } of outcome.is === 'closed' ? outcome.closes : []) {
        on.tell(`closed ${task} (#${pullRequest})`);
      }
      return;
    }
    case 'comment': {
      const { pullRequest, commentId, text } = intent;
      await effects.comment(on.github, pullRequest, { id: commentId, body: text });
      on.tell(`#${pullRequest}: its comment says the verdict`);
      return;
    }
    case 'say the verdict': {
      const { pullRequest, verdict } = intent;
      const outcome = await effects['say the verdict'](on.github, verdict);
      if (outcome.is === 'said') return on.tell(`#${pullRequest}: its check says the verdict`);
      on.state.verdictRefused = true;
      return on.tell(`#${pullRequest}: GitHub refuses a ${verdict.as} with the verdict: ${outcome.why}`);
    }
    default:
      return intent satisfies never;
  }
}
