/** Nothing is published or claimed where the merger would look for it on another branch. */
import { inspectBranch } from '../adapters/github/inspect.ts';
import { createMergerGitHub } from '../adapters/github/merger.ts';
import { CONFIG_PATH, type Config, parseConfig } from '../config.ts';
import type { Checkout, Forge } from '../connect.ts';
import { UserError } from '../domain/errors.ts';
import { baseUnknownOf, type Difference, differenceOf } from '../spawner/agreement.ts';
import type { Names } from '../spawner/observe.ts';

/** Throws a UserError (`config`) where heddle.yml on the base, which the merger reads, names other branches than the checkout's. */
export async function requireAgreement(
  { config }: Checkout,
  { forge, names }: { forge: Forge; names: Names },
): Promise<void> {
  const defaultBranch = config.base === undefined ? names.base : await forge.pullRequests.defaultBranch();
  const found = await differenceWithMerger(config, forge, defaultBranch);
  if (found !== undefined) throw new UserError(`${found.says}.`, { hint: found.mend, exit: 'config' });
}

/** Undefined too where the base is not there: that is told by whoever looks at it, with what to do about it. */
export async function differenceWithMerger(
  config: Config,
  forge: Forge,
  defaultBranch: string,
): Promise<Difference | undefined> {
  const base = config.base ?? defaultBranch;
  const text = await createMergerGitHub(forge.client, forge.address).fileOn(base, CONFIG_PATH);
  const found = differenceOf(config, text === undefined ? undefined : parseThere(text, base), defaultBranch);
  if (found === undefined || text !== undefined) return found;
  return (await inspectBranch(forge.client, forge.address, base)).exists ? found : undefined;
}

/** Undefined where the Action will find the base that the checkout names. */
export async function baseUnknownToAction(
  { base }: Config,
  forge: Forge,
  defaultBranch: string,
): Promise<Difference | undefined> {
  if (base === undefined || base === defaultBranch) return undefined;
  const text = await createMergerGitHub(forge.client, forge.address).fileOn(defaultBranch, CONFIG_PATH);
  return baseUnknownOf({ base }, text === undefined ? undefined : parseThere(text, defaultBranch), defaultBranch);
}

function parseThere(text: string, base: string): Config {
  try {
    return parseConfig(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`On ${base}, where the merger reads it: ${error.message}`, {
      hint: error.hint,
      exit: 'config',
      cause: error,
    });
  }
}
