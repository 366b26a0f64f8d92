/** Whether the spawner and the merger mean the same branches: one reads heddle.yml in the checkout, the other on the base. Pure. */
import { branchesOf, type NamedBranches } from './settings.ts';

type Key = keyof NamedBranches;
/** `here` and `there` are what the two files say for the key; `there` is undefined without a heddle.yml on the base. */
export type Difference =
  | {
      is: 'other branches';
      key: Key;
      here: string | undefined;
      there: { value: string | undefined } | undefined;
      base: string;
      remote: string;
    }
  | { is: 'base unknown to the Action'; base: string; defaultBranch: string };

/** `there` is the heddle.yml on the base; without one (undefined) every default holds there. */
export function differenceOf(
  here: NamedBranches & { remote: string },
  there: NamedBranches | undefined,
  defaultBranch: string,
): Difference | undefined {
  const key = differingKey(here, there ?? {}, defaultBranch);
  if (key === undefined) return undefined;
  return {
    is: 'other branches',
    key,
    here: here[key],
    there: there === undefined ? undefined : { value: there[key] },
    base: branchesOf(here, defaultBranch).base,
    remote: here.remote,
  };
}

/**
 * The Action begins on the default branch: there it reads which base is meant, unless its workflow says so.
 * `onDefault` is heddle.yml there, undefined without one.
 */
export function baseUnknownOf(
  here: NamedBranches,
  onDefault: NamedBranches | undefined,
  defaultBranch: string,
): Difference | undefined {
  const { base } = branchesOf(here, defaultBranch);
  if (here.base === undefined || base === branchesOf(onDefault ?? {}, defaultBranch).base) return undefined;
  return { is: 'base unknown to the Action', base, defaultBranch };
}

function differingKey(here: NamedBranches, there: NamedBranches, defaultBranch: string): Key | undefined {
  const [ours, theirs] = [branchesOf(here, defaultBranch), branchesOf(there, defaultBranch)];
  if (ours.base !== theirs.base) return 'base';
  return ours.state === theirs.state ? undefined : 'stateBranch';
}
