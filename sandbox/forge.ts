/** CI and runner together, as the demo and the story tests use them: everything on the sandbox that moves by itself. */
import { type OutsideCi, type OutsideCiOptions, startOutsideCi } from './ci/ci.ts';
import { type Runner, type RunnerOptions, startRunner } from './runner/runner.ts';
import type { World } from './world.ts';

export type ForgeOptions = {
  world: World;
  /**
   * Who tests the heads of pull requests.
   * `actions` without a command: the workflow files of the repository alone. `actions` with one: also a workflow named
   * `CI` (`.github/workflows/ci.yml`), as though every commit had that file. `app` and `status`: a CI outside GitHub.
   */
  ci:
    | { flavour: 'actions'; command?: string }
    | ({ flavour: 'app' | 'status' } & Omit<OutsideCiOptions, 'world' | 'reports'>);
  runner: Omit<RunnerOptions, 'world'>;
};

export type Forge = {
  runner: Runner;
  outsideCi: OutsideCi | null;
  /** Resolves when every event is dealt with and nothing is tested or run. */
  idle(): Promise<void>;
  /** Fires the schedules once. */
  tick(): Promise<void>;
  /** Ends every process and removes every folder of both. */
  close(): Promise<void>;
};

export async function startForge({ world, ci, runner: options }: ForgeOptions): Promise<Forge> {
  const builtIn = {
    ...options.builtIn,
    ...(ci.flavour === 'actions' && ci.command !== undefined ? ciFile(ci.command) : {}),
  };
  const runner = await startRunner({ ...options, world, builtIn });
  const outsideCi = ci.flavour === 'actions' ? null : await startOutsideCi({ ...ci, world, reports: ci.flavour });
  return {
    runner,
    outsideCi,
    tick: () => runner.tick(),
    async idle() {
      let runs: number;
      // Each may give the other something to do. When the CI had nothing that started a run, both are done.
      do {
        await runner.idle();
        runs = runner.runs.length;
        await outsideCi?.idle();
        await runner.idle();
      } while (runner.runs.length !== runs);
    },
    async close() {
      await outsideCi?.close();
      await runner.close();
    },
  };
}

/** JSON is YAML, so no command can break out of its place. */
function ciFile(command: string): Record<string, string> {
  const steps = [{ uses: 'actions/checkout@v5' }, { run: command }];
  const workflow = {
    name: 'CI',
    on: { pull_request: {} },
    permissions: { contents: 'read' },
    jobs: { test: { 'runs-on': 'ubuntu-latest', steps } },
  };
  return { '.github/workflows/ci.yml': JSON.stringify(workflow) };
}
