/** The harness of one run: a GitHub, a user's clone with a small epic in Beads, faulty tools, and Heddle as it is bundled. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ACTION, userEnvironment, writeHome } from '../../demo/clone.ts';
import { writeFiles } from '../../demo/project.ts';
import { type Forge, startForge } from '../../sandbox/forge.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';
import { type AgentMode, parseNotes, writeAgent } from './agent.ts';
import type { CommandCall, Fault, PlannedFault } from './call.ts';
import { type Ended, RUN_TIMEOUT_MS, start } from './program.ts';
import { type FaultyProxy, startProxy } from './proxy.ts';
import { makeShims, type ShimFolder, type Tools } from './shims.ts';
import { type UserState, userState } from './user.ts';

export const EPIC = 'po-e';
export const FIRST = 'po-e.1';
export const SECOND = 'po-e.2';

/** What all runs have in common: made once, copied per run. */
export type Prepared = {
  folder: string;
  /** Has `dist/` and `action.yml`. */
  heddle: string;
  tools: Tools;
};

export type Harness = {
  root: string;
  checkout: string;
  worktrees: string;
  sandbox: Sandbox;
  forge: Forge;
  proxy: FaultyProxy;
  shims: ShimFolder;
  faults: readonly PlannedFault[];
  /** Of the user's shell: with the faulty tools first. */
  env: Record<string, string>;
  /** The same with the real tools, to look and to play the user. */
  clean: Record<string, string>;
  tools: Tools;
  /** Starts `heddle …` with the faulty tools. */
  heddle(args: readonly string[], role?: 'spawner'): Promise<Ended>;
  git(...args: readonly string[]): Promise<string>;
  bd(...args: readonly string[]): Promise<string>;
  /** What `heddle` has printed so far. */
  said: string[];
  /** The faults after which the merger was woken already. */
  ticked: Set<PlannedFault>;
  /** What is the user's own, before Heddle was started. */
  before: UserState;
  notes(): Promise<ReturnType<typeof parseNotes>>;
  close(): Promise<void>;
};

/** Three kills of a run can all cost the same task an attempt; that these are bounded is shown elsewhere. */
const ATTEMPTS = 5;

const issues = [
  { id: EPIC, title: 'Two tasks', issue_type: 'epic' },
  { id: FIRST, title: 'The first', issue_type: 'task' },
  { id: SECOND, title: 'The second', issue_type: 'task' },
];

export async function prepare(folder: string, heddle: string, tools: Tools): Promise<Prepared> {
  const checkout = join(folder, 'checkout');
  const clean = await crashEnvironment(folder, tools);
  writeFiles(checkout, {
    'README.md': 'A project that is only there to be worked on.\n',
    'heddle.yml': configuration({}),
    '.github/workflows/ci.yml': CI,
    [WORKFLOW_PATH]: mergerWorkflow({ ciWorkflows: ['CI'], uses: `${ACTION}@v0` }),
  });
  const git = (...args: string[]) => execa(tools.git, args, { cwd: checkout, env: clean, extendEnv: false });
  const bd = (args: string[], input = '') =>
    execa(tools.bd, args, { cwd: checkout, env: clean, extendEnv: false, input });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin');
  const quiet = ['--quiet', '--non-interactive', '--skip-hooks', '--skip-agents'];
  await bd(['init', ...quiet, '--prefix', 'po', '--role', 'maintainer']);
  await bd(['import', '-', '--json'], issueLines());
  return { folder, heddle, tools };
}

function configuration(more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    agent: 'crash',
    agents: { crash: { command: 'crash-agent' } },
    worktree: { min_free_mb: 1 },
    limits: limits(ATTEMPTS),
    verify: 'crash-agent verify',
    ...more,
  });
}

export function limits(attempts: number): { backoff_seconds: number; attempts: number } {
  return { backoff_seconds: 1, attempts };
}

