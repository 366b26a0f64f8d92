/** Executes GraphQL against GitHub's own public schema, so every query is valid against the real thing. */
import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  Source,
  validate,
} from 'graphql';
import * as z from 'zod';
import { packageFile } from '../package-file.ts';
import { Refused } from '../refused.ts';
import type { Credential, World } from '../world.ts';
import { checkSuite, rollupObject, statusObject } from './checks.ts';
import { commitObject, gitObject, refObject } from './commits.ts';
import type { Graph, GraphqlContext } from './graph.ts';
import { mutations } from './mutations.ts';
import { commentObject, labelObject, pullRequest } from './pulls.ts';
import { queries } from './query.ts';
import { repositoryObject } from './repositories.ts';

const request = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

let schema: Promise<GraphQLSchema> | undefined;

/** Parsed on first use: it takes half a second and comes with a development dependency. */
export function githubSchema(): Promise<GraphQLSchema> {
  schema ??= (async () => {
    const file = await packageFile('@octokit/graphql-schema/schema.graphql');
    return buildSchema(await readFile(file, 'utf8'), { assumeValid: true });
  })();
  return schema;
}

/** A field that the sandbox does not have is an error: a silent null would be believed. */
const field: GraphQLFieldResolver<unknown, GraphqlContext> = (source, args, context, info) => {
  const value = typeof source === 'object' && source !== null ? Reflect.get(source, info.fieldName) : undefined;
  if (value === undefined) {
    throw new Error(`The sandbox does not model ${info.parentType.name}.${info.fieldName}`);
  }
  return typeof value === 'function' ? value(args, context) : value;
};

function graphOf(world: World): Graph {
  const graph: Graph = {
    world,
    checkSuite: (...of) => checkSuite(graph, ...of),
    comment: (...of) => commentObject(graph, ...of),
    commit: (...of) => commitObject(graph, ...of),
    gitObject: (...of) => gitObject(graph, ...of),
    label: (...of) => labelObject(graph, ...of),
    pullRequest: (...of) => pullRequest(graph, ...of),
    ref: (...of) => refObject(graph, ...of),
    repository: (...of) => repositoryObject(graph, ...of),
    rollup: (...of) => rollupObject(graph, ...of),
    status: (...of) => statusObject(graph, ...of),
  };
  return graph;
}

export async function executeGraphql(world: World, credential: Credential, body: unknown) {
  const parsed = request.safeParse(body);
  if (!parsed.success) throw new Refused(400, 'A query attribute must be specified and must be a string.');
  const { query, variables, operationName } = parsed.data;
  const against = await githubSchema();
  let document: ReturnType<typeof parse>;
  try {
    document = parse(new Source(query));
  } catch (error) {
    return { errors: [{ message: String(error) }] };
  }
  const faults = validate(against, document);
  if (faults.length > 0) return { errors: faults.map(format) };
  const result = await execute({
    schema: against,
    document,
    rootValue: { ...queries, ...mutations },
    contextValue: { graph: graphOf(world), credential } satisfies GraphqlContext,
    variableValues: variables ?? {},
    operationName: operationName ?? null,
    fieldResolver: field,
  });
  return {
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(result.errors === undefined ? {} : { errors: result.errors.map(format) }),
  };
}

/** GitHub puts the type of an error beside its message, not into extensions. */
function format(error: GraphQLError) {
  const { originalError } = error;
  const type = originalError instanceof Refused ? { type: originalError.type } : {};
  const at = error.path === undefined ? {} : { path: error.path };
  return { ...type, ...at, locations: error.locations ?? [], message: error.message };
}
