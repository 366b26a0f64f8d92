/** What a verdict is made from: the rules of the base, and one pull request with all that was said of its head. */
import type { Settings } from '../config/settings.ts';
import type { IssueId } from '../domain/ids.ts';
import type {
  ChangedFiles,
  HeadChecks,
  OpenPullRequest,
  OwnComment,
  RequiredCheck,
  SaidVerdict,
  Workflow,
} from '../ports/review.ts';
import type { LandingRules, LandingSeen } from './landing/view.ts';

export type {
  BaseRules,
  ChangedFiles,
  CheckRun,
  CommitStatus,
  HeadChecks,
  OpenPullRequest,
  RepositoryFacts,
  RequiredCheck,
  ReviewReader,
  Suite,
  Workflow,
} from '../ports/review.ts';

/** What holds for all pull requests into one base. */
export type Rules = {
  base: string;
  stateBranch: string;
  landing: LandingRules;
  /** GitHub's own and those of `heddle.yml`. */
  required: readonly RequiredCheck[];
  forbiddenPaths: readonly string[];
  needsReview: readonly string[];
  merge: Settings['merge'];
  actionsToken: boolean;
  appToken: boolean;
  /** The merger's own workflow, whose checks it must not wait for. */
  ownWorkflow: Workflow;
};

/** A pull request that Heddle may write to: branch, marker and author are right, and the line of its round is open. */
export type Candidate = {
  pullRequest: OpenPullRequest;
  task: IssueId;
  round: number;
  checks: HeadChecks;
  /** Undefined as long as something else keeps it from landing, because reading them costs requests. */
  files: ChangedFiles | undefined;
  comment: OwnComment | undefined;
  said: SaidVerdict | undefined;
};

/** What a review looks at beside the candidate. */
export type ReviewView = { now: Date; rules: Rules; landing: LandingSeen };
