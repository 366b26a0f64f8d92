/** Check suites, check runs, statuses and the rollup of GraphQL. */
import { latestCheckRuns, latestStatuses, rollup } from '../check-summary.ts';
import { nodeId } from '../create.ts';
import type { Commit } from '../git.ts';
import { rulesFor } from '../rulesets.ts';
import { checkRunHtmlUrl } from '../shapes/checks.ts';
import { repositoryHtmlUrl } from '../shapes/repositories.ts';
import type { Annotation, CheckRun, CheckSuite, CommitStatus, Repository, World } from '../world.ts';
import { actor } from './actors.ts';
import { connection, type PageArguments } from './connection.ts';
import { demandRead, refusalToRead } from './demands.ts';
import type { Fields, Graph, GraphqlContext } from './graph.ts';

function app(world: World, id: number) {
  const found = world.apps.get(id);
  if (found === undefined) return null;
  return {
    id: found.nodeId,
    databaseId: found.id,
    slug: found.slug,
    name: found.name,
    url: `${world.url}/apps/${found.slug}`,
  };
}

const upper = (text: string | null): string | null => text?.toUpperCase() ?? null;

/** Whether a rule of the pull request's base asks for that context. */
function isRequired(repository: Repository, context: string, appId: number | null) {
  return ({ pullRequestNumber }: { pullRequestNumber?: number | null }): boolean => {
    const pull = repository.pulls.get(pullRequestNumber ?? 0);
    if (pull === undefined) return false;
    return rulesFor(repository, `refs/heads/${pull.base.ref}`).some(
      ({ rule }) =>
        rule.type === 'required_status_checks' &&
        rule.contexts.some((one) => one.context === context && (one.appId === undefined || one.appId === appId)),
    );
  };
}

export type CheckSuiteFilter = { appId?: number | null; checkName?: string | null };

export function ofSuites(
  repository: Repository,
  suites: readonly CheckSuite[],
  filter: CheckSuiteFilter,
): CheckSuite[] {
  const { appId, checkName } = filter;
  const holds = (suite: CheckSuite): boolean =>
    [...repository.checkRuns.values()].some((run) => run.suiteId === suite.id && run.name === checkName);
  return suites.filter(
    (suite) =>
      (appId === undefined || appId === null || suite.appId === appId) &&
      (checkName === undefined || checkName === null || holds(suite)),
  );
}

type CheckRunFilter = {
  checkType?: 'ALL' | 'LATEST' | null;
  appId?: number | null;
  checkName?: string | null;
  status?: string | null;
  statuses?: readonly string[] | null;
  conclusions?: readonly string[] | null;
};

/** Without a `checkType`, the latest of each name, as in REST. */
function ofRuns(repository: Repository, suite: CheckSuite, filter: CheckRunFilter): CheckRun[] {
  const all = [...repository.checkRuns.values()].filter(({ headSha }) => headSha === suite.headSha);
  const runs = filter.checkType === 'ALL' ? all : latestCheckRuns(repository, suite.headSha);
  const statuses = filter.statuses ?? (typeof filter.status === 'string' ? [filter.status] : null);
  return runs.filter(
    (run) =>
      run.suiteId === suite.id &&
      (filter.appId === undefined || filter.appId === null || run.appId === filter.appId) &&
      (filter.checkName === undefined || filter.checkName === null || run.name === filter.checkName) &&
      (statuses === null || statuses.includes(run.status.toUpperCase())) &&
      (filter.conclusions?.includes(run.conclusion?.toUpperCase() ?? '') ?? true),
  );
}

export function checkSuite(graph: Graph, repository: Repository, suite: CheckSuite): Fields {
  const { world } = graph;
  const url = repositoryHtmlUrl(world, repository);
  return {
    __typename: 'CheckSuite',
    id: suite.nodeId,
    databaseId: suite.id,
    status: upper(suite.status),
    conclusion: upper(suite.conclusion),
    createdAt: suite.createdAt,
    updatedAt: suite.updatedAt,
    url: `${url}/commit/${suite.headSha}/checks?check_suite_id=${suite.id}`,
    app: app(world, suite.appId),
    commit: async () => graph.commit(repository, await repository.git.commit(suite.headSha)),
    workflowRun: (_args: unknown, context: GraphqlContext) => workflowRunObject(graph, repository, suite, context),
    checkRuns: (args: PageArguments & { filterBy?: CheckRunFilter | null }) =>
      connection('checkRuns', ofRuns(repository, suite, args.filterBy ?? {}), args, (one) =>
        checkRun(graph, repository, one),
      ),
  };
}

