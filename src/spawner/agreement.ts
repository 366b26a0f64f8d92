/** Whether the spawner and the merger mean the same branches: one reads heddle.yml in the checkout, the other on the base. Pure. */
import { CONFIG_PATH, type Config } from '../config.ts';

type Key = 'base' | 'state_branch';
export type Branches = Pick<Config, Key>;
/** What differs, and how to mend it; each without its full stop. */
export type Difference = { says: string; mend: string };

/** `there` is what stands on the base; undefined without a heddle.yml there, where every default holds. */
export function differenceOf(
  here: Branches & Pick<Config, 'remote'>,
  there: Branches | undefined,
  defaultBranch: string,
): Difference | undefined {
  const base = here.base ?? defaultBranch;
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
  here: Branches,
  onDefault: Branches | undefined,
  defaultBranch: string,
): Difference | undefined {
  if (here.base === undefined || here.base === (onDefault?.base ?? defaultBranch)) return undefined;
  return {
    says: `the Action finds its base in ${CONFIG_PATH} on ${defaultBranch}, which does not say \`base: ${here.base}\``,
    mend: `Get that line onto ${defaultBranch}, or give the Action the input \`base\` in its workflow`,
  };
}

function differingKey(here: Branches, there: Branches, defaultBranch: string): Key | undefined {
  const base = here.base ?? defaultBranch;
  if (base !== (there.base ?? defaultBranch)) return 'base';
  return (here.state_branch ?? base) === (there.state_branch ?? base) ? undefined : 'state_branch';
}

function said(key: Key, says: Branches): string {
  const value = says[key];
  return value === undefined ? `no \`${key}\`` : `\`${key}: ${value}\``;
}
