/** Whether the spawner and the merger mean the same branches: one reads heddle.yml in the checkout, the other on the base. Pure. */
import { branchesOf, type NamedBranches } from '../config/settings.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';

/** What differs, and how to mend it; each without its full stop. */
export type Difference = { says: string; mend: string };

type Key = keyof NamedBranches;
const SPELLED: Readonly<Record<Key, string>> = { base: 'base', stateBranch: 'state_branch' };

/** `there` is what stands on the base; undefined without a heddle.yml there, where every default holds. */
export function differenceOf(
  here: NamedBranches & { remote: string },
  there: NamedBranches | undefined,
  defaultBranch: string,
): Difference | undefined {
  const { base } = branchesOf(here, defaultBranch);
  const key = differingKey(here, there ?? {}, defaultBranch);
  if (key === undefined) return undefined;
  const theirs = there === undefined ? `there is none on ${base}` : `it says ${said(key, there)} on ${base}`;
  const take = there === undefined ? '' : `; or take over the one that is there: git pull ${here.remote} ${base}`;
  return {
    says: `${CONFIG_PATH} says ${said(key, here)} in this checkout, but ${theirs}, where the merger reads it`,
    mend: `Commit it and get it onto ${base}, by a pull request where that refuses pushes${take}`,
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
  return {
    says: `the Action finds its base in ${CONFIG_PATH} on ${defaultBranch}, which does not say \`base: ${base}\``,
    mend: `Get that line onto ${defaultBranch}, or give the Action the input \`base\` in its workflow`,
  };
}

function differingKey(here: NamedBranches, there: NamedBranches, defaultBranch: string): Key | undefined {
  const [ours, theirs] = [branchesOf(here, defaultBranch), branchesOf(there, defaultBranch)];
  if (ours.base !== theirs.base) return 'base';
  return ours.state === theirs.state ? undefined : 'stateBranch';
}

function said(key: Key, says: NamedBranches): string {
  const value = says[key];
  return value === undefined ? `no \`${SPELLED[key]}\`` : `\`${SPELLED[key]}: ${value}\``;
}
