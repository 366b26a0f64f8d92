/** What an agent's end means. Pure: its final event, its exit and the evidence in git, taken together. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import { forbiddenPaths } from '../domain/forbidden-paths.ts';
import type { ProgramEnd } from '../ports/programs.ts';
import type { FinalEvent } from './agents/definition.ts';
import type { Outcome } from './outcome.ts';

/** Who ended the run: the program itself, or one of the limits. */
export type Run = {
  by: 'itself' | 'wall clock' | 'silence' | 'after its final event';
  /** Undefined when it had to be ended. */
  end: ProgramEnd | undefined;
  /** The last lines of output, scrubbed. */
  tail: string;
};

export type AgentRun = Run & {
  final: FinalEvent | undefined;
  /** True if the agent's protocol has a final event. */
  announces: boolean;
};

/** A shell adds this to the number of the signal that ended its command. */
const SIGNALLED = 128;

/** Undefined if the agent ended as it should; whether it did anything is for git to say. */
export function judgeRun(run: AgentRun, limits: { wallClockMs: number; silenceMs: number }): Outcome | undefined {
  if (run.final?.is === 'limit') {
    return { is: 'usage limit', detail: run.final.message, resetsAt: run.final.resetsAt };
  }
  // Before its final event: one that is interrupted may still find the time to call that an error of its own.
  if (run.by === 'wall clock') return { is: 'timed out', detail: `not done after ${inWords(limits.wallClockMs)}` };
  if (run.by === 'silence') return { is: 'went silent', detail: `no output for ${inWords(limits.silenceMs)}` };
  if (run.final?.is === 'failure') return { is: 'failed', detail: run.final.message };
  if (run.end?.is === 'missing') return { is: 'agent missing', detail: run.end.why };
  if (run.end?.is === 'not started') return { is: 'failed', detail: notStarted(run.end.why) };
  if (run.end?.is === 'signalled') return { is: 'died', detail: `ended by ${run.end.signal}${after(run.tail)}` };
  if (run.end?.is === 'exited' && run.end.code > SIGNALLED && run.end.code <= SIGNALLED + 64) {
    return { is: 'died', detail: `ended by signal ${run.end.code - SIGNALLED}${after(run.tail)}` };
  }
  if (run.end?.is === 'exited' && run.end.code !== 0) {
    return { is: 'failed', detail: `exit code ${run.end.code}${after(run.tail)}` };
  }
  if (run.announces && run.final === undefined) {
    return { is: 'died', detail: `ended without its final event${after(run.tail)}` };
  }
  return undefined;
}

/** The outcome of a set-up or verify command; undefined if it succeeded. */
export function judgeCommand(is: 'setup failed' | 'verify failed', run: Run, limitMs: number): Outcome | undefined {
  if (run.by !== 'itself') return { is, detail: `not done after ${inWords(limitMs)}` };
  if (run.end?.is === 'exited' && run.end.code === 0) return undefined;
  return { is, detail: `${run.end === undefined ? '' : howEnded(run.end)}${after(run.tail)}` };
}

function howEnded(end: ProgramEnd): string {
  switch (end.is) {
    case 'exited':
      return `exit code ${end.code}`;
    case 'signalled':
      return end.signal;
    case 'missing':
    case 'not started':
      return notStarted(end.why);
    default:
      return end satisfies never;
  }
}

function notStarted(why: string): string {
  return `could not be started: ${why}`;
}

/** What git says after the agent has ended and everything is committed. */
type Work = {
  /** Paths that differ from where the branch left the base. */
  changed: readonly string[];
  /** Folders among them of which git has no file, since they are repositories of their own. */
  nested?: readonly string[];
  /** True if there are commits that were not there when the agent was started. */
  moved: boolean;
  /** True if a pull request was open already: then only something new counts. */
  askedToGoOn: boolean;
  /** Tools that the agent was not allowed to use. */
  denied?: readonly string[];
  /** Files with marks of a conflict; undefined where the base was not to be merged. */
  conflicts?: readonly string[] | 'not merged' | undefined;
};

export function judgeWork(work: Work, forbidden: readonly string[]): Outcome | undefined {
  if (work.changed.length === 0) return { is: 'nothing done', detail: `no file differs from the base${mayNot(work)}` };
  if (work.conflicts === 'not merged') return { is: 'conflict left', detail: 'the base is not in the branch any more' };
  if (work.conflicts !== undefined && work.conflicts.length > 0)
    return { is: 'conflict left', detail: `marks of a conflict are left in ${work.conflicts.slice(0, 5).join(', ')}` };
  if (work.askedToGoOn && !work.moved) {
    return { is: 'nothing done', detail: `nothing was added to the pull request${mayNot(work)}` };
  }
  const [nested] = work.nested ?? [];
  if (nested !== undefined) return { is: 'nested repository', detail: nestedDetail(nested) };
  const refused = forbiddenPaths(work.changed, forbidden);
  if (refused.length === 0) return undefined;
  return { is: 'refused path', detail: `a task may not change ${refused.slice(0, 5).join(', ')}` };
}

function nestedDetail(path: string): string {
  return `${path} is a repository of its own, so none of its files would be in the pull request; remove ${path}/.git, or make it a submodule`;
}

function mayNot({ denied = [] }: Work): string {
  if (denied.length === 0) return '';
  return `; the agent was not allowed to use ${denied.slice(0, 5).join(', ')} (permission_mode and flags in ${CONFIG_PATH})`;
}

function after(tail: string): string {
  return tail === '' ? '' : `: ${tail}`;
}

function inWords(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} seconds`;
}
