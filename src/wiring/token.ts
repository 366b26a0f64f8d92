/** The GitHub token of the user: from the environment, else from `gh`. */
import { CommandMissing, run } from '../adapters/host/run.ts';
import { givenToken } from '../domain/environment.ts';
import type { Environment } from './environment.ts';

/** Undefined without any. `gh` is asked once for each host, however often a token is needed. */
export type FindToken = (remoteUrl: string) => Promise<string | undefined>;

const GH_TIMEOUT_MS = 10_000;

export function tokenFinder(env: Environment): FindToken {
  const asked = new Map<string, Promise<string | undefined>>();
  return async (remoteUrl) => {
    const given = givenToken(env);
    if (given !== undefined) return given.token;
    const host = /^(?:https?:\/\/|ssh:\/\/)?(?:[^@/]+@)?([^/:]+)/.exec(remoteUrl)?.[1] ?? 'github.com';
    const answer = asked.get(host) ?? askGh(env, host);
    asked.set(host, answer);
    return await answer;
  };
}

/** Where the token comes from, for people. */
export function tokenSource(env: Environment): string {
  return givenToken(env)?.from ?? '`gh auth token`';
}

async function askGh(env: Environment, host: string): Promise<string | undefined> {
  try {
    const asked = await run('gh', ['auth', 'token', '--hostname', host], { env, timeoutMs: GH_TIMEOUT_MS });
    return asked.exitCode === 0 && asked.stdout.trim() !== '' ? asked.stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof CommandMissing) return undefined;
    throw error;
  }
}
