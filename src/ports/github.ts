import type { Branch, Sha } from '../domain/ids.ts';

/** What both halves see of a pull request. */
export type PullRequestFacts = {
  number: number;
  url: string;
  title: string;
  body: string;
  branch: Branch;
  head: Sha;
  base: string;
  draft: boolean;
};

/** A pull request as the local half sees it. */
export type PullRequest = PullRequestFacts & {
  state: 'open' | 'closed' | 'merged';
  labels: readonly string[];
  /** Set once merged: the commit in the base. */
  mergeCommit: Sha | undefined;
};

export type Repository = {
  owner: string;
  name: string;
};

/** What spawner and worker ask of GitHub. Reads are whole answers or throw TransientError. */
export interface PullRequestReader {
  defaultBranch(): Promise<string>;
  /** All pull requests whose head is one of these branches of this repository, whatever their state. */
  pullRequestsOf(branches: readonly Branch[]): Promise<readonly PullRequest[]>;
}

export type Opening = { branch: Branch; base: string; title: string; body: string };

export interface PullRequestWriter {
  /**
   * Opens it, or gives the one that its head branch has already, whatever its base: a branch is of one round, and a round
   * has one pull request. That one is given as it is, open or over.
   */
  open(pullRequest: Opening): Promise<PullRequest>;
  /** Closes it without merging; closed already is fine. */
  close(number: number): Promise<void>;
}

export type PullRequests = PullRequestReader & PullRequestWriter;
