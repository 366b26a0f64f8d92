/** The workflow runner: starts what the workflow files say, for exactly the events that would start it on GitHub. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PQueue from 'p-queue';
import type { SandboxEvent } from '../events.ts';
import { emitSchedule } from '../payloads.ts';
import { workflowAt } from '../workflow-runs.ts';
import type { Repository, World } from '../world.ts';
import { createGroups } from './groups.ts';
import { findActionNode } from './node.ts';
import { openRecord } from './records.ts';
import { type RoutingOptions, type Start, schedulesOf, startsOf, workflowsAt } from './routing.ts';
import { execute, type Run, type RunTools } from './run.ts';

export type RunnerOptions = {
  world: World;
  /** Folders that stand for actions: by `owner/name` for `uses: owner/name@any`, by `./` for `uses: ./`. */
  actions?: Readonly<Record<string, string>>;
  /** The Node for actions. Default: `findActionNode()`. */
  node?: string;
  /** Jobs at once. Default 2. */
  maxParallel?: number;
  secrets?: Readonly<Record<string, string>>;
  variables?: Readonly<Record<string, string>>;
  /** `PATH` of the jobs. Default: this process's own. */
  path?: string;
  /** Fires every schedule this often, whatever its cron line says. Default: only `tick()` fires them. */
  tickEveryMs?: number;
  /** Every line that a job prints, secrets masked. */
  onLine?: (run: Run, line: string) => void;
  /** A workflow file that cannot be read, or a run that broke for a reason of the sandbox's own. */
  onProblem?: (problem: string) => void;
} & Partial<RoutingOptions>;

export type Runner = {
  /** All runs so far, oldest first. */
  readonly runs: readonly Run[];
  /** Where everything that it does on disk lies; gone after `close`. */
  readonly folder: string;
  /** Each once. */
  readonly problems: readonly string[];
  /** Fires the schedules of all repositories' default branches once; with a cron line, that one alone. */
  tick(cron?: string): Promise<void>;
  /** Resolves when no event is unread and no run is queued, pending or running. */
  idle(): Promise<void>;
  /** Ends every process, cancels what waits, removes every folder. */
  close(): Promise<void>;
};

/** Workflows that `workflow_run` starts one after the other. Source: GitHub docs, "Events that trigger workflows". */
const MAX_CHAIN = 3;

export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { world } = options;
  const routing: RoutingOptions = {
    strictCheckSuites: options.strictCheckSuites ?? false,
    builtIn: options.builtIn ?? {},
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-runner-'));
  const tools: RunTools = {
    world,
    groups: createGroups(),
    slots: new PQueue({ concurrency: options.maxParallel ?? 2 }),
    node: options.node ?? findActionNode(),
    actions: options.actions ?? {},
    secrets: options.secrets ?? {},
    variables: options.variables ?? {},
    path: options.path ?? process.env['PATH'] ?? '/usr/bin:/bin',
    folder,
    onLine: options.onLine ?? (() => {}),
  };
  const runs: Run[] = [];
  const problems: string[] = [];
  const depths = new Map<number, number>();
  const active = new Set<Promise<void>>();
  const stop = new AbortController();

  const report = (problem: string): void => {
    if (problems.includes(problem)) return;
    problems.push(problem);
    options.onProblem?.(problem);
  };

  async function hear(event: SandboxEvent): Promise<void> {
    const repository = world.repositories.get(event.repository.toLowerCase());
    if (repository === undefined || stop.signal.aborted) return;
    if (event.name === 'push') await registerWorkflows(world, repository, routing);
    const { starts, problems: unreadable } = await startsOf(event, repository, routing);
    for (const problem of unreadable) report(problem);
    for (const start of starts) await launch(start, repository);
  }

  /** The record is made while the event is dealt with, so that runs are known in the order of their events. */
  async function launch(start: Start, repository: Repository): Promise<void> {
    const isChained = start.eventName === 'workflow_run';
    const depth = isChained ? (depths.get(start.event.facts.workflowRunId ?? 0) ?? 0) + 1 : 0;
    if (depth > MAX_CHAIN) return;
    const record = await openRecord(world, repository, start);
    const { workflow, ground, eventName, event } = start;
    const run: Run = {
      id: record.run.id,
      repository: repository.fullName,
      workflow: workflow.name,
      path: workflow.path,
      event: eventName,
      action: event.action,
      headSha: ground.headSha,
      status: 'queued',
      conclusion: null,
      jobs: [],
    };
    runs.push(run);
    depths.set(run.id, depth);
    const running = execute({ start, repository, record, run }, tools, stop.signal)
      .catch(async (error: unknown) => {
        report(error instanceof Error ? error.message : String(error));
        run.conclusion = await record.complete('failure');
      })
      .finally(() => active.delete(running));
    active.add(running);
  }

  async function idle(): Promise<void> {
    for (;;) {
      await world.bus.settled();
      if (active.size === 0) return;
      await Promise.all(active);
    }
  }

  async function tick(cron?: string): Promise<void> {
    for (const repository of world.repositories.values()) {
      for (const line of await schedulesOf(repository, routing)) {
        if (cron === undefined || cron === line) await emitSchedule(world, repository, line);
      }
    }
  }

  for (const repository of world.repositories.values()) await registerWorkflows(world, repository, routing);
  const unsubscribe = world.bus.subscribe(hear);
  const every = options.tickEveryMs;
  const timer =
    every === undefined ? undefined : setInterval(() => void tick().catch((error) => report(String(error))), every);
  timer?.unref();

  return {
    runs,
    folder,
    problems,
    tick,
    idle,
    async close() {
      clearInterval(timer);
      unsubscribe();
      stop.abort();
      while (active.size > 0) await Promise.all(active);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A workflow can be dispatched as soon as its file is on the default branch, before it ever ran. */
async function registerWorkflows(world: World, repository: Repository, routing: RoutingOptions): Promise<void> {
  const sha = await repository.git.branch(repository.defaultBranch);
  if (sha === null) return;
  const { workflows } = await workflowsAt(repository, sha, routing);
  for (const workflow of workflows) workflowAt(world, repository, workflow.path, workflow.name);
}
