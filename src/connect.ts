/** From a folder and an environment to everything that a command stands on. Each part is opened only by the commands that need it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBeads } from './adapters/bd/beads.ts';
import { findBd } from './adapters/bd/find-bd.mjs';
import { createCheckout } from './adapters/git/checkout.ts';
import { type Credentials, createGitCommand } from './adapters/git/command.ts';
import { createGit } from './adapters/git/git.ts';
import { findMainWorktree, type Place, placeOf } from './adapters/git/place.ts';
import { type Client, createClient } from './adapters/github/client.ts';
import { createPullRequests } from './adapters/github/pull-requests.ts';
import { type RepositoryAddress, repositoryOf } from './adapters/github/repository.ts';
import { systemClock } from './adapters/host/clock.ts';
import { createLocks } from './adapters/host/locks.ts';
import { createProcesses } from './adapters/host/processes/index.ts';
import { CommandMissing, run } from './adapters/host/run.ts';
import { createSilence } from './adapters/host/silence.ts';
import { versionOf } from './adapters/host/version.ts';
import { branchesOf, readSettings, type Settings } from './config/settings.ts';
import { requireGit } from './doctor/tools.ts';
import { CONFIG_PATH } from './domain/config-path.ts';
import { givenToken } from './domain/environment.ts';
import { UserError, userError } from './domain/errors.ts';
import type { Beads } from './ports/beads.ts';
import type { Checkout as OwnCheckout } from './ports/checkout.ts';
import type { Clock } from './ports/clock.ts';
import type { Git } from './ports/git.ts';
import type { PullRequests } from './ports/github.ts';
import type { Locks, Processes } from './ports/processes.ts';
import type { Silence } from './ports/silence.ts';
import type { Names } from './spawner/observe.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A user's clone: git, its configuration, this machine's processes and locks. */
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
};

/** The remote on GitHub, with a token that it takes. */
export type Forge = { address: RepositoryAddress; client: Client; pullRequests: PullRequests; token: string };

/** Throws a UserError with too old a git, outside a repository, or when heddle.yml is broken. */
export async function openCheckout(cwd: string, env: Environment, opening: Opening = {}): Promise<Checkout> {
  requireGit(await versionOf('git', env));
  const plain = createGitCommand(env, undefined);
  const found = await findMainWorktree(plain, cwd);
  const path = join(found.mainWorktree, CONFIG_PATH);
  const configText = opening.configText ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const settings = readSettings(configText);
  const place = await placeOf(found, { remote: settings.remote, worktreeRoot: settings.worktree.root });
  const processes = createProcesses({ repository: place.repositoryKey });
  const locks = createLocks({ folder: join(place.commonDir, 'heddle', 'locks'), holder: holderOf(processes) });
  const credentials = await credentialsOf(plain, place, env);
  const { stop = new AbortController().signal, sitsOut = false } = opening;
  const silence = createSilence({ limitMs: settings.limits.githubMs, sitsOut });
  const { commonDir } = place;
  const git = createGit(createGitCommand(env, credentials, { commonDir, silence, stop }), place, locks);
  const own = createCheckout(createGitCommand(env, undefined, { commonDir }), place);
  return { settings, configText, place, git, own, processes, locks, clock: systemClock, env, silence, stop };
}

/** Beads of the checkout, through a `bd` that is new enough. */
export function openBeads(checkout: Checkout, actor = 'heddle'): Beads {
  const found = findBd(checkout.env);
  if ('problem' in found) throw userError(found, 'missing');
  const { mainWorktree } = checkout.place;
  return createBeads({ bd: found.path, mainWorktree, actor, env: checkout.env });
}

/** Throws a UserError without a remote, without a token, or when the remote is not on GitHub. */
export async function openForge(checkout: Checkout): Promise<Forge> {
  const url = await checkout.git.remoteUrl();
  const address = repositoryOf(url, checkout.env['GITHUB_API_URL']);
  const token = await findToken(checkout.env, url);
  if (token === undefined) {
    throw new UserError('There is no GitHub token.', {
      hint: 'Log in with: gh auth login (or set GITHUB_TOKEN)',
      exit: 'access',
    });
  }
  const { clock, silence, stop } = checkout;
  const client = createClient({ token, apiUrl: address.apiUrl, clock, silence, stop });
  return { address, client, pullRequests: createPullRequests(client, address), token };
}

/** GitHub is asked for its default branch only where that counts. */
export async function namesOf({ settings, place }: Checkout, forge: Forge): Promise<Names> {
  const defaultBranch = settings.base ?? (await forge.pullRequests.defaultBranch());
  return { ...branchesOf(settings, defaultBranch), remote: place.remote };
}

const GH_TIMEOUT_MS = 10_000;

async function findToken(env: Environment, remoteUrl: string): Promise<string | undefined> {
  const given = givenToken(env);
  if (given !== undefined) return given.token;
  const host = /^(?:https?:\/\/|ssh:\/\/)?(?:[^@/]+@)?([^/:]+)/.exec(remoteUrl)?.[1] ?? 'github.com';
  try {
    const asked = await run('gh', ['auth', 'token', '--hostname', host], { env, timeoutMs: GH_TIMEOUT_MS });
    return asked.exitCode === 0 && asked.stdout.trim() !== '' ? asked.stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof CommandMissing) return undefined;
    throw error;
  }
}

/** Only a remote over HTTP takes a token; ssh has its own keys. */
async function credentialsOf(
  git: ReturnType<typeof createGitCommand>,
  place: Place,
  env: Environment,
): Promise<Credentials | undefined> {
  const url = (await git.try(place.main, ['remote', 'get-url', '--push', place.remote])).stdout.trim();
  if (!/^https?:\/\//.test(url)) return undefined;
  const token = await findToken(env, url);
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
