/** What has to hold on GitHub before anything is published or claimed. */
import { baseUnknownOf, differenceOf } from '../config/agreement.ts';
import { branchesOf, readSettings, type Settings } from '../config/settings.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { type Problem, UserError, userError } from '../domain/errors.ts';
import { RESERVED_BRANCH } from '../domain/ids.ts';
import type { PullRequestReader, Repository } from '../ports/github.ts';
import { branchReserved, tellDifference } from './messages/errors.ts';
import type { Names } from './observe.ts';

/** What stands on GitHub, asked there: a clone need not know of it. */
export type BranchReader = {
  /** Undefined when branch or file is missing. */
  fileOn(branch: string, path: string): Promise<string | undefined>;
  hasBranch(name: string): Promise<boolean>;
};

/** Throws a UserError (`config`) where heddle.yml on the base, which the merger reads, names other branches than the checkout's. */
export async function requireAgreement(
  settings: Settings,
  spawner: {
    forge: { branches: BranchReader; pullRequests: Pick<PullRequestReader, 'defaultBranch'> };
    names: Pick<Names, 'base'>;
  },
): Promise<void> {
  const { forge, names } = spawner;
  const defaultBranch = settings.base === undefined ? names.base : await forge.pullRequests.defaultBranch();
  const found = await differenceWithMerger(settings, forge.branches, defaultBranch);
  if (found !== undefined) throw userError(found, 'config');
}

/** Undefined also where there is no such base: whoever looks at the base tells that, with what to do about it. */
export async function differenceWithMerger(
  settings: Settings,
  branches: BranchReader,
  defaultBranch: string,
): Promise<Problem | undefined> {
  const { base } = branchesOf(settings, defaultBranch);
  const there = await settingsOn(branches, base);
  const found = differenceOf(settings, there, defaultBranch);
  if (found === undefined) return undefined;
  return there !== undefined || (await branches.hasBranch(base)) ? tellDifference(found) : undefined;
}

/** Undefined where the Action will find the base that the checkout names. */
export async function baseUnknownToAction(
  settings: Settings,
  branches: Pick<BranchReader, 'fileOn'>,
  defaultBranch: string,
): Promise<Problem | undefined> {
  if (branchesOf(settings, defaultBranch).base === defaultBranch) return undefined;
  const found = baseUnknownOf(settings, await settingsOn(branches, defaultBranch), defaultBranch);
  return found === undefined ? undefined : tellDifference(found);
}

async function settingsOn(branches: Pick<BranchReader, 'fileOn'>, branch: string): Promise<Settings | undefined> {
  const text = await branches.fileOn(branch, CONFIG_PATH);
  if (text === undefined) return undefined;
  try {
    return readSettings(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`On ${branch}, where the merger reads it: ${error.message}`, {
      hint: error.hint,
      exit: 'config',
      cause: error,
    });
  }
}

/** Throws a UserError where GitHub has a branch `heddle`: it would refuse every push of a task, after the agent has been paid for. */
export async function refuseReservedBranch(
  branches: Pick<BranchReader, 'hasBranch'>,
  repository: Repository,
): Promise<void> {
  if (await branches.hasBranch(RESERVED_BRANCH)) throw branchReserved(repository);
}
