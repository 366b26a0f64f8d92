/**
 * Every effect of a worker, by name. Each can be repeated: it is guarded by the other side, or finds again what it made.
 * An outside that does not answer is asked again, a bounded number of times.
 */
import { BOUNDS } from '../domain/bounds.ts';
import { TransientError, WorktreeLost } from '../domain/errors.ts';
import type { Sha } from '../domain/ids.ts';
import type { Metadata, MetadataKey } from '../domain/issue.ts';
import type { Log } from '../ports/files.ts';
import type { MergeIn, Worktree } from '../ports/git.ts';
import type { PullRequest } from '../ports/github.ts';
import type { Program, RunningProgram } from '../ports/programs.ts';
import type { Job, WorkerDeps } from './job.ts';
import { commitMessage, mergeMessage, pullRequestBody, pullRequestTitle, restoreMessage } from './messages.ts';
import { scrub } from './scrub.ts';

const BEADS_FOLDER = '.beads';

/** The names of all effects: the one gate below takes no other, and the crash sweep kills the worker at each of them. */
export const EFFECTS = [
  'fetch',
  'write working to Beads',
  'write committed to Beads',
  'write the pushed head to Beads',
  'write pr_created to Beads',
  'write the reason to Beads',
  'end what is left of earlier starts',
  'end what this worker has started',
  'worktree',
  'write a file',
  'start a program',
  'commit what is left',
  'merge the base',
  'leave .beads alone',
  'push',
  'pull request',
] as const;
export type EffectName = (typeof EFFECTS)[number];
/** What a write to Beads is about. */
type Written = EffectName extends infer Name ? (Name extends `write ${infer What} to Beads` ? What : never) : never;

export type Perform = ReturnType<typeof createPerform>;

export function createPerform(deps: WorkerDeps, job: Job, log: Log) {
  const { beads, git, processes, programs, files, pullRequests } = deps;
  const clean = (text: string): string => scrub(text, deps.secrets);

  async function effect<T>(name: EffectName, perform: () => Promise<T>): Promise<T> {
    log.line(`heddle: ${name}`);
    return await patiently(deps, (why) => log.line(`heddle: ${name}: ${why}`), perform);
  }

  /** False when the task is no longer this worker's; then nothing was written. */
  async function guardedUpdate(set: Metadata, unset: readonly MetadataKey[] = []): Promise<boolean> {
    const guard = { status: 'in_progress', assignee: job.token } as const;
    const outcomes = await beads.update([job.task], guard, { set, ...(unset.length === 0 ? {} : { unset }) });
    return outcomes.get(job.task) === 'done';
  }

  /** What is begun and watched: it is not tried again here. */
  function begin<T>(name: EffectName, what: string, perform: () => T): T {
    log.line(`heddle: ${name}: ${what}`);
    return perform();
  }

  /** Programs and hooks run here with git at hand, and may have made it take the clone for no checkout any more. */
  async function repaired<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    for (const what of await git.repairConfig()) log.line(`heddle: ${what}`);
    return result;
  }

  return {
    fetch: () => effect('fetch', () => git.fetch([deps.base])),

    /** False when the task is no longer this worker's; then nothing was written. */
    write: (name: Written, set: Metadata, unset: readonly MetadataKey[] = []): Promise<boolean> =>
      effect(`write ${name} to Beads`, () => guardedUpdate(set, unset)),

    /** Everything of this task that is not this worker. */
    endOlder: () => effect('end what is left of earlier starts', () => processes.endTagged(job.task)),
    endFamily: () =>
      effect('end what this worker has started', () => repaired(processes.endTagged(job.task, { token: job.token }))),

    ensureWorktree: (start: Sha) =>
      effect('worktree', () => git.ensureWorktree({ task: job.task, round: job.round, start })),

    writeFile: (path: string, text: string, options?: { executable: boolean }) =>
      effect('write a file', () => files.write(path, text, options)),

    start: (name: string, program: Program): RunningProgram =>
      begin('start a program', name, () => programs.start(program)),

    commitAll: (worktree: Worktree) =>
      effect('commit what is left', () => repaired(git.commitAll(worktree.path, clean(commitMessage(job.issue))))),
    mergeBase: (worktree: Worktree, base: Sha): Promise<MergeIn> =>
      effect('merge the base', () => {
        const messages = { merge: mergeMessage(deps.base), leftovers: clean(commitMessage(job.issue)) };
        return repaired(git.mergeIn(worktree.path, base, messages));
      }),
    restoreBeads: (worktree: Worktree, from: Sha) =>
      effect('leave .beads alone', () =>
        git.restoreFolder(worktree.path, BEADS_FOLDER, from, restoreMessage(BEADS_FOLDER)),
      ),

    push: (worktree: Worktree, expected: Sha | undefined) =>
      effect('push', () => repaired(git.push(worktree.path, job.branch, expected))),

    /** Undefined when the task is no longer this worker's; then none was opened. */
    openPullRequest: (commits: number, head: Sha): Promise<PullRequest | undefined> => {
      let tried = false;
      return effect('pull request', async () => {
        // GitHub may not have answered for minutes.
        if (tried && !(await guardedUpdate({ head_sha: head }))) return undefined;
        tried = true;
        return await pullRequests.open({
          branch: job.branch,
          base: deps.base,
          title: clean(pullRequestTitle(job.issue)),
          body: clean(pullRequestBody(job.issue, { task: job.task, round: job.round, agent: job.agent, commits })),
        });
      });
    },
  };
}

/** Tries again what failed in a way that passes. */
export async function patiently<T>(
  deps: Pick<WorkerDeps, 'clock' | 'stop'>,
  say: (why: string) => void,
  perform: () => Promise<T>,
): Promise<T> {
  for (const waitMs of BOUNDS.patience.value) {
    try {
      return await perform();
    } catch (error) {
      if (!(error instanceof TransientError) || error instanceof WorktreeLost || deps.stop.aborted) throw error;
      say(`${error.message} Trying again in ${Math.max(waitMs, error.retryAfterMs ?? 0) / 1000} s.`);
      await deps.clock.sleep(Math.max(waitMs, error.retryAfterMs ?? 0), deps.stop);
    }
  }
  return await perform();
}
