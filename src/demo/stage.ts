/** Sets the demo's stage in one folder: a GitHub, a user's clone with the project in it, Beads with the epic, and an agent. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBd } from '../adapters/find-bd.mjs';
import { run } from '../adapters/run.ts';
import { UserError } from '../domain/errors.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { type Forge, startForge } from '../sandbox/forge.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { AGENT_RUNS_FILE, AGENT_SETTINGS_FILE, type AgentSettings, demoAgentScript } from './agent-script.ts';
import { demoEpicMarkdown } from './epic.ts';
import { writeProject } from './project.ts';

export type Stage = {
  /** Everything of the demo is in here. */
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
  git(...args: readonly string[]): Promise<string>;
  bd(...args: readonly string[]): Promise<string>;
  /** Ends everything that was started, and takes the folder away unless it is kept. */
  close(keep: boolean): Promise<void>;
};
export type Ended = { exitCode: number | undefined; stdout: string; stderr: string };

export type StageOptions = {
  /** Heddle's own folder: `dist/` and `action.yml` are taken from it. */
  heddle: string;
  agent: AgentSettings;
  /** Lines of the CI and of the merger, as they print them. */
  onForgeLine?: (line: string) => void;
};

const SETUP_TIMEOUT_MS = 60_000;
const RUN_TIMEOUT_MS = 10 * 60_000;
const OWNER = 'you';
const REPOSITORY = 'tally';
/** The name under which the workflow asks for the Action; the runner maps it to Heddle's own folder. */
const ACTION = 'heddle-dev/heddle';

export async function setStage(options: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-demo-'));
  const checkout = join(folder, REPOSITORY);
  const home = join(folder, 'home');
  await mkdir(home);
  const sandbox = await startSandbox({ dir: join(folder, 'github'), owner: OWNER, repo: REPOSITORY });
  const forge = await startForge({
    world: sandbox.world,
    ci: { flavour: 'actions' },
    runner: {
      actions: { [ACTION]: options.heddle },
      ...(options.onForgeLine === undefined ? {} : { onLine: (_, line) => options.onForgeLine?.(line) }),
    },
  });
  const bd = findBd(process.env);
  if ('problem' in bd) throw new UserError(`${bd.problem}.`, { hint: bd.hint, exit: 'missing' });
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GITHUB_TOKEN: sandbox.tokens.user,
    GITHUB_API_URL: sandbox.url,
    HEDDLE_BD: bd.path,
    DO_NOT_TRACK: '1',
    BD_NON_INTERACTIVE: '1',
  };
  const command = async (file: string, args: readonly string[], cwd = checkout): Promise<string> => {
    const result = await run(file, args, { cwd, env, timeoutMs: SETUP_TIMEOUT_MS });
    if (result.exitCode !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${result.stderr}${result.stdout}`);
    return result.stdout;
  };
  const git = (...args: readonly string[]): Promise<string> => command('git', args);
  const heddle = (args: readonly string[], onLine?: (line: string) => void): Promise<Ended> =>
    run(process.execPath, [join(options.heddle, 'dist', 'cli.js'), ...args], {
      cwd: checkout,
      env,
      timeoutMs: RUN_TIMEOUT_MS,
      ...(onLine === undefined ? {} : { onLine }),
    });

  await writeFile(
    join(home, '.gitconfig'),
    '[user]\n\tname = You\n\temail = you@example.com\n[init]\n\tdefaultBranch = main\n',
  );
  const agentFolder = join(folder, 'agent');
  await writeAgent(agentFolder, options.agent);
  await writeUserFiles(checkout, join(agentFolder, 'agent.mjs'));
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', sandbox.gitUrl);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin tally');
  await command(bd.path, [
    'init',
    '--quiet',
    '--non-interactive',
    '--prefix',
    REPOSITORY,
    '--skip-hooks',
    '--skip-agents',
    '--role',
    'maintainer',
  ]);
  await git('push', '--quiet', sandbox.gitUrlWith(sandbox.tokens.user), 'main');
  await forge.idle();
  const epicFile = join(folder, 'epic.md');
  await writeFile(epicFile, demoEpicMarkdown);
  const imported = await heddle(['import', epicFile]);
  const epic = /heddle spawn --epic (\S+)/.exec(imported.stdout)?.[1];
  if (imported.exitCode !== 0 || epic === undefined)
    throw new Error(`heddle import failed: ${imported.stderr}${imported.stdout}`);
  return {
    folder,
    checkout,
    sandbox,
    forge,
    env,
    epic,
    agentRunsFile: join(agentFolder, AGENT_RUNS_FILE),
    heddle,
    git,
    bd: (...args) => command(bd.path, args),
    async close(keep) {
      await forge.close();
      await sandbox.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeAgent(folder: string, settings: AgentSettings): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'agent.mjs'), demoAgentScript);
  await writeFile(join(folder, AGENT_SETTINGS_FILE), JSON.stringify(settings));
}

async function writeUserFiles(checkout: string, agent: string): Promise<void> {
  writeProject(checkout);
  await mkdir(join(checkout, '.github', 'workflows'), { recursive: true });
  await writeFile(join(checkout, WORKFLOW_PATH), mergerWorkflow({ ciWorkflows: ['CI'], uses: `${ACTION}@v0` }));
  const config = {
    agent: 'scripted',
    agents: { scripted: { command: `'${process.execPath}' '${agent}'` } },
    worktree: { min_free_mb: 64 },
  };
  // JSON is YAML.
  await writeFile(join(checkout, 'heddle.yml'), `${JSON.stringify(config, undefined, 2)}\n`);
}

export async function readAgentRuns(file: string): Promise<readonly AgentRun[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AgentRun);
}
export type AgentRun = { what: string; task: number; mode: string; pid: number; at: string };
