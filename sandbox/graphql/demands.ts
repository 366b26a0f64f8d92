/** What a mutation needs before it changes anything: the thing that it names, and the right to change it. */
import { holds, inaccessible, permissionIn } from '../access.ts';
import { Refused } from '../refused.ts';
import { loginOf, type PullRequest, type Repository } from '../world.ts';
import type { GraphqlContext } from './graph.ts';
import { findPull } from './nodes.ts';

export type Input<T> = { input: T & { clientMutationId?: string | null } };

export function unresolved(id: string): Refused {
  return new Refused(404, `Could not resolve to a node with the global id of '${id}'`);
}

export function demand(repository: Repository, { credential }: GraphqlContext, ...anyOf: readonly string[]): void {
  const access = permissionIn(repository, credential);
  const may = (access === 'write' || access === 'admin') && anyOf.some((name) => holds(credential, name, 'write'));
  if (!may) throw inaccessible(credential);
}

/**
 * Why this is not read, or null. Checks, statuses and runs of a private repository need each a permission of its own;
 * GitHub refuses just the part of the answer that needs it.
 */
export function refusalToRead(
  repository: Repository,
  { credential }: GraphqlContext,
  permission: 'checks' | 'statuses' | 'actions',
): Refused | null {
  const may = !repository.settings.private || holds(credential, permission, 'read');
  return may ? null : inaccessible(credential);
}

/** For a part that is a value of its own. */
export function demandRead(...of: Parameters<typeof refusalToRead>): void {
  const refusal = refusalToRead(...of);
  if (refusal !== null) throw refusal;
}

/** Who may not write to the repository may still change what is his own, or say something, where that is so on GitHub. */
export function pullFor(
  id: string,
  context: GraphqlContext,
  permissions: readonly string[],
  options: { orAuthor?: boolean; anyReader?: boolean } = {},
): { repository: Repository; pull: PullRequest } {
  const found = findPull(context.graph.world, id);
  if (found === null) throw unresolved(id);
  const { repository, pull } = found;
  const { credential } = context;
  const isAuthor = loginOf(credential.actor).toLowerCase() === pull.authorLogin.toLowerCase();
  const reads = permissionIn(repository, credential) !== 'none';
  const isFree = options.anyReader === true || (options.orAuthor === true && isAuthor);
  if (reads && isFree && permissions.some((name) => holds(credential, name, 'write'))) return found;
  demand(repository, context, ...permissions);
  return found;
}
