/** What the merger decides on: the world as one look saw it, and what this sweep has tried already. */
import type { Settings } from '../config/settings.ts';
import type { IssueId, Sha } from '../domain/ids.ts';
import type {
  ChangedFiles,
  HeadChecks,
  OpenPullRequest,
  OwnComment,
  RequiredCheck,
  Workflow,
} from '../ports/merger-github.ts';
import type { LandingRules, LandingSeen } from './landing/view.ts';

export type {
  BaseRules,
  ChangedFiles,
  CheckRun,
  CommitStatus,
  HeadChecks,
  HeadDetails,
  MergerReader,
  OpenPullRequest,
  RepositoryFacts,
  RequiredCheck,
  StateFile,
  Suite,
  Workflow,
} from '../ports/merger-github.ts';

/** What holds for the whole sweep. */
export type Rules = {
  base: string;
  stateBranch: string;
  landing: LandingRules;
  /** GitHub's own and those of `heddle.yml`. */
  required: readonly RequiredCheck[];
  forbiddenPaths: readonly string[];
  merge: Settings['merge'];
  actionsToken: boolean;
  /** The merger's own workflow, whose checks it must not wait for. */
  ownWorkflow: Workflow;
};

/** A pull request that Heddle may write to: everything agrees that it speaks for an open line of this round. */
export type Candidate = {
  pullRequest: OpenPullRequest;
  task: IssueId;
  round: number;
  checks: HeadChecks;
  /** Undefined until everything else is good: reading them costs a request each. */
  files: ChangedFiles | undefined;
  comment: OwnComment | undefined;
};

/** A pull request that names a task but gets no write at all; for the summary. */
export type Bystander = {
  pullRequest: OpenPullRequest;
  task: IssueId;
  round: number;
  because: Unfit;
};
export type Unfit =
  | 'from a fork'
  | 'branch and marker differ'
  | 'author is not trusted'
  | 'line is missing'
  | 'line is closed'
  | 'round is over';

/** A merged pull request whose line is still open. */
export type OwedClose = { task: IssueId; round: number; pullRequest: number; url: string; commit: Sha };

export type View = {
  now: Date;
  rules: Rules;
  candidates: readonly Candidate[];
  bystanders: readonly Bystander[];
  owed: readonly OwedClose[];
  landing: LandingSeen;
  /** Set when the state branch refused the close in this sweep. */
  closeRefused: string | undefined;
  /** The sweep's time is over: finish what is owed, begin nothing. */
  late: boolean;
};
