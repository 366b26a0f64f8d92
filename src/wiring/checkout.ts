/** From a folder and an environment to the user's clone: git, its configuration, this machine's processes and locks. */
import { join } from 'node:path';
import { createCheckout } from '../adapters/git/checkout.ts';
import { type Credentials, createGitCommand } from '../adapters/git/command.ts';
import { createGit } from '../adapters/git/git.ts';
import { findMainWorktree, type Place, placeOf } from '../adapters/git/place.ts';
import { systemClock } from '../adapters/host/clock.ts';
import { files } from '../adapters/host/files.ts';
import { createLocks } from '../adapters/host/locks.ts';
import { createProcesses } from '../adapters/host/processes/index.ts';
import { createSilence } from '../adapters/host/silence.ts';
import { versionOf } from '../adapters/host/version.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { requireGit } from '../doctor/tools.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import type { Checkout as OwnCheckout } from '../ports/checkout.ts';
import type { Clock } from '../ports/clock.ts';
import type { Git } from '../ports/git.ts';
import type { Locks, Processes } from '../ports/processes.ts';
import type { Silence } from '../ports/silence.ts';
import type { Environment } from './environment.ts';
import { type FindToken, tokenFinder } from './token.ts';

export type Checkout = {
  settings: Settings;
  /** What they were read from, empty without a heddle.yml: another process can read the same. */
  configText: string;
  place: Place;
  git: Git;
  /** The user's own files, for the one command that moves them. */
  own: OwnCheckout;
  processes: Processes;
  locks: Locks;
  clock: Clock;
  env: Environment;
  findToken: FindToken;
  /** How long GitHub may give no answer, to the API's client and to git together. */
  silence: Silence;
  /** Aborted when this process is asked to end. */
  stop: AbortSignal;
};

export type Opening = {
  /** Read instead of heddle.yml. */
  configText?: string | undefined;
  stop?: AbortSignal | undefined;
  /** Goes on by itself through outages, as a worker does: no request waits longer, but all of them together may. */
  sitsOut?: boolean;
  /** Of a checkout that was opened before, which may have asked already. */
  findToken?: FindToken;
};

/** Throws a UserError with too old a git, outside a repository, or when heddle.yml is broken. */
export async function openCheckout(cwd: string, env: Environment, opening: Opening = {}): Promise<Checkout> {
  requireGit(await versionOf('git', env));
  const plain = createGitCommand(env, undefined);
  const found = await findMainWorktree(plain, cwd);
  const configText = opening.configText ?? (await files.read(join(found.mainWorktree, CONFIG_PATH))) ?? '';
  const settings = readSettings(configText);
  const place = await placeOf(found, { remote: settings.remote, worktreeRoot: settings.worktree.root });
  const processes = createProcesses({ repository: place.repositoryKey });
  const locks = createLocks({ folder: join(place.commonDir, 'heddle', 'locks'), holder: holderOf(processes) });
  const { stop = new AbortController().signal, sitsOut = false, findToken = tokenFinder(env) } = opening;
  const credentials = await credentialsOf(plain, place, findToken);
  const silence = createSilence({ limitMs: settings.limits.githubMs, sitsOut });
  const { commonDir } = place;
  const git = createGit(createGitCommand(env, credentials, { commonDir, silence, stop }), place, locks);
  const own = createCheckout(createGitCommand(env, undefined, { commonDir }), place);
  const clock = systemClock;
  return { settings, configText, place, git, own, processes, locks, clock, env, findToken, silence, stop };
}

/** Only a remote over HTTP takes a token; ssh has its own keys. */
async function credentialsOf(
  git: ReturnType<typeof createGitCommand>,
  place: Place,
  findToken: FindToken,
): Promise<Credentials | undefined> {
  const url = (await git.try(place.main, ['remote', 'get-url', '--push', place.remote])).stdout.trim();
  if (!/^https?:\/\//.test(url)) return undefined;
  const token = await findToken(url);
  return token === undefined ? undefined : { urlPrefix: new URL(url).origin, token };
}

function holderOf(processes: Processes): { self: string; alive(holder: string): boolean } {
  const { pid, start } = processes.self();
  return {
    self: `${pid} ${start}`,
    alive(holder) {
      const space = holder.indexOf(' ');
      return processes.alive({ pid: Number(holder.slice(0, space)), start: holder.slice(space + 1) });
    },
  };
}
