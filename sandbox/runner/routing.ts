/** From an event to the workflows that it starts, each with the context it stands on. */
import type { SandboxEvent } from '../events.ts';
import { mayStartWorkflows } from '../events.ts';
import { ZERO_OID } from '../git.ts';
import { pullRange } from '../mergeability.ts';
import { parseWorkflow, type WorkflowFile } from '../workflow/file.ts';
import { cronsOf, isTriggered, type Trigger } from '../workflow/triggers.ts';
import { ACTIONS_APP_ID, type Repository } from '../world.ts';
import { type RunContext, runContextOf, targetContext } from './run-context.ts';

export type Start = {
  workflow: WorkflowFile;
  context: RunContext;
  /** `GITHUB_EVENT_NAME`: `pull_request_target` differs from the event's own name. */
  eventName: string;
  event: SandboxEvent;
};

export type RoutingOptions = {
  /**
   * The words of GitHub's documentation taken strictly: a check suite of another app starts nothing either once its head
   * has any run of Actions. (Merge bots have been seen to be woken all the same.)
   */
  strictCheckSuites: boolean;
  /** Workflow files by path, as though every commit of every repository without such a file held them. */
  builtIn: Readonly<Record<string, string>>;
};

/** `problems` are workflow files that cannot be read; GitHub shows them as failed runs. */
export async function startsOf(
  event: SandboxEvent,
  repository: Repository,
  options: RoutingOptions,
): Promise<{ starts: Start[]; problems: string[] }> {
  const starts: Start[] = [];
  const problems: string[] = [];
  if (!mayStartWorkflows(event) || isSilent(event, repository, options)) return { starts, problems };
  const names = event.name === 'pull_request' ? ['pull_request', 'pull_request_target'] : [event.name];
  for (const eventName of names) {
    const isTarget = eventName === 'pull_request_target';
    const context = await (isTarget ? targetContext(event, repository) : runContextOf(event, repository));
    if (context === null) continue;
    const read = await workflowsAt(repository, context.workflowSha, options);
    problems.push(...read.problems);
    for (const workflow of read.workflows) {
      if (event.name === 'workflow_dispatch' && workflow.path !== event.facts.workflowPath) continue;
      const trigger = await triggerOf(event, eventName, repository, workflow);
      if (isTriggered(workflow.on, trigger)) starts.push({ workflow, context, eventName, event });
    }
  }
  return { starts, problems };
}

/** The distinct cron lines of the default branch's workflows. */
export async function schedulesOf(repository: Repository, options: RoutingOptions): Promise<string[]> {
  const sha = await repository.git.branch(repository.defaultBranch);
  if (sha === null) return [];
  const { workflows } = await workflowsAt(repository, sha, options);
  return [...new Set(workflows.flatMap(({ on }) => cronsOf(on)))];
}

/** Suites and runs of Actions itself wake nobody, lest workflows start each other for ever. */
function isSilent(event: SandboxEvent, repository: Repository, options: RoutingOptions): boolean {
  if (event.name !== 'check_suite' && event.name !== 'check_run') return false;
  if (event.facts.appId === ACTIONS_APP_ID) return true;
  if (!options.strictCheckSuites) return false;
  return [...repository.workflowRuns.values()].some(({ headSha }) => headSha === event.facts.sha);
}

async function triggerOf(
  event: SandboxEvent,
  eventName: string,
  repository: Repository,
  workflow: WorkflowFile,
): Promise<Trigger> {
  const filter = workflow.on[eventName];
  const asksPaths = filter !== undefined && ('paths' in filter || 'paths-ignore' in filter);
  const ref = event.facts.ref ?? '';
  return {
    name: eventName,
    action: event.action,
    branch: branchOf(event, repository),
    tag: event.name === 'push' && ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : undefined,
    workflow: event.facts.workflowName,
    cron: event.facts.schedule,
    paths: asksPaths ? await pathsOf(event, repository) : undefined,
  };
}

function branchOf(event: SandboxEvent, repository: Repository): string | undefined {
  const { ref, baseRef, pullNumber, workflowRunId } = event.facts;
  switch (event.name) {
    case 'push':
      return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
    case 'pull_request':
    case 'pull_request_review':
      return baseRef ?? repository.pulls.get(pullNumber ?? 0)?.base.ref;
    case 'workflow_run':
      return repository.workflowRuns.get(workflowRunId ?? 0)?.headBranch ?? undefined;
    default:
      return undefined;
  }
}

async function pathsOf(event: SandboxEvent, repository: Repository): Promise<string[] | undefined> {
  const pull = repository.pulls.get(event.facts.pullNumber ?? 0);
  if (pull !== undefined) {
    const { from, to } = await pullRange(repository, pull);
    return (await repository.git.changes(from, to)).map(({ path }) => path);
  }
  const { before, after } = event.payload;
  if (typeof before !== 'string' || typeof after !== 'string' || before === ZERO_OID) return undefined;
  return (await repository.git.changes(before, after)).map(({ path }) => path);
}

const folder = '.github/workflows/';
const parsed = new Map<string, WorkflowFile>();

export async function workflowsAt(
  repository: Repository,
  sha: string,
  options: RoutingOptions,
): Promise<{ workflows: WorkflowFile[]; problems: string[] }> {
  const workflows: WorkflowFile[] = [];
  const problems: string[] = [];
  const take = (path: string, text: string): void => {
    try {
      const key = `${path}\n${text}`;
      const workflow = parsed.get(key) ?? parseWorkflow(path, text);
      parsed.set(key, workflow);
      workflows.push(workflow);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  };
  const paths = new Set<string>();
  const listed = await repository.git.run(['ls-tree', '-z', sha, folder]);
  for (const row of listed.stdout.toString().split('\0').filter(Boolean)) {
    const [, type = '', rest = ''] = row.split(' ');
    const [oid = '', path = ''] = rest.split('\t');
    if (type !== 'blob' || !/\.ya?ml$/.test(path)) continue;
    paths.add(path);
    take(path, (await repository.git.read('blob', oid)).toString());
  }
  for (const [path, text] of Object.entries(options.builtIn)) if (!paths.has(path)) take(path, text);
  return { workflows, problems };
}
