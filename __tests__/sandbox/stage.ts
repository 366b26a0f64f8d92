/** A sandbox with a client, a clone and a first commit, for the tests beside this file. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { type Contract, createContract } from '../../sandbox/contract.ts';
import type { SandboxEvent } from '../../sandbox/events.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';

const execute = promisify(execFile);

export type Stage = {
  sandbox: Sandbox;
  contract: Contract;
  octokit: Octokit;
  /** Everything that happened since the stage was set. */
  events: SandboxEvent[];
  clone: string;
  git(...args: string[]): Promise<string>;
  /** Commits files on a new branch off `from` and pushes it; gives the commit. */
  branch(name: string, files: Record<string, string | Uint8Array>, from?: string): Promise<string>;
  as(token: string): Octokit;
  /** The answer's status, whether it threw or not. */
  status(request: Promise<{ status: number }>): Promise<number>;
  /** Ends everything, and throws if anything that was said on this stage was not as GitHub describes it. */
  end(): Promise<void>;
};

let contract: Promise<Contract> | undefined;

export const where = { owner: 'acme', repo: 'project' };

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

export async function setStage(options: Partial<SandboxOptions> = {}): Promise<Stage> {
  contract ??= createContract();
  const said = await contract;
  const root = await mkdtemp(path.join(os.tmpdir(), 'sandbox-'));
  const sandbox = await startSandbox({ dir: path.join(root, 'remote'), ...options });
  sandbox.onExchange(said.observe);
  sandbox.world.bus.subscribe(said.observeEvent);
  const clone = path.join(root, 'clone');
  const events: SandboxEvent[] = [];
  const git = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
    const { stdout, stderr } = await execute('git', [...identity, ...args], { cwd: clone, env });
    return `${stdout}${stderr}`.trim();
  };
  const as = (token: string): Octokit =>
    new Octokit({
      auth: token,
      baseUrl: sandbox.url,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
  const commit = async (files: Record<string, string | Uint8Array>): Promise<string> => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(clone, name)), { recursive: true });
      await writeFile(path.join(clone, name), content);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', `Change ${Object.keys(files).join(', ')}`);
    return git('rev-parse', 'HEAD');
  };
  await mkdir(clone);
  await git('init', '--quiet', '--initial-branch=main', '.');
  await git('remote', 'add', 'origin', sandbox.gitUrlWith(sandbox.tokens.user));
  await commit({ 'README.md': '# Project\n', 'src/one.txt': 'one\n' });
  await git('push', '--quiet', 'origin', 'main');
  await sandbox.world.bus.settled();
  sandbox.world.bus.subscribe((event) => {
    events.push(event);
  });
  return {
    sandbox,
    contract: said,
    octokit: as(sandbox.tokens.user),
    events,
    clone,
    git,
    as,
    async branch(name, files, from = 'main') {
      await git('checkout', '--quiet', '-B', name, from);
      const sha = await commit(files);
      await git('push', '--quiet', '--force', 'origin', name);
      return sha;
    },
    status: async (request) => {
      try {
        return (await request).status;
      } catch (error) {
        if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status;
        throw error;
      }
    },
    async end() {
      await sandbox.world.bus.settled();
      await sandbox.close();
      await rm(root, { recursive: true, force: true });
      const failures = said.failures.splice(0);
      if (failures.length > 0) throw new Error(`Not as GitHub describes it:\n${[...new Set(failures)].join('\n')}`);
    },
  };
}
