/** The two settings with which git no longer takes a clone for the user's checkout: `core.bare` and `core.worktree`. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { type GitCommand, gitFailure } from './command.ts';
import { named, type WorkTree } from './work-tree.ts';

const BARE = 'core.bare';
const WORKTREE = 'core.worktree';
/** As it stands in a file; a key without a value means `true`. */
type Setting = { value: string; file: string };
export type CheckoutKeys = { readonly [BARE]: Setting | undefined; readonly [WORKTREE]: Setting | undefined };
const KEYS: readonly (keyof CheckoutKeys)[] = [BARE, WORKTREE];

/** Git does not follow a `core.worktree` that is told otherwise; one that leads nowhere would end every command. */
function unfollowed(commonDir: string): WorkTree {
  return named(commonDir, commonDir);
}

/** Both as they hold for the main worktree; the last of several counts. */
export async function readCheckoutKeys(git: GitCommand, commonDir: string): Promise<CheckoutKeys> {
  const args = ['config', '--show-origin', '-z', '--get-regexp', '^core\\.(bare|worktree)$'];
  const result = await git.try(unfollowed(commonDir), args);
  // 1: there are none.
  if (result.exitCode !== 0 && result.exitCode !== 1) throw gitFailure(args, result);
  const fields = result.stdout.split('\0');
  const found = new Map<string, Setting>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [key = '', ...value] = (fields[at + 1] ?? '').split('\n');
    const file = (fields[at] ?? '').replace(/^file:/, '');
    found.set(key, { value: value.length === 0 ? 'true' : value.join('\n'), file });
  }
  return { [BARE]: found.get(BARE), [WORKTREE]: found.get(WORKTREE) };
}

/** Throws a UserError when git would not take the clone for a checkout, or would take another folder for it. */
export function requireCheckout(keys: CheckoutKeys, commonDir: string): void {
  const { [BARE]: bare, [WORKTREE]: worktree } = keys;
  const at = basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
  // A repository that was made without a checkout never had an index.
  if (bare !== undefined && isTrue(bare) && existsSync(join(commonDir, 'index'))) {
    throw new UserError(`${at} is a checkout, but ${BARE} in ${bare.file} tells git that it is none.`, {
      hint: `A hook or another program may have set it. Undo it with: ${gitConfig(keys, bare, commonDir)} ${BARE} false`,
      exit: 'repository',
    });
  }
  // In a submodule, and where else the git folder stands apart, git itself sets it.
  if (worktree === undefined || basename(commonDir) !== '.git') return;
  if (realOf(resolve(commonDir, worktree.value)) === at) return;
  throw new UserError(
    `${at} is a checkout, but ${WORKTREE} in ${worktree.file} sends git to ${JSON.stringify(worktree.value)} instead.`,
    {
      hint: `A hook or another program may have set it. Undo it with: ${gitConfig(keys, worktree, commonDir)} --unset ${WORKTREE}`,
      exit: 'repository',
    },
  );
}

/**
 * Puts back what has come in since `start`, in the repository's own files; says so, one sentence each. Nothing besides: whatever
 * else somebody sets does not keep git from working here. Runs under the host lock.
 */
export async function putBackCheckoutKeys(
  git: GitCommand,
  commonDir: string,
  start: CheckoutKeys,
): Promise<readonly string[]> {
  const said: string[] = [];
  const now = await readCheckoutKeys(git, commonDir);
  for (const key of strayed(start, now)) {
    const [before, after] = [start[key], now[key]];
    if (after === undefined || dirname(after.file) !== commonDir) continue;
    const change = before?.file === after.file ? ['--replace-all', key, before.value] : ['--unset-all', key];
    await git.ok(unfollowed(commonDir), ['config', '--file', after.file, ...change]);
    said.push(
      `Put back ${key} in ${after.file}: a hook or another program had set it to ${JSON.stringify(after.value)}.`,
    );
  }
  return said;
}

export function strayed(start: CheckoutKeys, now: CheckoutKeys): readonly (keyof CheckoutKeys)[] {
  const bare = isTrue(now[BARE]) && !isTrue(start[BARE]);
  const worktree = now[WORKTREE] !== undefined && now[WORKTREE].value !== start[WORKTREE]?.value;
  return KEYS.filter((key) => (key === BARE ? bare : worktree));
}

export function isTrue(setting: Setting | undefined): boolean {
  return setting !== undefined && /^(true|yes|on|0*[1-9]\d*)$/i.test(setting.value);
}

/** What to type in the checkout. A `core.worktree` that leads nowhere would end this command too. */
function gitConfig({ [WORKTREE]: worktree }: CheckoutKeys, { file }: Setting, commonDir: string): string {
  const git = worktree === undefined ? 'git config' : 'git --work-tree=. config';
  return file === join(commonDir, 'config') ? git : `${git} --file '${file.replaceAll("'", "'\\''")}'`;
}

function realOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