function issueLines(): string {
  const lines = issues.map((issue) => {
    const parent = issue.id === EPIC ? [] : [{ issue_id: issue.id, depends_on_id: EPIC, type: 'parent-child' }];
    const blocker = issue.id === SECOND ? [{ issue_id: SECOND, depends_on_id: FIRST, type: 'blocks' }] : [];
    return JSON.stringify({ ...issue, status: 'open', priority: 2, dependencies: [...parent, ...blocker] });
  });
  return lines.map((line) => `${line}\n`).join('');
}

const CI = `name: CI
on:
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: test ! -e broken
`;

async function crashEnvironment(root: string, tools: Tools): Promise<Record<string, string>> {
  const temporary = join(root, 'tmp');
  await mkdir(temporary, { recursive: true });
  writeHome(root);
  return { ...userEnvironment(root), TMPDIR: temporary, HEDDLE_BD: tools.bd, GOGC: 'off' };
}

export type HarnessOptions = {
  /** What the agents of each task do, one start after the other. */
  modes: Readonly<Record<string, readonly AgentMode[]>>;
  /** Keys of `heddle.yml` that are other than by default. */
  config?: Readonly<Record<string, unknown>>;
  faults?: readonly Fault[];
  measured?: readonly { name: string; call: CommandCall }[];
};

export async function createHarness(prepared: Prepared, options: HarnessOptions): Promise<Harness> {
  const { tools } = prepared;
  const { modes, config, measured = [] } = options;
  const root = await mkdtemp(join(tmpdir(), 'heddle-crash-'));
  const checkout = join(root, 'checkout');
  await cp(join(prepared.folder, 'checkout'), checkout, { recursive: true });
  const clean = await crashEnvironment(root, tools);
  const faults = (options.faults ?? []).map((fault, at) => ({
    ...fault,
    taken: join(root, `taken-${at}`),
    fired: join(root, `fired-${at}`),
    late: join(root, `late-${at}`),
  }));
  const shims = await makeShims(root, tools, { faults, measured });
  const sandbox = await startSandbox({ dir: join(root, 'github'), owner: 'you', repo: 'project' });
  const { user } = sandbox.tokens;
  const proxy = await startProxy({ target: sandbox.url, userToken: user, faults });
  // From here on everybody, the merger's runs included, goes through the proxy.
  sandbox.world.url = proxy.url;
  const forge = await startForge({
    world: sandbox.world,
    ci: { flavour: 'actions' },
    runner: { actions: { [ACTION]: prepared.heddle } },
  });
  Object.assign(clean, { GITHUB_TOKEN: user, GITHUB_API_URL: proxy.url });
  const env = { ...clean, PATH: `${shims.folder}:${clean['PATH']}`, HEDDLE_BD: shims.bd };
  const log = await writeAgent(shims.folder, root, modes, faults);
  const said: string[] = [];
  const run = async (file: string, args: readonly string[]): Promise<string> =>
    (await execa(file, args, { cwd: checkout, env: clean, extendEnv: false, timeout: RUN_TIMEOUT_MS })).stdout;
  const git = (...args: readonly string[]) => run(tools.git, args);
  if (config !== undefined) {
    await writeFile(join(checkout, 'heddle.yml'), configuration(config));
    await git('commit', '--quiet', '--all', '--message', 'Begin otherwise');
  }
  await git('remote', 'add', 'origin', `${proxy.url}/you/project.git`);
  await git('push', '--quiet', sandbox.gitUrlWith(user), 'main');
  await forge.idle();
  return {
    root,
    checkout,
    worktrees: join(root, 'checkout-worktrees'),
    sandbox,
    forge,
    proxy,
    shims,
    faults,
    env,
    clean,
    tools,
    git,
    bd: (...args) => run(tools.bd, args),
    async heddle(args, role) {
      const ended = await start(join(prepared.heddle, 'dist', 'cli.js'), args, { checkout, env, shims }, role);
      said.push(`$ heddle ${args.join(' ')}\n${ended.output}(${ended.signal ?? ended.exitCode})`);
      return ended;
    },
    said,
    before: await userState({ root, checkout, git }),
    ticked: new Set(),
    notes: async () => parseNotes(await readFile(log, 'utf8').catch(() => '')),
    async close() {
      await forge.close();
      await proxy.close();
      await sandbox.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
