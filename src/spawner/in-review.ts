/** What becomes of a task whose pull request is open, and what Beads is told of why it waits. Pure. */
import { HAND_BACK_KINDS, type Issue, MAX_REASON, roundOf } from '../domain/issue.ts';
import { HOLD_LABEL } from '../domain/marker.ts';
import type { Owner } from '../domain/owner.ts';
import { cut } from '../domain/text.ts';
import { problemsOf } from '../review/messages.ts';
import type { TaskDecision } from './closing.ts';
import type { Intent, Standing } from './intent.ts';
import { waitsOf } from './messages/waits.ts';
import type { PassSettings, PullRequest, View } from './view.ts';

/** What is done about it is done on the host of its worker. */
export function decideInReview(
  view: View,
  { token }: PassSettings,
  task: Issue,
  owner: Extract<Owner, { is: 'dead' | 'elsewhere' }>,
  { number, url, draft, labels }: PullRequest,
): TaskDecision {
  const inReview = (waits: Extract<Standing, { is: 'in review' }>['waits']): Standing => ({
    is: 'in review',
    pullRequest: number,
    url,
    waits,
  });
  if (draft) return { standing: { is: 'needs a person', why: { is: 'draft', number } } };
  if (labels.includes(HOLD_LABEL)) return { standing: { is: 'needs a person', why: { is: 'on hold', number } } };
  const way = view.reviews.get(task.id)?.way;
  switch (way?.is) {
    case undefined:
      return { standing: inReview('checks') };
    case 'going on':
    case 'stopped':
      return { standing: inReview(way.waits) };
    case 'person': {
      const why = cut(problemsOf(way.reasons), MAX_REASON);
      return {
        standing: { is: 'needs a person', why: { is: 'not mergeable as it is', url, number, why, after: way.after } },
      };
    }
    case 're-run': {
      const intent: Intent = { do: 're-run checks', task: task.id, workflowRuns: way.workflowRuns };
      return { standing: inReview('checks'), ...(owner.is === 'dead' ? { intent } : {}) };
    }
    case 'hand back': {
      const { handBack } = way;
      if (owner.is !== 'dead') return { standing: inReview(handBack.kind) };
      const start = { how: 'hand back', attempt: 1, guard: owner.guard, token, handBack } as const;
      return {
        standing: inReview(handBack.kind),
        intent: { do: 'start worker', task: task.id, round: roundOf(task), ...start },
      };
    }
    default:
      return way satisfies never;
  }
}

/** Where its worker has ended: while one lives it is the one writer. */
export function tellWhy(task: Issue, owner: Owner, standing: Standing): Intent | undefined {
  const told = owner.is === 'dead' ? waitsOf({ task: task.id, standing }) : undefined;
  if (told === undefined || owner.is !== 'dead') return undefined;
  const { waits, waits_for: before, phase } = task.metadata;
  // It is still what its worker has it back for, whenever the next attempt comes.
  const back = phase === 'working' && HAND_BACK_KINDS.some((kind) => kind === waits);
  if (back && (told.waits === 'retry' || told.waits === 'limit')) return undefined;
  if (waits === told.waits && before === told.waitsFor) return undefined;
  return { do: 'tell why', task: task.id, guard: owner.guard, ...told };
}
