/** Clones of a repository whose GitHub a test makes up, and the command line and the Action as they are built from the sources. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clone, checkoutIn, command, PROJECT, userEnvironment } from '../../demo/clone.ts';
import { bundle } from '../adapters/host/processes/program.ts';

export type Env = Readonly<Record<string, string>>;
export type Ended = { exitCode: number | null; said: string };
export type Running = { pid: number; said(): string; signal(name: NodeJS.Signals): void; ended: Promise<Ended> };
export type Harness = {
  cli: string;
  action: string;
  /** A copy of a clone, with another remote and these keys of heddle.yml. */
  clone(of: Clone, remote: string, config: object): Promise<{ checkout: string; env: Env }>;
  begin(program: string, args: readonly string[], where: { checkout: string; env: Env }): Running;
  clear(): Promise<void>;
};

export async function createHarness(): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-silent-'));
  const children: ChildProcess[] = [];
  const [cli, action] = await Promise.all([
    bundle(folder, 'cli', "import 'SRC/cli.ts';"),
    bundle(folder, 'action', "import 'SRC/action.ts';"),
  ]);
  return {
    cli,
    action,
    async clone(of, remote, config) {
      const at = await mkdtemp(join(folder, 'clone-'));
      await cp(of.folder, at, { recursive: true });
      const checkout = checkoutIn(at);
      const agents = { agent: 'scripted', agents: { scripted: { command: 'true' } }, worktree: { min_free_mb: 64 } };
      // JSON is YAML.
      await writeFile(join(checkout, 'heddle.yml'), JSON.stringify({ ...agents, ...config }));
      const env = { ...userEnvironment(at), GITHUB_TOKEN: 'ghp_000000000000000000000000000000000000' };
      await command(env, checkout, 'git', 'remote', 'add', 'origin', remote);
      return { checkout, env };
    },
    begin(program, args, { checkout, env }) {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: checkout,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
      return {
        pid: child.pid ?? 0,
        said: () => said,
        signal: (name) => void child.kill(name),
        ended: new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, said }))),
      };
    },
    async clear() {
      for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** As a remote spells it: git and the API side by side. */
export const remoteOn = (url: string): string => `${url}/you/${PROJECT}.git`;

/** What a runner gives a step of the Action. */
export async function jobEnvironment(url: string, folder: string, inputs: Env): Promise<Env> {
  await mkdir(folder, { recursive: true });
  const event = join(folder, 'event.json');
  await writeFile(event, '{}');
  return {
    PATH: process.env['PATH'] ?? '',
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: `you/${PROJECT}`,
    GITHUB_WORKFLOW: 'Heddle',
    GITHUB_EVENT_PATH: event,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
}
