/** What the merger asks of GitHub. Reads are whole answers or throw; refusals of writes are values. */
import type { Branch, Sha } from '../domain/ids.ts';
import type { PullRequestFacts } from './github.ts';
import type { LandingWriter } from './landing.ts';
import type { Conclusion, ReviewReader, SaidVerdict } from './review.ts';

/** The state file as of one commit. `content` is undefined when the commit has no such file. */
export type StateFile = { commit: Sha; content: string | undefined };

/** A pull request from this repository that was merged into the base. */
export type MergedPullRequest = Pick<PullRequestFacts, 'number' | 'url' | 'branch' | 'body'> & { commit: Sha };

export type CommitOutcome =
  | { is: 'committed'; commit: Sha }
  | { is: 'lost the race' }
  | { is: 'refused'; why: string }
  | { is: 'unclear'; why: string };

export type FileCommit = {
  branch: string;
  /** The commit is made on exactly this one, or not at all. */
  expectedHead: Sha;
  path: string;
  content: string;
  headline: string;
  body: string;
};

export type VerdictToSay = {
  head: Sha;
  /** GitHub lets only apps make check runs. */
  as: 'check run' | 'commit status';
  /** What is said so far, and is to be changed. */
  known: SaidVerdict | undefined;
  conclusion: Conclusion;
  /** At most 140 characters. */
  title: string;
  /** Markdown; a commit status has no place for it, nor for annotations. */
  summary: string;
  annotations: readonly { path: string; message: string }[];
  /** Of the pull request. */
  url: string;
};

export interface MergerReader extends ReviewReader {
  /** Undefined when there is no such branch. */
  stateFile(branch: string, path: string): Promise<StateFile | undefined>;
  mergedInto(base: string, branches: readonly Branch[]): Promise<readonly MergedPullRequest[]>;
  /** True if the account may write to the repository; false too where the token may not know. */
  mayWrite(login: string): Promise<boolean>;
  /** True if the branch contains the commit. */
  contains(branch: string, commit: Sha): Promise<boolean>;
}

export interface MergerWriter {
  commitFile(commit: FileCommit): Promise<CommitOutcome>;
  /** Writes a new comment, or the text of the one with this id. */
  comment(number: number, comment: { id: string | undefined; body: string }): Promise<void>;
  /** Says the verdict on a head beside its checks. `refused`: the token may not, in GitHub's words. */
  sayVerdict(verdict: VerdictToSay): Promise<{ is: 'said' } | { is: 'refused'; why: string }>;
}

export type MergerGitHub = MergerReader & MergerWriter & LandingWriter;
