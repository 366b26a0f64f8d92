/** The roots of GraphQL queries. */
import { permissionIn } from '../access.ts';
import { limitState } from '../limits.ts';
import { Refused } from '../refused.ts';
import { findRepository, loginOf } from '../world.ts';
import { actor } from './actors.ts';
import { demandRead } from './demands.ts';
import type { GraphqlContext } from './graph.ts';
import { findPull, findRepositoryById, findSuite } from './nodes.ts';

export const queries = {
  viewer: (_args: unknown, { graph, credential }: GraphqlContext) => {
    const login = loginOf(credential.actor);
    // The viewer is always a User, and a bot's name is whole here.
    return { ...actor(graph.world, login), __typename: 'User', login };
  },

  rateLimit: (_args: unknown, { graph, credential }: GraphqlContext) => {
    const { limit, used, remaining, reset } = limitState(graph.world, credential, 'graphql');
    return { limit, cost: 1, used, remaining, nodeCount: 0, resetAt: new Date(reset * 1000).toISOString() };
  },

  repository: ({ owner, name }: { owner: string; name: string }, { graph, credential }: GraphqlContext) => {
    const repository = findRepository(graph.world, owner, name);
    if (repository === undefined || permissionIn(repository, credential) === 'none') {
      throw new Refused(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    return graph.repository(repository);
  },

  /** Pull requests, repositories and check suites only. */
  node: ({ id }: { id: string }, context: GraphqlContext) => {
    const { graph, credential } = context;
    const found = findPull(graph.world, id);
    if (found !== null && permissionIn(found.repository, credential) !== 'none') {
      return graph.pullRequest(found.repository, found.pull);
    }
    const repository = findRepositoryById(graph.world, id);
    if (repository !== null && permissionIn(repository, credential) !== 'none') return graph.repository(repository);
    const suite = findSuite(graph.world, id);
    if (suite !== null && permissionIn(suite.repository, credential) !== 'none') {
      demandRead(suite.repository, context, 'checks');
      return graph.checkSuite(suite.repository, suite.suite);
    }
    throw new Refused(404, `Could not resolve to a node with the global id of '${id}'`);
  },
};
