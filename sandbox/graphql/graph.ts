/** GraphQL's objects lead to each other in every direction, so each file reaches those of the others through here. */
import type { Commit } from '../git.ts';
import type { CheckSuite, Comment, Credential, Label, PullRequest, Repository, World } from '../world.ts';

/** A value per field; what costs something or leads to another object is a function, so that only what is asked for is made. */
export type Fields = Record<string, unknown>;

export type Graph = {
  readonly world: World;
  checkSuite(repository: Repository, suite: CheckSuite): Fields;
  comment(repository: Repository, comment: Comment): Fields;
  commit(repository: Repository, commit: Commit): Fields;
  /** The object with that id as its type says, or null. */
  gitObject(repository: Repository, oid: string | null): Promise<Fields | null>;
  label(repository: Repository, label: Label): Fields;
  pullRequest(repository: Repository, pull: PullRequest): Fields;
  /** By its whole name, or null. */
  ref(repository: Repository, qualified: string): Promise<Fields | null>;
  repository(repository: Repository): Fields;
  /** Null when nothing was reported. */
  rollup(repository: Repository, commit: Commit): Fields | null;
  status(repository: Repository, commit: Commit): Fields | null;
};

/** Of one request. */
export type GraphqlContext = { graph: Graph; credential: Credential };
