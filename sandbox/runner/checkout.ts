/** `actions/checkout`, done by git from the sandbox's own repository: the same tree, the same remote, no download. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { gitEnvironment } from '../git.ts';
import { cloneUrl } from '../shapes/repositories.ts';
import type { Repository, World } from '../world.ts';
import { runCommand } from './processes.ts';

type Checkout = {
  world: World;
  repository: Repository;
  sha: string;
  folder: string;
  /** Kept in the clone's configuration, as the action does unless told otherwise. */
  token: string | null;
  onOutput: (text: string) => void;
  signal: AbortSignal;
};

/** Throws when git refuses. The clone borrows the bare repository's objects, so that any commit can be had at once. */
export async function checkOut(checkout: Checkout): Promise<void> {
  const { world, repository, folder } = checkout;
  await mkdir(folder, { recursive: true });
  const remote = cloneUrl(world, repository);
  const git = async (...args: string[]): Promise<void> => {
    const { onOutput, signal } = checkout;
    const ended = await runCommand({ file: 'git', args, cwd: folder, env: { ...gitEnvironment }, onOutput, signal });
    if (ended.exitCode !== 0) throw new Error(`git ${args[0]} ended with ${ended.exitCode ?? ended.signal}`);
  };
  await git('clone', '--quiet', '--shared', '--no-checkout', repository.git.dir, folder);
  await git('-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--detach', '--force', checkout.sha);
  await git('remote', 'set-url', 'origin', remote);
  if (checkout.token === null) return;
  const basic = Buffer.from(`x-access-token:${checkout.token}`).toString('base64');
  await git('config', `http.${world.url}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
}

/** What `with: ref:` names: a commit, a branch, a tag or a full ref. Null where there is no such thing. */
export async function resolveRef(repository: Repository, ref: string): Promise<string | null> {
  const candidates = [`refs/heads/${ref}`, `refs/tags/${ref}`, ref];
  for (const candidate of candidates) {
    const sha = await repository.git.resolve(`${candidate}^{commit}`);
    if (sha !== null) return sha;
  }
  return null;
}

/** A path of the workflow inside the workspace. Throws where it leads out. */
export function insideWorkspace(workspace: string, relative: string): string {
  const full = path.resolve(workspace, relative);
  if (full !== workspace && !full.startsWith(workspace + path.sep))
    throw new Error(`${relative} leads out of the workspace`);
  return full;
}
