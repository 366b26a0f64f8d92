/** What GitHub shows of a pull request that may land, and of the base that it is for. Reads are whole answers or throw. */
import type { Sha } from '../domain/ids.ts';
import type { PullRequestFacts } from './github.ts';
import type { MergeMethod } from './landing.ts';

/** A check that GitHub itself demands on the base; `appId` says whose it must be. */
export type RequiredCheck = { name: string; appId: number | undefined };

export type RepositoryFacts = {
  defaultBranch: string;
  /** In order of preference: merge, squash, rebase. */
  methods: readonly MergeMethod[];
  /** Text of `heddle.yml` on the default branch. */
  config: string | undefined;
  /** Of the default branch; undefined where they have to be asked for by themselves. */
  rules: BaseRules | undefined;
  /** True if the token is the one of a workflow run, which may not land changes of workflows. */
  actionsToken: boolean;
  /** True if the token is an app's: only apps make check runs. */
  appToken: boolean;
};

export type BaseRules = {
  required: readonly RequiredCheck[];
  /** Undefined: no rule narrows the repository's own methods. */
  methods: readonly MergeMethod[] | undefined;
  mergeQueue: boolean;
};

type Author = {
  /** As GitHub shows it: a bot's ends in `[bot]`. */
  login: string;
  /** `OWNER`, `MEMBER`, `COLLABORATOR`, or one that is not trusted by itself. */
  association: string;
};

export type OpenPullRequest = PullRequestFacts & {
  author: Author;
  /** The head lies in a fork. */
  fromFork: boolean;
  /** Undefined when there are more labels than were read. */
  labels: readonly string[] | undefined;
  mergeable: 'yes' | 'conflict' | 'unknown';
  /** The base takes only branches that contain it, and this one does not. False while GitHub does not know. */
  behind: boolean;
  /** `changes requested`: by a reviewer with write access, whether or not a rule asks for reviews. */
  review: 'none' | 'approved' | 'required' | 'changes requested';
  /** Changes were requested, and all of them of an older head: a push leaves the request standing until its reviewer looks again. */
  answered?: boolean | undefined;
  /** A person who may write has approved exactly this head. */
  headApproved: boolean;
  changedLines: number;
  changedFiles: number;
  createdAt: Date;
};

/** The workflow of a run by GitHub Actions; `path` is unknown for some. */
export type Workflow = { path: string | undefined; name: string };
export type Suite = {
  id: string;
  createdAt: Date;
  app: string;
  appId: number;
  workflow: Workflow | undefined;
  /** What started the workflow's run, such as `push` or `pull_request`; undefined for other apps. */
  event: string | undefined;
  /** GitHub's number of the workflow's run; undefined for other apps. */
  runId: number | undefined;
  complete: boolean;
  /** Lower case, undefined while it runs. */
  conclusion: string | undefined;
};
export type CheckRun = {
  /** Of a job of GitHub Actions it is the job's own number. */
  id?: number | undefined;
  name: string;
  suite: Suite;
  complete: boolean;
  conclusion: string | undefined;
  /** Undefined: not begun. */
  startedAt: Date | undefined;
  completedAt?: Date | undefined;
  /** True for one that a program has made with the token of a workflow: GitHub puts it into whatever run it likes, and it is no job of that. */
  report?: boolean;
  /** It is the merger's own word on the head. */
  isVerdict?: boolean | undefined;
};
export type CommitStatus = { name: string; state: 'success' | 'pending' | 'failure'; at?: Date | undefined };

/** What was said of exactly one commit. Every page was read. */
export type HeadChecks = {
  committedAt: Date;
  suites: readonly Suite[];
  runs: readonly CheckRun[];
  statuses: readonly CommitStatus[];
};

/** A comment that carries the merger's marker, written by the account that the token belongs to. */
export type OwnComment = { id: string; body: string };

export type Conclusion = 'success' | 'neutral' | 'failure';

/** What the check named `heddle` says of a head. `run`: its number, where it is a check run of the token's own app. */
export type SaidVerdict = { run: number | undefined; conclusion: Conclusion; title: string; annotated: boolean };

export type HeadDetails = { checks: HeadChecks; comment: OwnComment | undefined; said: SaidVerdict | undefined };

/** Both names of a renamed file are in `paths`. Not complete: GitHub lists fewer files than were changed. */
export type ChangedFiles = { paths: readonly string[]; complete: boolean };

/** What a reviewer who may write asks for, in their own words. */
export type RequestedChanges = { login: string; text: string };

export type RunAttempts = { started: number; complete: boolean };

export interface ReviewReader {
  repository(): Promise<RepositoryFacts>;
  /** Undefined when branch or file is missing. */
  fileOn(branch: string, path: string): Promise<string | undefined>;
  rulesOf(base: string): Promise<BaseRules>;
  openPullRequests(base: string): Promise<readonly OpenPullRequest[]>;
  /** Checks of each head, and the merger's own comment, by pull request number. `marker` is what that comment contains; without it none is looked for. */
  details(of: readonly { number: number; head: Sha }[], marker?: string): Promise<ReadonlyMap<number, HeadDetails>>;
  /** The jobs of all attempts of a workflow's run; undefined where the token may not know, or the run was deleted. */
  jobNames(runId: number): Promise<ReadonlySet<string> | undefined>;
  changedFiles(pullRequest: { number: number; changedFiles: number }): Promise<ChangedFiles>;
}

/** What is asked only of a pull request that does not land as it is. */
export interface HandBackReader extends ReviewReader {
  /** Read of the one pull request, which makes GitHub compute it where it has not. */
  mergeable(number: number): Promise<OpenPullRequest['mergeable']>;
  /** How often a run of a workflow was started, from 1, and whether the last of these has ended. */
  attemptsOf(workflowRun: number): Promise<RunAttempts>;
  /** The last `maxBytes` of a job's log; undefined where there is none (any more), or it is no job of GitHub Actions. */
  logEnd(job: number, maxBytes: number): Promise<string | undefined>;
  requestedChanges(number: number): Promise<readonly RequestedChanges[]>;
}

export interface CheckWriter {
  /** Starts the failed jobs of a workflow's run once more. `refused`: GitHub's words. */
  rerunFailed(workflowRun: number): Promise<{ is: 'started' } | { is: 'refused'; why: string }>;
}
