/** Workflows and their runs. */
import { parse } from 'yaml';
import * as z from 'zod';
import { emitWorkflowDispatch } from '../payloads.ts';
import { notFound, Refused } from '../refused.ts';
import { workflowRunShape, workflowShape } from '../shapes/actions.ts';
import { workflowAt } from '../workflow-runs.ts';
import type { Repository, Workflow, WorkflowRun, World } from '../world.ts';
import { jobRoutes, workflowRunOf } from './jobs.ts';
import { commitOf, page, parseBody, type RestRequest, type Route, reads, writes } from './router.ts';

const folder = '.github/workflows';

export const actionsRoutes: Route[] = [
  reads('/actions/workflows', 'actions', async (request) => {
    const { world, repository } = request;
    await discoverWorkflows(world, repository);
    const all = [...repository.workflows.values()];
    const { items, headers } = page(request, all);
    const body = { total_count: all.length, workflows: items.map((item) => workflowShape(world, repository, item)) };
    return { status: 200, body, headers };
  }),

  reads('/actions/workflows/{workflow_id}', 'actions', async ({ world, repository, params }) => {
    const workflow = await workflowOf(world, repository, params['workflow_id'] ?? '');
    return { status: 200, body: workflowShape(world, repository, workflow) };
  }),

  writes('POST', '/actions/workflows/{workflow_id}/dispatches', 'actions', async (request) => {
    const { world, repository, credential, params } = request;
    const { ref, inputs } = parseBody(
      z.object({ ref: z.string(), inputs: z.record(z.string(), z.unknown()).default({}) }),
      request,
    );
    const workflow = await workflowOf(world, repository, params['workflow_id'] ?? '');
    const branch = ref.replace(/^refs\/heads\//, '');
    const sha = await commitOf(repository, branch).catch(() => {
      throw new Refused(422, `No ref found for: ${ref}`);
    });
    if (!(await hasTrigger(repository, sha, workflow.path, 'workflow_dispatch'))) {
      throw new Refused(422, "Workflow does not have 'workflow_dispatch' trigger");
    }
    const texts = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
    const dispatch = { ref: `refs/heads/${branch}`, sha, inputs: texts };
    emitWorkflowDispatch(world, repository, workflow, dispatch, credential.actor);
    return { status: 204 };
  }),

  reads('/actions/runs', 'actions', (request) => runs(request, request.repository, null)),

  reads('/actions/workflows/{workflow_id}/runs', 'actions', async (request) => {
    const workflow = await workflowOf(request.world, request.repository, request.params['workflow_id'] ?? '');
    return runs(request, request.repository, workflow.id);
  }),

  reads('/actions/runs/{run_id}', 'actions', async (request) => {
    return { status: 200, body: await workflowRunShape(request.world, request.repository, workflowRunOf(request)) };
  }),

  ...jobRoutes,
];

async function runs(request: RestRequest, repository: Repository, workflowId: number | null) {
  const query = request.url.searchParams;
  const is = (name: string, value: string | number | null) =>
    query.get(name) === null || query.get(name) === String(value);
  const matches = (run: WorkflowRun): boolean =>
    (workflowId === null || run.workflowId === workflowId) &&
    is('head_sha', run.headSha) &&
    is('branch', run.headBranch) &&
    is('event', run.event) &&
    is('actor', run.actorLogin) &&
    is('check_suite_id', run.suiteId) &&
    // GitHub takes a conclusion here too.
    (is('status', run.status) || is('status', run.conclusion));
  const found = [...repository.workflowRuns.values()].filter(matches).reverse();
  const { items, headers } = page(request, found);
  const shapes = await Promise.all(items.map((run) => workflowRunShape(request.world, repository, run)));
  return { status: 200, body: { total_count: found.length, workflow_runs: shapes }, headers };
}

/** Workflows are known by the files on the default branch. */
async function discoverWorkflows(world: World, repository: Repository): Promise<void> {
  const tree = await repository.git.resolve(`refs/heads/${repository.defaultBranch}:${folder}`);
  if (tree === null) return;
  for (const { path, oid } of await repository.git.tree(tree, false)) {
    if (!/\.ya?ml$/.test(path)) continue;
    const name = read(await repository.git.read('blob', oid), 'name');
    workflowAt(world, repository, `${folder}/${path}`, typeof name === 'string' ? name : `${folder}/${path}`);
  }
}

async function workflowOf(world: World, repository: Repository, idOrFile: string): Promise<Workflow> {
  await discoverWorkflows(world, repository);
  for (const workflow of repository.workflows.values()) {
    if (String(workflow.id) === idOrFile || workflow.path === `${folder}/${idOrFile}`) return workflow;
  }
  throw notFound();
}

async function hasTrigger(repository: Repository, sha: string, path: string, event: string): Promise<boolean> {
  const oid = await repository.git.resolve(`${sha}:${path}`);
  if (oid === null) return false;
  const triggers = read(await repository.git.read('blob', oid), 'on');
  if (typeof triggers === 'string') return triggers === event;
  if (Array.isArray(triggers)) return triggers.includes(event);
  return typeof triggers === 'object' && triggers !== null && event in triggers;
}

function read(file: Buffer, key: string): unknown {
  const document: unknown = parse(file.toString());
  if (typeof document !== 'object' || document === null) return undefined;
  return Object.entries(document).find(([name]) => name === key)?.[1];
}
