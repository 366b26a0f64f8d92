/** How the spawner starts the detached supervisor of a task: this same program, as `heddle worker`. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gitCeilings } from '../domain/environment.ts';
import { RUN_TAG_VARIABLE, runTag } from '../domain/ids.ts';
import type { Writers } from '../spawner/perform.ts';
import { workerLogPath } from '../worker/log-names.ts';
import type { Checkout } from './checkout.ts';
import type { Environment } from './environment.ts';
import type { Forge } from './forge.ts';

/** The text that the spawner read, so that its workers go by the same one, whatever becomes of heddle.yml meanwhile. */
const CONFIG_VARIABLE = 'HEDDLE_CONFIG';
/** Linux takes variables up to 128 KiB. */
const MAX_CONFIG = 100_000;

export function handedConfig(env: Environment): string | undefined {
  const handed = env[CONFIG_VARIABLE];
  return handed === undefined ? undefined : Buffer.from(handed, 'base64').toString();
}

export function workerStarter(
  checkout: Checkout,
  { token: githubToken }: Pick<Forge, 'token'>,
  agent: string,
): Writers['startWorker'] {
  const { git, processes, env } = checkout;
  // A comment can hold what no variable can: YAML takes a zero byte.
  const config = Buffer.from(checkout.configText).toString('base64');
  const handed = { [CONFIG_VARIABLE]: config.length > MAX_CONFIG ? undefined : config };
  return async ({ task, round, token }) => {
    const own = Object.entries({ ...env, ...handed });
    const inherited = own.filter((entry): entry is [string, string] => entry[1] !== undefined);
    return await processes.startDetached({
      file: process.execPath,
      args: [programPath(), 'worker', task, '--token', token, '--round', String(round), '--agent', agent],
      cwd: git.mainWorktree,
      env: {
        ...Object.fromEntries(inherited),
        // Were the checkout's `.git` gone, the worker would take a repository above it for its own.
        ...gitCeilings(dirname(git.mainWorktree), env),
        // Found already, so a worker does not have to ask `gh` again.
        GITHUB_TOKEN: githubToken,
        [RUN_TAG_VARIABLE]: runTag({ repository: git.repositoryKey, task, round, token }),
      },
      logFile: workerLogPath(git.stateFolder, task),
    });
  };
}

/** The bundle that is running; its name is the same wherever it was installed. */
function programPath(): string {
  return fileURLToPath(import.meta.url);
}
