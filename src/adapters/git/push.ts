/** What leaves this machine: pushes of task branches, and single-file commits to the state branch. */

import { TransientError, UserError } from '../../domain/errors.ts';
import type { Branch, Sha } from '../../domain/ids.ts';
import type { PublishOutcome, PushOutcome } from '../../ports/git.ts';
import { type RunResult, TimedOut } from '../host/run.ts';
import { type GitCommand, gitFailure, gitText, HOOK_TIMEOUT_MS, NO_CONNECTION, REMOTE_TIMEOUT_MS } from './command.ts';
import { committer } from './pending.ts';
import type { WorkTree } from './work-tree.ts';

/** One ref and nothing besides: with `push.followTags` the user's own tags would go along. */
const PUSH = ['push', '--porcelain', '--no-follow-tags'];

/**
 * Pushes one ref with a lease. The URL is used rather than the remote's name, so that no remote-tracking ref
 * is written beside somebody else's fetch; the next fetch shows what came of it.
 */
export async function pushRef(
  git: GitCommand,
  at: WorkTree,
  url: string,
  want: { from: Sha | ''; to: string; expected: Sha | undefined; hooks: boolean },
): Promise<PushOutcome> {
  const ref = `refs/heads/${want.to}`;
  const args = [
    ...PUSH,
    ...(want.hooks ? [] : ['--no-verify']),
    `--force-with-lease=${ref}:${want.expected ?? ''}`,
    url,
    `${want.from}:${ref}`,
  ];
  const timeoutMs = REMOTE_TIMEOUT_MS + (want.hooks ? HOOK_TIMEOUT_MS : 0);
  try {
    return pushOutcome(args, await git.try(at, args, { timeoutMs }));
  } catch (error) {
    // A hook that hangs would hang again at each further try. Had the push arrived, the next worker would adopt it.
    if (!want.hooks || !(error instanceof TimedOut)) throw error;
    return { is: 'refused', why: `it did not end within ${timeoutMs / 60_000} minutes; a pre-push hook may hang` };
  }
}

export async function deleteRemoteBranch(
  git: GitCommand,
  at: WorkTree,
  url: string,
  name: Branch,
  expected: Sha,
): Promise<PushOutcome> {
  const args = [
    ...PUSH,
    '--no-verify',
    `--force-with-lease=refs/heads/${name}:${expected}`,
    url,
    `:refs/heads/${name}`,
  ];
  const result = await git.try(at, args, { timeoutMs: REMOTE_TIMEOUT_MS });
  if (result.exitCode !== 0 && /remote ref does not exist|stale info/.test(`${result.stdout}${result.stderr}`)) {
    const there = await git.ok(at, ['ls-remote', url, `refs/heads/${name}`], { timeoutMs: REMOTE_TIMEOUT_MS });
    return there.trim() === '' ? { is: 'pushed' } : { is: 'rejected' };
  }
  return pushOutcome(args, result);
}

/** One commit on top of `parent` that changes one file, built from plumbing and pushed as a plain fast-forward. */
export async function publishFile(
  git: GitCommand,
  at: WorkTree,
  url: string,
  want: { branch: string; parent: Sha; path: string; text: string; message: string },
): Promise<PublishOutcome> {
  const blob = await git.sha(at, ['hash-object', '-w', '--stdin'], { input: want.text });
  const tree = await treeWith(git, at, `${want.parent}^{tree}`, want.path.split('/'), blob);
  if ((await committer(git, at)) === undefined) {
    throw new UserError('Git does not know in whose name to commit here.', {
      hint: 'Tell it with: git config --global user.name "NAME" and git config --global user.email ADDRESS',
      exit: 'repository',
    });
  }
  const commit = await git.sha(at, ['commit-tree', tree, '-p', want.parent, '-m', want.message]);
  const args = [...PUSH, '--no-verify', url, `${commit}:refs/heads/${want.branch}`];
  const outcome = pushOutcome(args, await git.try(at, args, { timeoutMs: REMOTE_TIMEOUT_MS }));
  switch (outcome.is) {
    case 'pushed':
      return { is: 'published', commit };
    case 'rejected':
      return { is: 'lost the race' };
    case 'refused':
      return outcome;
    default:
      return outcome satisfies never;
  }
}

/** The tree with one blob put at a path; `undefined` stands for a folder that is not there yet. */
async function treeWith(
  git: GitCommand,
  at: WorkTree,
  tree: string | undefined,
  path: readonly string[],
  blob: Sha,
): Promise<Sha> {
  const [name = '', ...rest] = path;
  const listing = tree === undefined ? '' : await git.ok(at, ['ls-tree', '-z', tree]);
  const entries = listing.split('\0').filter((line) => line !== '');
  const nameOf = (line: string): string => line.slice(line.indexOf('\t') + 1);
  const old = entries.find((line) => nameOf(line) === name);
  const [mode, kind, id] = (old ?? '').split(/[ \t]/);
  const below = kind === 'tree' ? id : undefined;
  const entry =
    rest.length === 0
      ? `${mode === '100755' ? mode : '100644'} blob ${blob}\t${name}`
      : `040000 tree ${await treeWith(git, at, below, rest, blob)}\t${name}`;
  const all = [...entries.filter((line) => line !== old), entry];
  // The entries are git's own, but in a partial clone it does not have what they name.
  return await git.sha(at, ['mktree', '--missing', '-z'], { input: all.map((line) => `${line}\0`).join('') });
}

/** Git's own word on the one ref, such as `[rejected] (fetch first)`; what hooks and rules say stands elsewhere. */
const VERDICT = /^!\t[^\t\n]*\t(.*)$/m;
const RACE =
  /\[rejected\]|stale info|cannot lock ref|failed to update ref|fetch first|non-fast-forward|incorrect old value/i;
const REFUSED =
  /\[remote rejected\]|GH0\d\d|protected branch|pre-receive hook declined|pre-push|permission to .* denied|error: 403|not allowed/i;

const CUT_OFF =
  /^(?:fatal|error): .*(?:hung up|RPC failed|unable to access|early EOF|HTTP 5\d\d)|unexpected disconnect/m;

function pushOutcome(args: readonly string[], result: RunResult): PushOutcome {
  if (result.exitCode === 0) return { is: 'pushed' };
  const text = `${result.stdout}\n${result.stderr}`;
  const verdict = VERDICT.exec(result.stdout)?.[1];
  if (verdict !== undefined && RACE.test(verdict)) return { is: 'rejected' };
  if (REFUSED.test(text)) return { is: 'refused', why: gitText(result) };
  // Exit 1 is a push that was turned down, perhaps by a hook whose own words are about connections.
  if ((result.exitCode === 1 ? CUT_OFF : NO_CONNECTION).test(text)) throw gitFailure(args, result);
  if (/authentication failed|could not read username|invalid username|returned error: 40[13]/i.test(text)) {
    return { is: 'refused', why: gitText(result) };
  }
  if (result.exitCode === undefined) throw new TransientError(`git push was ended by a signal: ${gitText(result)}`);
  // A local hook says no in its own words, whatever they are.
  return { is: 'refused', why: gitText(result) };
}
