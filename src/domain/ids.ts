/**
 * The names that lead from a task to everything that is made for it.
 * They are derived, never stored, so a pass that knows a task id and a round finds branch, worktree and pull request again.
 */

declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A Beads issue id, such as `bd-a1b2` (an epic) or `bd-a1b2.3` (a task below it). */
export type IssueId = Brand<string, 'IssueId'>;
/** The assignee that a claim or a takeover writes; unique per start of a worker. */
export type Token = Brand<string, 'Token'>;
/** A full git object id, 40 or 64 hex digits. */
export type Sha = Brand<string, 'Sha'>;
/** A branch without `refs/heads/`. */
export type Branch = Brand<string, 'Branch'>;

/** No branch may be called so: git keeps `heddle` and `heddle/...` in one place, and cannot have both. */
export const RESERVED_BRANCH = 'heddle';
const BRANCH_PREFIX = `${RESERVED_BRANCH}/`;
const TOKEN_PREFIX = 'heddle-';

/** Ids are data from outside: this is what may become part of a ref and of a folder name on every file system. */
const NAMEABLE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export function issueId(text: string): IssueId {
  return text as IssueId;
}

export function sha(text: string): Sha {
  if (!isSha(text)) throw new Error(`expected a full git object id, got ${JSON.stringify(text)}`);
  return text;
}

export function isSha(text: string): text is Sha {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function branch(text: string): Branch {
  return text as Branch;
}

/** True if a branch and a folder can be named after this id: no separators, no `..`, no `.lock`, no trailing dot. */
export function isNameable(id: string): id is IssueId {
  return NAMEABLE.test(id) && !id.includes('..') && !id.endsWith('.') && !id.toLowerCase().endsWith('.lock');
}

/** `heddle/<task>/<round>`: the one branch of a task's round. */
export function branchOf(task: IssueId, round: number): Branch {
  return branch(`${BRANCH_PREFIX}${task}/${round}`);
}

/** The task and round that a branch speaks for, or undefined if it is none of ours. */
export function taskOfBranch(name: string): { task: IssueId; round: number } | undefined {
  return taskAndRound(/^heddle\/([^/]+)\/([1-9][0-9]{0,8})$/.exec(name));
}

/** `<task>-<round>`: the worktree's folder below the configured root. */
export function worktreeName(task: IssueId, round: number): string {
  return `${task}-${round}`;
}

/** Where something that stands in a worktree's place is moved to: beside it, by a name that is no worktree's. */
export function asideName(worktree: string): string {
  return `${worktree}.kept`;
}

/** The task and round of a worktree's folder name, or undefined if the name is none of ours. */
export function taskOfWorktreeName(name: string): { task: IssueId; round: number } | undefined {
  return taskAndRound(/^(.+)-([1-9][0-9]{0,8})$/.exec(name));
}

function taskAndRound(match: RegExpExecArray | null): { task: IssueId; round: number } | undefined {
  const [, task, round] = match ?? [];
  if (task === undefined || round === undefined || !isNameable(task)) return undefined;
  return { task, round: Number(round) };
}

/** `heddle-<host>-<nonce>`. `--` is left out because `bd` decodes it in actor names as a slash. */
export function tokenOf(host: string, nonce: string): Token {
  return `${TOKEN_PREFIX}${tokenHost(host)}-${nonce}` as Token;
}

/** The host as it is spelled inside tokens. */
export function tokenHost(host: string): string {
  return (
    host
      .replace(/[^A-Za-z0-9.]+/g, '-')
      .replace(/-{2,}/g, '-')
      .replace(/^-|-$/g, '') || 'host'
  );
}

export function isToken(assignee: string): assignee is Token {
  return hostOfToken(assignee) !== undefined;
}

/** The host that wrote a token, as it is spelled inside; whole, since `build` is not `build-2`. Undefined for what is no token. */
export function hostOfToken(token: string): string | undefined {
  return /^heddle-([A-Za-z0-9.-]+)-[a-z0-9]{6,}$/.exec(token)?.[1];
}

/**
 * The tag that every process of a worker carries in its environment: `<repository>/<task>/<round>/<token>`.
 * It finds a worker's whole family again, also what has left the process group.
 */
export function runTag(run: { repository: string; task: IssueId; round: number; token: Token }): string {
  return `${run.repository}/${run.task}/${run.round}/${run.token}`;
}

export function parseRunTag(
  tag: string,
): { repository: string; task: IssueId; round: number; token: Token } | undefined {
  const [repository, task, round, token, ...rest] = tag.split('/');
  if (rest.length > 0 || !repository || !task || !isNameable(task) || !token || !isToken(token)) return undefined;
  return { repository, task, round: Number(round), token };
}

export const RUN_TAG_VARIABLE = 'HEDDLE_RUN';
