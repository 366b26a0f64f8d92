/** Makes a Beads database where there is none: the only `bd` calls that write files and make a commit in the user's checkout. */
import { join } from 'node:path';
import { UNATTENDED_GIT } from '../../domain/environment.ts';
import { TransientError } from '../../domain/errors.ts';
import { type RunResult, run } from '../host/run.ts';
import { type BdOptions, bdEnvironment } from './beads.ts';

/** `bd init` takes five seconds, and longer where it asks an unreachable remote for data of its own. */
const INIT_TIMEOUT_MS = 120_000;

/** Commits `.beads/` and `.gitignore`, and with them all that is in the index: the caller has seen that it is empty. */
export async function initBeads(where: BdOptions, prefix: string): Promise<void> {
  const args = ['init', '--quiet', '--non-interactive', '--prefix', prefix];
  await succeed(where, [...args, '--skip-hooks', '--skip-agents', '--role', 'maintainer']);
}

/** Reads committed issue lines into a database that has none of them. */
export async function importCommittedLines(where: BdOptions, lines: readonly string[]): Promise<void> {
  await succeed(where, ['import', '-', '--json'], lines.map((line) => `${line}\n`).join(''));
}

async function succeed(
  { bd, mainWorktree, actor, env }: BdOptions,
  args: readonly string[],
  input?: string,
): Promise<void> {
  const environment = bdEnvironment(env, { beadsDir: join(mainWorktree, '.beads'), actor });
  const result: RunResult = await run(bd, args, {
    cwd: mainWorktree,
    // It asks the remote, and nobody is there to answer a prompt.
    env: { ...environment, ...UNATTENDED_GIT },
    timeoutMs: INIT_TIMEOUT_MS,
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode === 0) return;
  const said = `${result.stderr.trim()} ${result.stdout.trim()}`.trim().slice(0, 400);
  throw new TransientError(`bd ${args[0]} failed (exit ${result.exitCode ?? 'by signal'}): ${said}`);
}
