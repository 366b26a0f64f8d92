/**
 * Mergeability as GitHub has it: unknown until somebody asks by a REST GET, there a moment later, forgotten when head or base
 * moves. "A moment later" is, reproducibly, the next read after the one that asked.
 */
import type { PullRequest, Repository } from './world.ts';

/** The commits that a pull request brings: from where it left the base, to its head. */
export async function pullRange(repository: Repository, pull: PullRequest): Promise<{ from: string; to: string }> {
  // A closed one keeps the base that it was closed on, else a merged one would show no changes.
  const tip = pull.state === 'open' ? await repository.git.branch(pull.base.ref) : null;
  const base = await repository.git.mergeBase(tip ?? pull.base.sha, pull.head.sha);
  return { from: base ?? pull.base.sha, to: pull.head.sha };
}

/** Called at the beginning of every read. Only a REST GET asks; any read finds what was asked for before. */
export async function readMergeability(repository: Repository, pull: PullRequest, asks: boolean): Promise<void> {
  if (pull.state !== 'open') return;
  if (pull.mergeability.state === 'asked') await computeMergeability(repository, pull);
  else if (pull.mergeability.state === 'unknown' && asks) pull.mergeability = { state: 'asked' };
}

export async function computeMergeability(repository: Repository, pull: PullRequest): Promise<boolean> {
  const asked = pull.mergeability;
  const base = await repository.git.branch(pull.base.ref);
  const tree = base === null ? null : await repository.git.mergeTree(base, pull.head.sha);
  if (base === null || tree === null) {
    if (pull.mergeability === asked) pull.mergeability = { state: 'known', mergeable: false, testMergeSha: null };
    return false;
  }
  // The test merge that `refs/pull/N/merge` names. Its date is fixed: computing it again changes nothing.
  const tester = { name: 'GitHub', email: 'noreply@github.com', date: pull.updatedAt };
  const testMergeSha = await repository.git.commitTree({
    tree,
    parents: [base, pull.head.sha],
    author: tester,
    committer: tester,
    message: `Merge ${pull.head.sha} into ${base}`,
  });
  const ref = `refs/pull/${pull.number}/merge`;
  await repository.git.run(['update-ref', ref, testMergeSha]);
  // A push while this was computed has made it worthless: it stays unknown.
  if (pull.mergeability === asked) pull.mergeability = { state: 'known', mergeable: true, testMergeSha };
  return true;
}

export function forgetMergeability(pull: PullRequest): void {
  pull.mergeability = { state: 'unknown' };
}
