/** What a person, or a stranger, does on the GitHub of a story. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFiles } from '../../demo/project.ts';
import type { Story } from './story.ts';

/** Asks the REST API as the owner, or with another token; anything but success is an error. */
export async function api(
  story: Story,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  token = story.sandbox.tokens.user,
): Promise<unknown> {
  const { fullName } = story.sandbox.repository;
  const response = await fetch(`${story.sandbox.url}/repos/${fullName}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

/** Pushes a branch off the base with one new file, from a clone of its own. */
export async function pushWork(story: Story, branch: string, to?: string): Promise<void> {
  const { sandbox, folder, git } = story;
  const url = to ?? sandbox.gitUrlWith(sandbox.tokens.user);
  const clone = join(folder, 'elsewhere', branch.replaceAll('/', '-'));
  await mkdir(dirname(clone), { recursive: true });
  await git('clone', '--quiet', sandbox.gitUrlWith(sandbox.tokens.user), clone);
  await writeFile(join(clone, `${branch.replaceAll('/', '-')}.md`), `${branch}\n`);
  await git('-C', clone, 'add', '--all');
  await git('-C', clone, 'commit', '--quiet', '--message', `Work on ${branch}`);
  await git('-C', clone, 'push', '--quiet', url, `HEAD:refs/heads/${branch}`);
}

/** Commits files to a branch that is there and pushes it, as a person does; null takes a file away. */
export async function pushOnto(
  story: Story,
  branch: string,
  files: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { sandbox, folder, git } = story;
  const url = sandbox.gitUrlWith(sandbox.tokens.user);
  const clone = await mkdtemp(join(folder, 'person-'));
  await git('clone', '--quiet', '--branch', branch, url, clone);
  writeFiles(clone, files);
  await git('-C', clone, 'add', '--all');
  await git('-C', clone, 'commit', '--quiet', '--message', 'By hand');
  await git('-C', clone, 'push', '--quiet', url, `HEAD:refs/heads/${branch}`);
}
