/** Where this program itself comes from: the checkout of Heddle that it was built in, if it lies in one. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSha } from '../../domain/ids.ts';
import type { GitCommand } from '../git/command.ts';
import { notAbove } from '../git/work-tree.ts';
import { repositoryOf } from './repository.ts';

/**
 * `OWNER/heddle@SHA` of this program, for a workflow's `uses:`. Undefined unless it runs from a clone of Heddle whose
 * commit the remote on github.com has, because no other reference could be resolved there.
 */
export async function ownActionReference(git: GitCommand): Promise<string | undefined> {
  const folder = ownFolder();
  if (folder === undefined) return undefined;
  const at = notAbove(folder);
  const url = await git.try(at, ['remote', 'get-url', 'origin']);
  const head = (await git.try(at, ['rev-parse', 'HEAD'])).stdout.trim();
  if (url.exitCode !== 0 || !isSha(head)) return undefined;
  const pushed = await git.try(at, ['for-each-ref', '--count=1', '--contains', head, 'refs/remotes/origin']);
  if (pushed.exitCode !== 0 || pushed.stdout.trim() === '') return undefined;
  try {
    const { owner, name, apiUrl } = repositoryOf(url.stdout.trim());
    return apiUrl === 'https://api.github.com' ? `${owner}/${name}@${head}` : undefined;
  } catch {
    // A remote that is a folder, or another forge.
    return undefined;
  }
}

function ownFolder(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    // A package that was installed has no `.git`, and then says nothing of where it came from.
    if (existsSync(join(folder, 'action.yml')) && existsSync(join(folder, '.git')))
      return isHeddle(folder) ? folder : undefined;
    if (dirname(folder) === folder) return undefined;
  }
}

function isHeddle(folder: string): boolean {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof value === 'object' && value !== null && 'name' in value && value.name === 'heddle';
  } catch {
    return false;
  }
}
