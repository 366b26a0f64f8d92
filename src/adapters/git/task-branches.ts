/** The branches of tasks, here and as of the last fetch; and the one name that keeps git from having any. */
import { UserError } from '../../domain/errors.ts';
import { type Branch, branch, isSha, RESERVED_BRANCH, type Sha } from '../../domain/ids.ts';
import type { GitCommand } from './command.ts';
import type { Place } from './place.ts';

/** Throws a UserError when a local branch has the reserved name. */
export async function localTaskBranches(git: GitCommand, place: Place): Promise<ReadonlyMap<Branch, Sha>> {
  const found = await branchesBelow(git, place, 'refs/heads/');
  if (found !== undefined) return found;
  throw new UserError(`A branch is called ${RESERVED_BRANCH}, and beside it git can have none of ${BELOW}.`, {
    hint: `Rename it with: git branch -m ${RESERVED_BRANCH} ${RESERVED_BRANCH}-setup`,
    exit: 'repository',
  });
}

/** Throws a UserError when the remote had a branch of the reserved name when somebody last fetched it. */
export async function remoteTaskBranches(git: GitCommand, place: Place): Promise<ReadonlyMap<Branch, Sha>> {
  const prefix = `refs/remotes/${place.remote}/`;
  const found = await branchesBelow(git, place, prefix);
  if (found !== undefined) return found;
  const tracking = `${prefix}${RESERVED_BRANCH}`;
  throw new UserError(`There is a ref ${tracking}, and beside it git can have none of ${BELOW}.`, {
    hint: `Rename the branch on GitHub if it is still there, then: git update-ref -d ${tracking}`,
    exit: 'repository',
  });
}

const BELOW = `${RESERVED_BRANCH}/TASK/ROUND`;

/** Undefined when the reserved name is taken: without a slash at its end, the pattern names that ref as well. */
async function branchesBelow(
  git: GitCommand,
  place: Place,
  prefix: string,
): Promise<ReadonlyMap<Branch, Sha> | undefined> {
  const reserved = `${prefix}${RESERVED_BRANCH}`;
  const out = await git.ok(place.main, ['for-each-ref', '--format=%(objectname) %(refname)', reserved]);
  const found = new Map<Branch, Sha>();
  for (const line of out.split('\n')) {
    const [id, name] = line.split(' ');
    if (name === reserved) return undefined;
    if (id !== undefined && name !== undefined && isSha(id)) found.set(branch(name.slice(prefix.length)), id);
  }
  return found;
}
