/** What the doctor can ask, from what needs nothing to what needs a token. */
import type { Settings } from '../config/settings.ts';
import type { Problem } from '../domain/errors.ts';
import type { BeadsReader } from '../ports/beads.ts';
import type { Files } from '../ports/files.ts';
import type { GitReader } from '../ports/git.ts';
import type { Repository } from '../ports/github.ts';
import type { Access, StateBranch } from './repository.ts';
import type { AgentFindings, BdFindings } from './tools.ts';

/** In any folder. */
export type DoctorReaders = {
  /** Version of this Node, without a `v`. */
  node: string;
  /** What the program prints of its version; undefined without it. */
  versionOf(program: 'git' | 'gh'): Promise<string | undefined>;
  findBd(): BdFindings;
  /** `Name <mail>`; undefined where git would refuse to commit. */
  committer(): Promise<string | undefined>;
  /** As if there were no heddle.yml. Throws a UserError outside a repository. */
  openCheckout(): Promise<CheckoutReaders>;
};

/** In a checkout. */
export type CheckoutReaders = {
  settings: Settings;
  remote: string;
  git: Pick<
    GitReader,
    'mainWorktree' | 'worktreeRoot' | 'remoteUrl' | 'localTaskBranches' | 'remoteTaskBranches' | 'room'
  >;
  files: Pick<Files, 'read' | 'list'>;
  /** The same checkout with this text as its heddle.yml. Throws a UserError (`config`) for a mistake in it. */
  withConfig(text: string): Promise<CheckoutReaders>;
  findAgent(name: string): AgentFindings;
  canWriteTo(folder: string): boolean;
  /** Throws a UserError (`missing`) without a `bd` that is new enough. */
  openBeads(): Pick<BeadsReader, 'snapshot'>;
  /** Throws a UserError when the URL names no repository. */
  repositoryAt(remoteUrl: string): Repository & { apiUrl: string };
  /** Where the token comes from, for people. */
  tokenFrom: string;
  /** Throws a UserError without a token. */
  openGitHub(): Promise<GitHubReaders>;
};

/** On GitHub, with a token. */
export type GitHubReaders = {
  repository(): Promise<Omit<Access, 'tokenFrom'> & { defaultBranch: string }>;
  branch(name: string): Promise<Omit<StateBranch, 'name' | 'isBase'>>;
  /** Undefined when branch or file is missing. */
  fileOn(branch: string, path: string): Promise<string | undefined>;
  /** Issue lines, however many; undefined when branch or file is missing. */
  linesOn(branch: string): Promise<string | undefined>;
  /** In what heddle.yml on the base, which the merger reads, differs from the checkout's. */
  differenceWithMerger(defaultBranch: string): Promise<Problem | undefined>;
  /** Undefined where the Action will find the base that the checkout names. */
  baseUnknownToAction(defaultBranch: string): Promise<Problem | undefined>;
  /** Throws a UserError where GitHub has a branch that keeps it from taking any task's branch. */
  refuseReservedBranch(): Promise<void>;
};
