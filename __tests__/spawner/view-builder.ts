/** A view in which one epic has one task that is ready; each test says what is different. */
import { epicOf, indexIssues } from '../../src/domain/epic.ts';
import { type Branch, branchOf, type IssueId, issueId, type Sha, sha, tokenOf } from '../../src/domain/ids.ts';
import type { Issue, Waits } from '../../src/domain/issue.ts';
import type { Line } from '../../src/domain/lines.ts';
import type { TaggedProcess } from '../../src/ports/processes.ts';
import { decide } from '../../src/spawner/decide.ts';
import type { Decision, Intent, Standing } from '../../src/spawner/intent.ts';
import type { KnownWorktree, PassSettings, PullRequest, View } from '../../src/spawner/view.ts';
import { fakeIssue } from '../fakes/beads.ts';

export const NOW = new Date('2026-11-20T12:00:00Z');
export const HOST = 'loom';
/** The token that a claim of this pass would write, and the one that an earlier pass has written. */
export const NEW = tokenOf(HOST, 'newnew99');
export const OLD = tokenOf(HOST, 'oldold11');
export const BASE = sha('b'.repeat(40));
export const HEAD = sha('a'.repeat(40));
export const OTHER = sha('c'.repeat(40));
export const EPIC = issueId('bd-e');
export const TASK = issueId('bd-e.1');
export const BRANCH = branchOf(TASK, 1);

export const settings: PassSettings = {
  maxParallel: 4,
  maxAttempts: 3,
  maxWorktrees: 64,
  minFreeMb: 1024,
  workerMs: 3_600_000,
  token: NEW,
};

type IssueChange = Partial<Omit<Issue, 'id'>>;

export const epic = (change: IssueChange = {}): Issue => fakeIssue({ type: 'epic', ...change, id: EPIC });
export const task = (change: IssueChange = {}, id: string = TASK): Issue => fakeIssue({ ...change, id });
/** A task that a worker of an earlier pass has. */
export const taken = (change: IssueChange = {}, id: string = TASK): Issue =>
  task({ status: 'in_progress', assignee: OLD, metadata: { phase: 'working', round: 1, attempt: 1 }, ...change }, id);
export const waitsFor = (...ids: string[]): IssueChange => ({
  dependencies: ids.map((id) => ({ on: issueId(id), type: 'blocks' })),
});

export function line(change: Partial<Line> = {}): Line {
  return { id: TASK, open: true, round: 1, closeReason: '', pullRequest: undefined, ...change };
}

export function worker(change: Partial<TaggedProcess> = {}): TaggedProcess {
  const one = { pid: 7, start: '7@boot', task: TASK, round: 1, token: OLD, supervisor: true } as const;
  return { ...one, state: 'running', ageMs: 60_000, ...change };
}

export function pullRequest(change: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 12,
    url: 'https://example.invalid/pull/12',
    branch: BRANCH,
    head: HEAD,
    base: 'main',
    state: 'open',
    draft: false,
    labels: [],
    mergeCommit: undefined,
    title: 'Task',
    body: '',
    ...change,
  };
}

export function worktree(change: Partial<KnownWorktree> = {}): KnownWorktree {
  return {
    path: '/worktrees/bd-e.1-1',
    task: TASK,
    round: 1,
    branch: BRANCH,
    checkedOut: BRANCH,
    head: HEAD,
    missing: false,
    locked: false,
    state: { head: HEAD, changes: [] },
    visitors: [],
    ...change,
  };
}

type Parts = Partial<Omit<View, 'epic' | 'known' | 'lines' | 'pullRequests' | 'localBranches' | 'remoteBranches'>> & {
  issues?: readonly Issue[];
  /** Lines beside, or instead of, the open ones of round 1 that every issue has. `undefined`: not published. */
  lines?: Readonly<Record<string, Line | undefined>>;
  requests?: readonly PullRequest[];
  local?: Readonly<Record<string, Sha>>;
  remote?: Readonly<Record<string, Sha>>;
};

const branches = (given: Readonly<Record<string, Sha>> = {}): ReadonlyMap<Branch, Sha> =>
  new Map(Object.entries(given).map(([name, head]) => [name as Branch, head]));

export function view(parts: Parts = {}): View {
  const { issues = [epic(), task()], lines = {}, requests = [], local, remote, ...rest } = parts;
  const said = new Map<IssueId, Line>(issues.map(({ id }) => [id, line({ id })]));
  for (const [id, one] of Object.entries(lines)) {
    if (one === undefined) said.delete(issueId(id));
    else said.set(issueId(id), { ...one, id: issueId(id) });
  }
  const byBranch = new Map<Branch, PullRequest[]>();
  for (const one of requests) byBranch.set(one.branch, [...(byBranch.get(one.branch) ?? []), one]);
  return {
    now: NOW,
    host: HOST,
    epic: epicOf(issues, EPIC),
    known: indexIssues(issues),
    base: { branch: 'main', head: BASE },
    state: { branch: 'main', head: BASE },
    lines: said,
    processes: [],
    worktrees: [],
    localBranches: branches(local),
    remoteBranches: branches(remote),
    pullRequests: byBranch,
    reviews: new Map(),
    stranded: new Set(),
    room: { freeMb: 100_000, worktrees: 0 },
    ...rest,
  };
}

export function decided(parts: Parts = {}, limits: Partial<PassSettings> = {}): Decision {
  return decide(view(parts), { ...settings, ...limits });
}

/** Where a task stands, and what is done about it, but for telling Beads why it waits. */
export function of(
  decision: Decision,
  id: string = TASK,
): { standing: Standing | undefined; intent: Intent | undefined } {
  const about = decision.intents.filter((one) => 'task' in one && one.task === id && one.do !== 'tell why');
  if (about.length > 1) throw new Error(`more than one intent for ${id}`);
  return { standing: decision.standings.find(({ task: one }) => one === id)?.standing, intent: about[0] };
}

/** What Beads is told of why it waits. */
export function told(parts: Parts): { waits: Waits; waitsFor: string } | undefined {
  const [found] = decided(parts).intents.flatMap((one) => (one.do === 'tell why' && one.task === TASK ? [one] : []));
  return found === undefined ? undefined : { waits: found.waits, waitsFor: found.waitsFor };
}

export const outcome = (parts: Parts = {}, limits: Partial<PassSettings> = {}) => of(decided(parts, limits));
/** What a pass does, in its order, each with its task. */
export const doings = (decision: Decision): string[] =>
  decision.intents
    .filter((one) => one.do !== 'tell why')
    .map((intent) => ('task' in intent ? `${intent.do} ${intent.task}` : intent.do));
