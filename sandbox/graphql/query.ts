/** The roots of GraphQL queries. */
import { permissionIn } from '../access.ts';
import { Refused } from '../refused.ts';
import { findRepository, loginOf } from '../world.ts';
import { checkSuite } from './checks.ts';
import { actor } from './commits.ts';
import type { GraphqlContext } from './execute.ts';
import { findPull, findRepositoryById, findSuite } from './nodes.ts';
import { pullRequest } from './pulls.ts';
import { repositoryObject } from './repositories.ts';

const limit = 5000;

export const queries = {
  viewer: (_args: unknown, { world, credential }: GraphqlContext) => {
    const login = loginOf(credential.actor);
    // The viewer is always a User, and a bot's name is whole here.
    return { ...actor(world, login), __typename: 'User', login };
  },

  rateLimit: () => ({
    limit,
    cost: 1,
    used: 1,
    remaining: limit - 1,
    nodeCount: 0,
    resetAt: new Date(Date.now() + 3_600_000).toISOString(),
  }),

  repository: ({ owner, name }: { owner: string; name: string }, { world, credential }: GraphqlContext) => {
    const repository = findRepository(world, owner, name);
    if (repository === undefined || permissionIn(repository, credential) === 'none') {
      throw new Refused(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    return repositoryObject(world, repository);
  },

  /** Pull requests, repositories and check suites only. */
  node: ({ id }: { id: string }, { world, credential }: GraphqlContext) => {
    const found = findPull(world, id);
    if (found !== null && permissionIn(found.repository, credential) !== 'none') {
      return pullRequest(world, found.repository, found.pull);
    }
    const repository = findRepositoryById(world, id);
    if (repository !== null && permissionIn(repository, credential) !== 'none')
      return repositoryObject(world, repository);
    const suite = findSuite(world, id);
    if (suite !== null && permissionIn(suite.repository, credential) !== 'none') {
      return { __typename: 'CheckSuite', ...checkSuite(world, suite.repository, suite.suite) };
    }
    throw new Refused(404, `Could not resolve to a node with the global id of '${id}'`);
  },
};
