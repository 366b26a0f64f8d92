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
import { createLaunches } from './launches.ts';
import type { Run, RunTools } from './model.ts';
import { findActionNode } from './node.ts';
import { type RoutingOptions, schedulesOf, startsOf, workflowsAt } from './routing.ts';

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
  /**
   * A job stays queued, with its check run, until this resolves: how a test looks at the gap before a job has a machine.
   * Default: at once.
   */
  beforeJob?: (run: Run, job: string) => Promise<void>;
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

export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { world } = options;
  const routing: RoutingOptions = {
    strictCheckSuites: options.strictCheckSuites ?? false,
    builtIn: options.builtIn ?? {},
  };
  const tools = await toolsOf(options);
  const stop = new AbortController();
  const launches = createLaunches(tools, stop.signal, options.onProblem ?? (() => {}));

  async function hear(event: SandboxEvent): Promise<void> {
    const repository = world.repositories.get(event.repository.toLowerCase());
    if (repository === undefined || stop.signal.aborted) return;
    if (event.name === 'push') await registerWorkflows(world, repository, routing);
    const { starts, problems } = await startsOf(event, repository, routing);
    for (const problem of problems) launches.report(problem);
    for (const start of starts) await launches.launch(start, repository);
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
  world.rerunListeners.add(launches.launchAgain);
  const tickUnasked = () => void tick().catch((error: unknown) => launches.report(String(error)));
  const timer = options.tickEveryMs === undefined ? undefined : setInterval(tickUnasked, options.tickEveryMs);
  timer?.unref();

  return {
    runs: launches.runs,
    problems: launches.problems,
    folder: tools.folder,
    tick,
    async idle() {
      do {
        await launches.ended();
        await world.bus.settled();
      } while (launches.areRunning());
    },
    async close() {
      clearInterval(timer);
      unsubscribe();
      world.rerunListeners.delete(launches.launchAgain);
      stop.abort();
      await launches.ended();
      await rm(tools.folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function toolsOf(options: RunnerOptions): Promise<RunTools> {
  return {
    world: options.world,
    groups: createGroups(),
    slots: new PQueue({ concurrency: options.maxParallel ?? 2 }),
    node: options.node ?? findActionNode(),
    actions: options.actions ?? {},
    secrets: options.secrets ?? {},
    variables: options.variables ?? {},
    path: options.path ?? process.env['PATH'] ?? '/usr/bin:/bin',
    folder: await mkdtemp(path.join(tmpdir(), 'heddle-runner-')),
    beforeJob: options.beforeJob ?? (async () => {}),
    onLine: options.onLine ?? (() => {}),
  };
}

/** A workflow can be dispatched as soon as its file is on the default branch, before it ever ran. */
async function registerWorkflows(world: World, repository: Repository, routing: RoutingOptions): Promise<void> {
  const sha = await repository.git.branch(repository.defaultBranch);
  if (sha === null) return;
  const { workflows } = await workflowsAt(repository, sha, routing);
  for (const workflow of workflows) workflowAt(world, repository, workflow.path, workflow.name);
}
