/** Where a task stands when its worker starts, told by git and GitHub rather than by what an earlier worker wrote. Pure. */
import type { Sha } from '../domain/ids.ts';
import type { Metadata } from '../domain/issue.ts';
import type { PullRequest } from '../ports/github.ts';
import type { Outcome } from './outcome.ts';

/** The remote branch as seen from the worktree's head: it is behind us, ahead of us, and so on. */
export type Remote = { is: 'absent' } | { is: 'same' | 'behind' | 'ahead' | 'diverged'; head: Sha };

export type Evidence = {
  metadata: Metadata;
  head: Sha;
  /** Uncommitted or untracked files. */
  dirty: boolean;
  /** Commits that the base does not have. */
  ahead: number;
  remote: Remote;
  pullRequests: readonly PullRequest[];
};

type ResumePoint =
  /** The pull request is there already; only Beads does not know it. */
  | { do: 'record'; pullRequest: PullRequest }
  /** The work is there and was checked. */
  | { do: 'push' }
  /** The work is there; it was not checked, or has changed since. */
  | { do: 'check' }
  /** `pullRequest`: it is open, and more is asked for. */
  | { do: 'run agent'; pullRequest: PullRequest | undefined }
  | { do: 'give up'; outcome: Outcome };

export function resumePointOf(seen: Evidence): ResumePoint {
  const open = seen.pullRequests.find(({ state }) => state === 'open');
  const merged = seen.pullRequests.find(({ state }) => state === 'merged');
  const closed = seen.pullRequests.find(({ state }) => state === 'closed');
  if (open === undefined && merged !== undefined) return { do: 'record', pullRequest: merged };
  if (open === undefined && closed !== undefined) {
    const detail = `#${closed.number} was closed without a merge`;
    return { do: 'give up', outcome: { is: 'pull request closed', detail } };
  }
  if (seen.remote.is === 'diverged') return { do: 'give up', outcome: divergedFrom(seen.remote.head) };
  // A head that was pushed and a phase before `committed`: somebody asked for more after the push.
  const { phase, head_sha: pushed } = seen.metadata;
  if (phase === 'working' && pushed !== undefined) return more(seen, open);
  const isPushed = seen.remote.is === 'same' || seen.remote.is === 'ahead';
  const wasCommitted = phase === 'committed' || phase === 'pr_created';
  // Everything had been committed by then, so what is uncommitted at that very head was left by the verify command.
  const isChecked = wasCommitted && pushed === seen.head;
  if (isPushed && (isChecked || !seen.dirty)) {
    if (open !== undefined) return { do: 'record', pullRequest: open };
    if (seen.ahead > 0) return { do: 'push' };
  }
  if (seen.ahead > 0 && wasCommitted) return { do: isChecked ? 'push' : 'check' };
  return more(seen, open);
}

/** A clean worktree has been brought forward already; what an agent adds to any other behind the remote cannot be pushed. */
function more({ remote }: Evidence, pullRequest: PullRequest | undefined): ResumePoint {
  if (remote.is !== 'ahead') return { do: 'run agent', pullRequest };
  const detail = `the remote branch went on to ${remote.head.slice(0, 10)}, while files are uncommitted in the worktree`;
  return { do: 'give up', outcome: { is: 'diverged', detail } };
}

function divergedFrom(head: Sha): Outcome {
  return { is: 'diverged', detail: `the remote branch went another way, to ${head.slice(0, 10)}` };
}

/** What to do about the remote branch: git's lease makes sure that it is still where it was seen. */
type PushStep =
  | { do: 'push'; expected: Sha | undefined }
  | { do: 'adopt'; head: Sha }
  | { do: 'give up'; outcome: Outcome };

export function pushStep(remote: Remote): PushStep {
  switch (remote.is) {
    case 'absent':
      return { do: 'push', expected: undefined };
    case 'behind':
      return { do: 'push', expected: remote.head };
    case 'same':
    case 'ahead':
      return { do: 'adopt', head: remote.head };
    case 'diverged':
      return { do: 'give up', outcome: divergedFrom(remote.head) };
    default:
      return remote satisfies never;
  }
}
