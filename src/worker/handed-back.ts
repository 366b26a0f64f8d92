/**
 * What is asked for of a pull request that is open: told by GitHub as it is now, never by what a comment, a title, a label
 * or a check's own text says. Into the prompt come names and ends of checks, the end of a failed job's log, and what
 * reviewers who may write say; what others wrote is fenced by marks that nobody can know.
 */
import { TransientError } from '../domain/errors.ts';
import type { HandBackKind } from '../domain/issue.ts';
import { HAND_BACK_KINDS } from '../domain/issue.ts';
import type { PullRequest } from '../ports/github.ts';
import type { Reason } from '../review/review.ts';
import type { WorkerContext } from './context.ts';
import { feedbackText, fenced, plain } from './feedback.ts';
import { patiently } from './perform.ts';

/** `feedback`: for the agent; empty where a merge of the base is all that is asked for. */
type Asked = { mergeBase: boolean; feedback: string };

/** Of a log; of its end less goes into the prompt. */
const LOG_BYTES = 64 * 1024;
const LOG_SHOWN = 8 * 1024;
const JOBS = 3;

/** Whether the spawner has handed it back; otherwise a person has asked for more. */
export function handedBackFor({ job }: WorkerContext): HandBackKind | undefined {
  return HAND_BACK_KINDS.find((kind) => kind === job.issue.metadata.waits);
}

/** Undefined where nothing keeps it from landing, or only time does. */
export async function askedOf(context: WorkerContext, { number, head }: PullRequest): Promise<Asked | undefined> {
  const { deps, job } = context;
  const wanted = { task: job.task, round: job.round, pullRequest: number, pushed: head, handedBack: {} };
  const patient = <T>(read: () => Promise<T>): Promise<T> => patiently(deps, context.log.line, read);
  const way = await patient(async () => {
    const found = (await deps.reviews.of([wanted], deps.clock.now())).get(job.task)?.way;
    if (found !== undefined || handedBackFor(context) === undefined) return found;
    throw new TransientError(`GitHub does not show pull request #${number}.`);
  });
  if (way === undefined) return undefined;
  if (way.is === 'stopped' || (way.is === 'going on' && way.waits !== 'merge')) return undefined;
  const { reasons } = way;
  const cannot = reasons.flatMap((reason) => (reason.is === 'cannot land' ? [reason.because.is] : []));
  const mergeBase = cannot.includes('conflict') || cannot.includes('behind');
  const parts: string[] = [];
  for (const reason of reasons) parts.push(...(await patient(() => partsOf(context, reason, number))));
  if (parts.length === 0 && !mergeBase) return undefined;
  return { mergeBase, feedback: parts.join('\n\n') };
}

async function partsOf({ deps }: WorkerContext, reason: Reason, number: number): Promise<readonly string[]> {
  switch (reason.is) {
    case 'check failed': {
      const parts = [feedbackText.failed(reason.checks)];
      const jobs = reason.checks.flatMap(({ name, job }) => (job === undefined ? [] : [{ name, job }])).slice(0, JOBS);
      for (const { name, job } of jobs) {
        const log = await deps.reviewed.logEnd(job, LOG_BYTES);
        if (log === undefined) continue;
        const shown = endOfLog(log, Math.floor(LOG_SHOWN / jobs.length));
        parts.push(`${feedbackText.log(name)}\n${fenced(shown, deps.clock.nonce())}`);
      }
      return parts;
    }
    case 'changes requested': {
      const asked = await deps.reviewed.requestedChanges(number);
      const texts = asked.map(({ login, text }) => `${plain(login)}:\n${text}`).join('\n\n');
      return [`${feedbackText.changes}\n${fenced(plain(texts).slice(0, LOG_SHOWN), deps.clock.nonce())}`];
    }
    case 'forbidden paths':
      return [feedbackText.forbidden(reason.paths)];
    default:
      return [];
  }
}

/** Up to the last line that GitHub marks as an error: what a job does after it only cleans up. */
function endOfLog(log: string, max: number): string {
  const text = plain(log);
  const error = text.lastIndexOf('##[error]');
  const end = error < 0 ? -1 : text.indexOf('\n', error);
  const told = end < 0 ? text : text.slice(0, end);
  return told.slice(-max);
}
