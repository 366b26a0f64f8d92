/** Sets a stage in one folder: a GitHub, a user's clone with the project and Beads in it, an agent, and Heddle's own files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type Forge, type ForgeOptions, startForge } from '../sandbox/forge.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { run } from '../src/adapters/host/run.ts';
import { versionOf } from '../src/adapters/host/version.ts';
import { DEMO_GIT, requireGit } from '../src/doctor/tools.ts';
import { CONFIG_PATH } from '../src/domain/config-path.ts';
import { AGENT_RUNS_FILE, AGENT_SETTINGS_FILE, type AgentSettings, demoAgentScript } from './agent-script.ts';
import { ACTION, type Clone, checkoutIn, command, makeClone, PROJECT, userEnvironment } from './clone.ts';
import { demoEpicMarkdown } from './epic.ts';
import { writeFiles } from './project.ts';

export type Stage = {
  /** Everything is in here. */
  folder: string;
  /** The user's clone. */
  checkout: string;
  sandbox: Sandbox;
  forge: Forge;
  /** What a user would have in the shell. */
  env: Readonly<Record<string, string>>;
  epic: string;
  agentRunsFile: string;
  heddle(args: readonly string[], onLine?: (line: string) => void): Promise<Ended>;
  /** Starts a command that may be killed; `ended` gives its exit code, null after a signal. It ends with the stage at the latest. */
  start(args: readonly string[], onLine: (line: string) => void): Started;
  git(...args: readonly string[]): Promise<string>;
  bd(...args: readonly string[]): Promise<string>;
  /** From now on the agent behaves like this. */
  setAgent(settings: AgentSettings): Promise<void>;
  /** Ends everything that was started, and takes the folder away unless it is kept. */
  close(keep: boolean): Promise<void>;
};
type Started = { pid: number | undefined; ended: Promise<number | null> };
type Ended = { exitCode: number | undefined; stdout: string; stderr: string };

export type StageOptions = {
  /** Heddle's own folder: `dist/` and `action.yml` are taken from it. */
  heddle: string;
  agent: AgentSettings;
  /** A clone with an epic, to be copied; without it one is made with the demo's epic, which takes seconds longer. */
  clone?: Clone;
  /** Who tests the pull requests. By default the project's own workflow. */
  ci?: ForgeOptions['ci'];
  /** Keys of `heddle.yml` besides those that the stage needs. */
  config?: Readonly<Record<string, unknown>>;
  /** Files of the base that are other than by default; null takes one away. */
  files?: Readonly<Record<string, string | null>>;
  /** Lines of the CI and of the merger, as they print them. */
  onForgeLine?: (line: string) => void;
};

const RUN_TIMEOUT_MS = 10 * 60_000;
const OWNER = 'you';

/** Throws a UserError with too old a git, or without `bd`. */
export async function setStage(options: StageOptions): Promise<Stage> {
  requireGit(await versionOf('git', process.env), DEMO_GIT);
  const folder = await mkdtemp(join(tmpdir(), 'heddle-demo-'));
  const epic = await cloneInto(folder, options);
  const sandbox = await startSandbox({ dir: join(folder, 'github'), owner: OWNER, repo: PROJECT });
  const forge = await startForge({
    world: sandbox.world,
    ci: options.ci ?? { flavour: 'actions' },
    runner: {
      actions: { [ACTION]: options.heddle },
      ...(options.onForgeLine === undefined ? {} : { onLine: (_, line) => options.onForgeLine?.(line) }),
    },
  });
  const checkout = checkoutIn(folder);
  const env = { ...userEnvironment(folder), GITHUB_TOKEN: sandbox.tokens.user, GITHUB_API_URL: sandbox.url };
  const git = (...args: readonly string[]): Promise<string> => command(env, checkout, 'git', ...args);
  const agentFolder = join(folder, 'agent');
  const setAgent = (settings: AgentSettings): Promise<void> =>
    writeFile(join(agentFolder, AGENT_SETTINGS_FILE), JSON.stringify(settings));
  await mkdir(agentFolder);
  await writeFile(join(agentFolder, 'agent.mjs'), demoAgentScript);
  await setAgent(options.agent);

  writeFiles(checkout, { ...configFile(join(agentFolder, 'agent.mjs'), options.config), ...options.files });
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Set up Heddle');
  await git('remote', 'add', 'origin', sandbox.gitUrl);
  await git('push', '--quiet', sandbox.gitUrlWith(sandbox.tokens.user), 'main');
  await forge.idle();
  const started: ChildProcess[] = [];
  return {
    folder,
    checkout,
    sandbox,
    forge,
    env,
    epic,
    agentRunsFile: join(agentFolder, AGENT_RUNS_FILE),
    heddle: (args, onLine) =>
      run(process.execPath, [join(options.heddle, 'dist', 'cli.js'), ...args], {
        cwd: checkout,
        env,
        timeoutMs: RUN_TIMEOUT_MS,
        ...(onLine === undefined ? {} : { onLine }),
      }),
    start: (args, onLine) => startHeddle(options.heddle, { args, cwd: checkout, env, onLine, started }),
    git,
    bd: (...args) => command(env, checkout, env.HEDDLE_BD, ...args),
    setAgent,
    async close(keep) {
      for (const child of started) child.kill('SIGKILL');
      await forge.close();
      await sandbox.close();
      if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function startHeddle(
  heddle: string,
  begun: { args: readonly string[]; cwd: string; onLine: (line: string) => void; started: ChildProcess[] } & Pick<
    Stage,
    'env'
  >,
): Started {
  const { args, cwd, env, onLine, started } = begun;
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [join(heddle, 'dist', 'cli.js'), ...args], { cwd, env, stdio });
  started.push(child);
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine);
  return { pid: child.pid, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

async function cloneInto(folder: string, { heddle, clone }: StageOptions): Promise<string> {
  if (clone !== undefined) await cp(clone.folder, folder, { recursive: true });
  const { epic } = clone ?? (await makeClone({ heddle, folder, epic: demoEpicMarkdown }));
  if (epic === undefined) throw new Error(`expected a clone with an epic, got ${folder} without one`);
  return epic;
}

function configFile(agent: string, more: StageOptions['config']): Record<string, string> {
  const config = {
    agent: 'scripted',
    agents: { scripted: { command: `'${process.execPath}' '${agent}'` } },
    worktree: { min_free_mb: 64 },
    ...more,
  };
  return {
    // JSON is YAML.
    [CONFIG_PATH]: `${JSON.stringify(config, undefined, 2)}\n`,
  };
}

export async function readAgentRuns(file: string): Promise<readonly AgentRun[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => agentRun.parse(JSON.parse(line)));
}
const agentRun = z.object({ what: z.string(), task: z.number(), mode: z.string(), pid: z.number(), at: z.string() });
export type AgentRun = z.infer<typeof agentRun>;