/** Null for a suite of another app. */
function workflowRunObject(
  { world }: Graph,
  repository: Repository,
  suite: CheckSuite,
  context: GraphqlContext,
): Fields | null {
  const run = suite.workflowRunId === null ? undefined : repository.workflowRuns.get(suite.workflowRunId);
  const workflow = run === undefined ? undefined : repository.workflows.get(run.workflowId);
  if (run === undefined || workflow === undefined) return null;
  demandRead(repository, context, 'actions');
  return {
    id: run.nodeId,
    databaseId: run.id,
    event: run.event,
    runNumber: run.runNumber,
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    url: `${repositoryHtmlUrl(world, repository)}/actions/runs/${run.id}`,
    file: { path: workflow.path },
    workflow: {
      id: workflow.nodeId,
      databaseId: workflow.id,
      name: workflow.name,
      state: 'ACTIVE',
      resourcePath: `/${repository.fullName}/actions/workflows/${workflow.path.split('/').at(-1)}`,
    },
  };
}

function annotationObject({ world }: Graph, repository: Repository, run: CheckRun, annotation: Annotation): Fields {
  const { path, startLine, endLine, startColumn, endColumn, level, title, message, rawDetails } = annotation;
  return {
    annotationLevel: upper(level),
    blobUrl: `${repositoryHtmlUrl(world, repository)}/blob/${run.headSha}/${path}`,
    location: { start: { line: startLine, column: startColumn }, end: { line: endLine, column: endColumn } },
    message,
    path,
    rawDetails,
    title,
  };
}

function checkRun(graph: Graph, repository: Repository, run: CheckRun): Fields {
  const url = checkRunHtmlUrl(graph.world, repository, run);
  return {
    __typename: 'CheckRun',
    id: run.nodeId,
    databaseId: run.id,
    name: run.name,
    status: upper(run.status),
    conclusion: upper(run.conclusion),
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    externalId: run.externalId,
    detailsUrl: run.detailsUrl ?? url,
    url,
    permalink: url,
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    isRequired: isRequired(repository, run.name, run.appId),
    annotations: (page: PageArguments) =>
      connection('annotations', run.annotations, page, (one) => annotationObject(graph, repository, run, one)),
    checkSuite: () => {
      const suite = repository.checkSuites.get(run.suiteId);
      return suite === undefined ? null : graph.checkSuite(repository, suite);
    },
  };
}

function statusContext(world: World, repository: Repository, status: CommitStatus): Fields {
  return {
    __typename: 'StatusContext',
    id: status.nodeId,
    context: status.context,
    state: upper(status.state),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: actor(world, status.creatorLogin),
    isRequired: isRequired(repository, status.context, null),
  };
}

/** Null when nothing was reported. */
export function rollupObject(graph: Graph, repository: Repository, commit: Commit): Fields | null {
  const state = rollup(repository, commit.oid);
  if (state === null) return null;
  return {
    id: nodeId('SCR', commit.oid),
    state: upper(state),
    commit: () => graph.commit(repository, commit),
    contexts: (page: PageArguments, context: GraphqlContext) => {
      const noChecks = refusalToRead(repository, context, 'checks');
      const noStatuses = refusalToRead(repository, context, 'statuses');
      const runs = latestCheckRuns(repository, commit.oid).map((run) => noChecks ?? checkRun(graph, repository, run));
      const statuses = latestStatuses(repository, commit.oid).map(
        (status) => noStatuses ?? statusContext(graph.world, repository, status),
      );
      // GraphQL makes an error of a node that is one, and leaves the others.
      return connection('contexts', [...runs, ...statuses], page, (one) => one);
    },
  };
}

export function statusObject(graph: Graph, repository: Repository, commit: Commit): Fields | null {
  const statuses = latestStatuses(repository, commit.oid);
  if (statuses.length === 0) return null;
  const states = statuses.map(({ state }) => state);
  const worst = (['error', 'failure', 'pending', 'success'] as const).find((state) => states.includes(state));
  return {
    id: nodeId('ST', commit.oid),
    state: upper(worst ?? 'pending'),
    contexts: statuses.map((status) => statusContext(graph.world, repository, status)),
  };
}
