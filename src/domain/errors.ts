/**
 * Two kinds of errors are for people and for loops; everything else that is thrown is a bug.
 * All exit codes are in one table, which docs/usage.md repeats and a test compares.
 */
import { CONFIG_PATH } from './config-path.ts';

export const EXIT = {
  done: { code: 0, means: 'done' },
  bug: { code: 1, means: 'an error that Heddle did not expect' },
  usage: { code: 2, means: 'unknown command, option or argument' },
  person: { code: 3, means: 'only people can go on: each such task is listed with its reason and what to type' },
  config: {
    code: 4,
    means: `${CONFIG_PATH}, or another file that you gave, is broken, or names an agent or a branch that cannot be`,
  },
  missing: { code: 5, means: 'a tool is missing or too old (git, bd, an agent)' },
  repository: { code: 6, means: 'not a usable git repository: no checkout, no remote, or changes in the way' },
  access: { code: 7, means: 'no token, or GitHub refuses it' },
  beads: {
    code: 8,
    means:
      'Beads has no such epic or task, the epic has no tasks, its dependencies go round in a circle, or a task is not in a state for that',
  },
  busy: {
    code: 9,
    means: 'somebody else is at it: another spawner here, a worker of the task, or a write at the same moment',
  },
  resources: { code: 10, means: 'no disk left, or too many worktrees' },
  transient: {
    code: 11,
    means:
      'something outside did not answer in time (GitHub: `limits.github_seconds`); the same command may work later',
  },
  interrupted: { code: 130, means: 'ended by Ctrl-C or a signal before it was done; workers go on' },
} as const;

export type ExitName = keyof typeof EXIT;

/** What is wrong, as a clause without its full stop, and what to do about it: a command to type, or a sentence. */
export type Problem = { problem: string; hint: string };

/** A problem that ends what was asked for, its message one sentence. `exit` names the exit code. */
export class UserError extends Error implements Problem {
  readonly hint: string;
  readonly exit: ExitName;

  constructor(message: string, options: { hint: string; exit: ExitName; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.hint = options.hint;
    this.exit = options.exit;
  }

  get problem(): string {
    return clauseOf(this);
  }
}

export function userError({ problem, hint }: Problem, exit: ExitName): UserError {
  return new UserError(`${problem}.`, { hint, exit });
}

/** The message as the clause of a problem. */
export function clauseOf({ message }: Error): string {
  return message.replace(/\.$/, '');
}

/** Something outside failed in a way that passes: the pass is skipped, nothing is decided, and it is tried again. */
export class TransientError extends Error {
  /** How long to wait at the least, if the other side said so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'TransientError';
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * `gone`: there is no folder. `unlinked`: the folder is there, and neither it nor git's entry leads to the other.
 * `foreign`: something else stands in its place, such as a link, a file or another repository.
 */
export type Loss = 'gone' | 'unlinked' | 'foreign';

/** A worktree is not where git made it, so no git of ours goes there. Only making it again helps, not asking again. */
export class WorktreeLost extends TransientError {
  readonly how: Loss;

  constructor(how: Loss, why: string) {
    super(why);
    this.name = 'WorktreeLost';
    this.how = how;
  }
}

/** A signal asked the command to end, and what it was about to ask GitHub was called off. */
export class Interrupted extends UserError {
  constructor() {
    super('Ended by a signal before it was done.', { hint: 'Run the same command again.', exit: 'interrupted' });
    this.name = 'Interrupted';
  }
}

/** An error as the command line shows it. */
export function errorText(error: UserError): string {
  return `Error: ${error.message}\nHint: ${error.hint}`;
}
