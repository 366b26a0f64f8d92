/** The state of the sandbox's GitHub besides git: kept in memory, gone with the sandbox. */
import type { CheckRun, CheckSuite, CommitStatus, Workflow, WorkflowJob, WorkflowRun } from './check-types.ts';
import type { Actor, EventBus } from './events.ts';
import type { Git } from './git.ts';

export type {
  Annotation,
  CheckConclusion,
  CheckOutput,
  CheckRun,
  CheckStatus,
  CheckSuite,
  CommitStatus,
  JobStep,
  RunConclusion,
  StatusState,
  Workflow,
  WorkflowRun,
} from './check-types.ts';
export { loginOf } from './events.ts';

/** GitHub's own id of the Actions app. */
export const ACTIONS_APP_ID = 15368;

export type User = {
  login: string;
  id: number;
  nodeId: string;
  type: 'User' | 'Bot' | 'Organization';
  name: string | null;
};

/** With `autoSuites`, GitHub makes a queued check suite for the app at every push, and it stays queued until the app reports. */
export type App = { id: number; nodeId: string; slug: string; name: string; ownerLogin: string; autoSuites: boolean };

export type Permission = 'admin' | 'write' | 'read' | 'none';

export type AuthorAssociation = 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'FIRST_TIME_CONTRIBUTOR' | 'NONE';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type Label = { id: number; nodeId: string; name: string; color: string; description: string | null };

/** Mergeability is computed lazily: a REST GET asks for it, a later read finds it; every move of head or base forgets it. */
type Mergeability =
  | { state: 'unknown' }
  | { state: 'asked' }
  | { state: 'known'; mergeable: boolean; testMergeSha: string | null };

export type PullRequest = {
  number: number;
  id: number;
  nodeId: string;
  issueId: number;
  title: string;
  body: string | null;
  authorLogin: string;
  state: 'open' | 'closed';
  draft: boolean;
  /** The repository is null when the fork was deleted. */
  head: { repository: Repository | null; ref: string; sha: string };
  base: { ref: string; sha: string };
  labels: string[];
  mergeability: Mergeability;
  /** Only of a merged one. */
  merge: { sha: string; at: string; byLogin: string } | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
};

export type Comment = {
  id: number;
  nodeId: string;
  issueNumber: number;
  body: string;
  authorLogin: string;
  createdAt: string;
  updatedAt: string;
};

/** One that is pending is seen by its author alone. */
type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

/** `line` is missing of one on a whole file. */
export type Remark = { path: string; line?: number | undefined; body: string };

export type Review = {
  id: number;
  nodeId: string;
  pullNumber: number;
  authorLogin: string;
  state: ReviewState;
  body: string;
  /** On lines of files. */
  remarks: readonly Remark[];
  commitSha: string;
  /** Null as long as it is pending. */
  submittedAt: string | null;
};

export type Rule =
  | { type: 'creation' }
  | { type: 'update' }
  | { type: 'deletion' }
  | { type: 'non_fast_forward' }
  | { type: 'required_linear_history' }
  | { type: 'merge_queue' }
  | { type: 'pull_request'; approvals: number; methods?: MergeMethod[] }
  | { type: 'required_status_checks'; contexts: { context: string; appId?: number }[]; strict?: boolean };

/** `include` and `exclude` hold full ref patterns, `~DEFAULT_BRANCH` or `~ALL`. The Actions token cannot be in `bypass`. */
export type Ruleset = {
  id: number;
  nodeId: string;
  name: string;
  enforcement: 'active' | 'disabled';
  include: string[];
  exclude: string[];
  rules: Rule[];
  bypass: ({ kind: 'user'; login: string } | { kind: 'app'; appId: number })[];
};

export type Webhook = { id: number; url: string; secret: string; events: readonly string[]; active: boolean };

type RepositorySettings = {
  private: boolean;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  deleteBranchOnMerge: boolean;
};

export type Repository = {
  id: number;
  nodeId: string;
  owner: string;
  name: string;
  /** `owner/name` */
  fullName: string;
  parent: Repository | null;
  defaultBranch: string;
  settings: RepositorySettings;
  /** The bare repository. */
  git: Git;
  collaborators: Map<string, Permission>;
  nextNumber: number;
  pulls: Map<number, PullRequest>;
  labels: Map<string, Label>;
  comments: Map<number, Comment>;
  reviews: Review[];
  checkSuites: Map<number, CheckSuite>;
  checkRuns: Map<number, CheckRun>;
  statuses: CommitStatus[];
  workflows: Map<number, Workflow>;
  workflowRuns: Map<number, WorkflowRun>;
  /** By the id of their check run. */
  jobs: Map<number, WorkflowJob>;
  rulesets: Map<number, Ruleset>;
  webhooks: Map<number, Webhook>;
  createdAt: string;
  pushedAt: string;
  /** Runs one change at a time, so that look and change of one request are not torn apart. */
  exclusively: <T>(change: () => Promise<T>) => Promise<T>;
};

/** `permissions` of an installation or Actions token by GitHub's names; a user's token has all (`null`). */
export type Credential = {
  actor: Actor;
  permissions: Readonly<Record<string, 'read' | 'write'>> | null;
  /** Full name of the only repository that it reaches, or null for all that its actor reaches. */
  repository: string | null;
};

/** A run that is to be done again: all of it, or the jobs of these names and what needs them. */
export type Rerun = { repository: Repository; run: WorkflowRun; jobs: 'all' | readonly string[] };

/** What an hour's requests have used of the primary limit; `resetsAt` in seconds since 1970. */
export type Usage = { core: number; graphql: number; resetsAt: number };

export type World = {
  /** Base address of REST, `/graphql`, git and pages; without a slash at its end. Set once the server listens. */
  url: string;
  users: Map<string, User>;
  apps: Map<number, App>;
  repositories: Map<string, Repository>;
  credentials: Map<string, Credential>;
  bus: EventBus;
  /** Called when a run has become queued again, inside the turn of its repository: whoever ran it runs it again. */
  rerunListeners: Set<(rerun: Rerun) => void>;
  /** Texts that are lent for a short time, by a secret part of their address. */
  lentTexts: Map<string, { text: string | null; until: string }>;
  /** Per credential; null is everybody anonymous. */
  usage: Map<Credential | null, Usage>;
  now(): string;
  nextId(): number;
};

export function findRepository(world: World, owner: string, name: string): Repository | undefined {
  return world.repositories.get(`${owner}/${name}`.toLowerCase());
}
