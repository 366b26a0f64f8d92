/** A user's clone after `heddle init`: the project, Beads, Heddle's files, and an epic. It has no remote yet, so it can be copied. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBd } from '../src/adapters/bd/find-bd.mjs';
import { run } from '../src/adapters/host/run.ts';
import { userError } from '../src/domain/errors.ts';
import { demoProject, writeFiles } from './project.ts';

export const PROJECT = 'tally';
/** The name under which the workflow asks for the Action; the sandbox's runner maps it to Heddle's own folder. */
export const ACTION = 'heddle-dev/heddle';

export type Clone = {
  /** Holds the clone, and a home of its own. */
  folder: string;
  /** Undefined if no epic was asked for. */
  epic: string | undefined;
};

type UserEnvironment = Readonly<Record<string, string>> & { readonly HEDDLE_BD: string };

const SETUP_TIMEOUT_MS = 60_000;

export const checkoutIn = (folder: string): string => join(folder, PROJECT);

/** What a user would have in the shell: little, and nothing of this machine's own settings. */
export function userEnvironment(folder: string): UserEnvironment {
  const bd = findBd(process.env);
  if ('problem' in bd) throw userError(bd, 'missing');
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    HEDDLE_BD: bd.path,
    DO_NOT_TRACK: '1',
    BD_NON_INTERACTIVE: '1',
  };
}

/** The home of that environment: who the user is. */
export function writeHome(folder: string): void {
  const gitconfig = '[user]\n\tname = You\n\temail = you@example.com\n[init]\n\tdefaultBranch = main\n';
  writeFiles(join(folder, 'home'), { '.gitconfig': gitconfig });
}

/** Runs a command to a good end, and gives what it said. */
export async function command(
  env: Readonly<Record<string, string>>,
  cwd: string,
  file: string,
  ...args: readonly string[]
): Promise<string> {
  const result = await run(file, args, { cwd, env, timeoutMs: SETUP_TIMEOUT_MS });
  if (result.exitCode !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${result.stderr}${result.stdout}`);
  return result.stdout;
}

/** A folder that has a clone already is only given the epic. */
export async function makeClone(options: {
  /** Heddle's own folder: `dist/` is taken from it. */
  heddle: string;
  folder: string;
  /** In Markdown; imported as a user would. */
  epic?: string;
}): Promise<Clone> {
  const { folder, heddle, epic } = options;
  const env = userEnvironment(folder);
  const checkout = checkoutIn(folder);
  const run = (...args: readonly string[]): Promise<string> =>
    command(env, checkout, process.execPath, join(heddle, 'dist', 'cli.js'), ...args);
  if (!existsSync(checkout)) await begin(folder, env, run);
  if (epic === undefined) return { folder, epic: undefined };
  const file = join(folder, 'epic.md');
  await writeFile(file, epic);
  const said = await run('import', file);
  const id = /heddle spawn --epic (\S+)/.exec(said)?.[1];
  if (id === undefined) throw new Error(`heddle import names no epic: ${said}`);
  return { folder, epic: id };
}

async function begin(
  folder: string,
  env: UserEnvironment,
  heddle: (...args: readonly string[]) => Promise<string>,
): Promise<void> {
  const checkout = checkoutIn(folder);
  const git = (...args: readonly string[]): Promise<string> => command(env, checkout, 'git', ...args);
  writeHome(folder);
  writeFiles(checkout, demoProject);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', `Begin ${PROJECT}`);
  // Beads, the merger's workflow, heddle.yml: as in anybody's repository.
  await heddle('init', '--action', `${ACTION}@v0`, '--prefix', PROJECT);
}
