/** `heddle worker`: what `spawn` starts for each task; hidden, because only a claim makes a token. */
import { files } from '../adapters/host/files.ts';
import { programs } from '../adapters/host/programs.ts';
import type { Terminal } from '../adapters/terminal.ts';
import { type Checkout, namesOf, openBeads, openForge } from '../connect.ts';
import { type ExitName, UserError } from '../domain/errors.ts';
import { isNameable, isToken } from '../domain/ids.ts';
import { secretsOf } from '../worker/scrub.ts';
import { runWorker } from '../worker/worker.ts';

type WorkerFlags = { task: string; token: string; round: number; agent: string };

export async function workerCommand(
  checkout: Checkout,
  terminal: Terminal,
  flags: WorkerFlags,
  stop: AbortSignal,
): Promise<ExitName> {
  const { task, token, round, agent } = flags;
  if (!isNameable(task) || !isToken(token)) {
    throw new UserError('`heddle worker` is started by `heddle spawn`, with a task and a token of its own.', {
      hint: 'Start tasks with: heddle spawn --epic ID',
      exit: 'usage',
    });
  }
  const forge = await openForge(checkout);
  const { base } = await namesOf(checkout, forge);
  const { git, processes, locks, clock, settings, env } = checkout;
  const { pullRequests } = forge;
  const secrets = [...new Set([...secretsOf(env), forge.token])];
  const beads = openBeads(checkout);
  const deps = {
    beads,
    git,
    pullRequests,
    processes,
    locks,
    clock,
    programs,
    files,
    settings,
    base,
    environment: env,
    secrets,
    stop,
  };
  const end = await runWorker(deps, { task, token, round, agent });
  terminal.tell(`${task}: ${end.is}`);
  return 'done';
}
