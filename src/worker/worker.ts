/** The supervisor of one task: from the claim to an open pull request, or to a reason why not. */
import { TransientError, UserError, WorktreeLost } from '../domain/errors.ts';
import { branchOf, runTag } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { Log } from '../ports/files.ts';
import type { Lock } from '../ports/processes.ts';
import { findAgent } from './agents/index.ts';
import type { WorkerContext } from './context.ts';
import { adoptPullRequest, finish, lostWorktree } from './finish.ts';
import { goOn } from './go-on.ts';
import type { Job, Result, WorkerDeps, WorkerEnd, WorkerStart } from './job.ts';
import { logPath } from './log-names.ts';
import { isOurs } from './ours.ts';
import { entryOf, type Outcome } from './outcome.ts';
import { createPerform, patiently } from './perform.ts';
import { observe, prepare } from './prepare.ts';
import { resumePointOf } from './resume-point.ts';
import { runAgent } from './run-agent.ts';
import { scrub } from './scrub.ts';

/** A predecessor that is being ended holds the lock for a moment longer. */
const LOCK_WAIT_MS = 30_000;
/** An agent that prints without end must not fill the disk. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/** Runs one task's worker to its end. Throws only bugs, after it has written into the issue that something went wrong. */
export async function runWorker(deps: WorkerDeps, start: WorkerStart): Promise<WorkerEnd> {
  const lock = await lockTask(deps, start);
  if (lock === undefined) return { is: 'busy' };
  try {
    const issues = await patiently(
      deps,
      () => undefined,
      () => deps.beads.snapshot(),
    );
    const issue = issues.find(({ id }) => id === start.task);
    if (issue === undefined || !isOurs(issue, start)) return { is: 'replaced' };
    return await supervise(deps, start, issue, issues);
  } finally {
    await lock.release();
  }
}

async function lockTask(deps: WorkerDeps, start: WorkerStart): Promise<Lock | undefined> {
  try {
    return await deps.locks.acquire(`task-${deps.git.repositoryKey}-${start.task}`, LOCK_WAIT_MS);
  } catch (error) {
    if (error instanceof TransientError) return undefined;
    throw error;
  }
}

async function supervise(
  deps: WorkerDeps,
  start: WorkerStart,
  issue: Issue,
  issues: readonly Issue[],
): Promise<WorkerEnd> {
  const attempt = issue.metadata.attempt ?? 1;
  const job: Job = {
    ...start,
    issue,
    issues,
    attempt,
    branch: branchOf(start.task, start.round),
    tag: runTag({ repository: deps.git.repositoryKey, ...start }),
  };
  const log = scrubbed(deps.files.openLog(logPath(deps.git.stateFolder, job.task, job), MAX_LOG_BYTES), deps.secrets);
  const context: WorkerContext = { deps, job, log, perform: createPerform(deps, job, log) };
  try {
    let bug: unknown;
    const result = await resume(context).catch((error: unknown) => {
      if (!(error instanceof UserError || error instanceof TransientError)) bug = error;
      return failureOf(context, error);
    });
    const end = await endOf(context, result);
    log.line(`heddle: the worker ends: ${end.is}`);
    if (bug !== undefined) throw bug;
    return end;
  } finally {
    log.close();
  }
}

/** One look at where the task stands, one way on from there. */
async function resume(context: WorkerContext): Promise<Result<{ number: number }>> {
  const agent = findAgent(context.deps.settings, context.job.agent);
  const prepared = await prepare(context);
  if (prepared.is !== 'done') return prepared;
  const evidence = await observe(context, prepared.worktree);
  const point = resumePointOf(evidence);
  context.log.line(`heddle: where it stands: ${point.do}`);
  switch (point.do) {
    case 'give up':
      return { is: 'failed', outcome: point.outcome };
    case 'record':
      return await adoptPullRequest(context, point.pullRequest);
    case 'push':
      return await finish(context, prepared.worktree, { check: false });
    case 'check':
      return await finish(context, prepared.worktree, { check: true, startedAt: undefined, denied: [] });
    case 'run agent': {
      const { worktree } = prepared;
      if (point.pullRequest !== undefined)
        return await goOn(context, worktree, agent, { evidence, pullRequest: point.pullRequest });
      const ran = await runAgent(context, worktree, agent, { ...evidence, pullRequest: undefined, feedback: '' });
      if (ran.is !== 'done') return ran;
      return await finish(context, worktree, { check: true, startedAt: undefined, denied: ran.denied });
    }
    default:
      return point satisfies never;
  }
}

function failureOf(context: WorkerContext, error: unknown): Result<{ number: number }> {
  if (context.deps.stop.aborted) return { is: 'stopped' };
  const text = error instanceof Error ? error.message : String(error);
  context.log.line(`heddle: ${text}`);
  if (error instanceof UserError) return failed({ is: 'refused', detail: `${text} ${error.hint}` });
  if (error instanceof WorktreeLost) return failed(lostWorktree(context, error));
  if (error instanceof TransientError) return failed({ is: 'interrupted', detail: text });
  return failed({ is: 'interrupted', detail: `an error that Heddle did not expect: ${text}` });
}

function scrubbed(log: Log, secrets: readonly string[]): Log {
  return { line: (text) => log.line(scrub(text, secrets)), close: log.close };
}

function failed(outcome: Outcome): { is: 'failed'; outcome: Outcome } {
  return { is: 'failed', outcome };
}

/** Writes the reason, if there is one to write. */
async function endOf(context: WorkerContext, result: Result<{ number: number }>): Promise<WorkerEnd> {
  switch (result.is) {
    case 'done':
      return { is: 'pull request', number: result.number };
    case 'replaced':
    case 'stopped':
      return result;
    case 'failed':
      break;
    default:
      return result satisfies never;
  }
  const { deps, job, perform } = context;
  const { attempts, backoffMs } = deps.settings.limits;
  const outcome = { ...result.outcome, detail: scrub(result.outcome.detail, deps.secrets) };
  const entry = entryOf(outcome, { attempt: job.attempt, attempts, backoffMs, now: deps.clock.now() });
  const reason = entry.set.reason ?? '';
  context.log.line(`heddle: ${reason}`);
  if (!(await perform.write('the reason', entry.set, entry.unset))) return { is: 'replaced' };
  return entry.set.retry_at === undefined
    ? { is: 'needs a person', reason }
    : { is: 'waiting', reason, until: entry.set.retry_at };
}
