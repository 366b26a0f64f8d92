/** Nothing is published or claimed where the merger would look for it on another branch. */
import { inspectBranch } from '../adapters/github/inspect.ts';
import { createMergerGitHub } from '../adapters/github/merger.ts';
import { branchesOf, readSettings, type Settings } from '../config/settings.ts';
import type { Checkout, Forge } from '../connect.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { type Problem, UserError, userError } from '../domain/errors.ts';
import { baseUnknownOf, differenceOf } from '../spawner/agreement.ts';
import { tellDifference } from '../spawner/messages/errors.ts';
import type { Names } from '../spawner/observe.ts';

/** Throws a UserError (`config`) where heddle.yml on the base, which the merger reads, names other branches than the checkout's. */
export async function requireAgreement(
  { settings }: Checkout,
  { forge, names }: { forge: Forge; names: Names },
): Promise<void> {
  const defaultBranch = settings.base === undefined ? names.base : await forge.pullRequests.defaultBranch();
  const found = await differenceWithMerger(settings, forge, defaultBranch);
  if (found !== undefined) throw userError(found, 'config');
}

/** Undefined too where the base is not there: that is told by whoever looks at it, with what to do about it. */
export async function differenceWithMerger(
  settings: Settings,
  forge: Forge,
  defaultBranch: string,
): Promise<Problem | undefined> {
  const { base } = branchesOf(settings, defaultBranch);
  const text = await createMergerGitHub(forge.client, forge.address).fileOn(base, CONFIG_PATH);
  const found = differenceOf(settings, text === undefined ? undefined : readThere(text, base), defaultBranch);
  if (found === undefined) return undefined;
  const applies = text !== undefined || (await inspectBranch(forge.client, forge.address, base)).exists;
  return applies ? tellDifference(found) : undefined;
}

/** Undefined where the Action will find the base that the checkout names. */
export async function baseUnknownToAction(
  settings: Settings,
  forge: Forge,
  defaultBranch: string,
): Promise<Problem | undefined> {
  if (branchesOf(settings, defaultBranch).base === defaultBranch) return undefined;
  const text = await createMergerGitHub(forge.client, forge.address).fileOn(defaultBranch, CONFIG_PATH);
  const there = text === undefined ? undefined : readThere(text, defaultBranch);
  const found = baseUnknownOf(settings, there, defaultBranch);
  return found === undefined ? undefined : tellDifference(found);
}

function readThere(text: string, base: string): Settings {
  try {
    return readSettings(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`On ${base}, where the merger reads it: ${error.message}`, {
      hint: error.hint,
      exit: 'config',
      cause: error,
    });
  }
}
