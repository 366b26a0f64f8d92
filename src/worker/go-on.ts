/** More is asked for of a pull request that is open: the base is merged where it is due, then the agent goes on. */
import type { Worktree } from '../ports/git.ts';
import type { PullRequest } from '../ports/github.ts';
import type { Agent } from './agents/index.ts';
import type { WorkerContext } from './context.ts';
import { feedbackText } from './feedback.ts';
import { finish, recordPullRequest } from './finish.ts';
import { askedOf, handedBackFor } from './handed-back.ts';
import type { Result } from './job.ts';
import { baseHead } from './prepare.ts';
import type { Evidence } from './resume-point.ts';
import { runAgent } from './run-agent.ts';

type Seen = { evidence: Evidence; pullRequest: PullRequest };

export async function goOn(
  context: WorkerContext,
  worktree: Worktree,
  agent: Agent,
  { evidence, pullRequest }: Seen,
): Promise<Result<{ number: number }>> {
  const { deps, job, perform } = context;
  const handedBack = handedBackFor(context) !== undefined;
  const asked = await askedOf(context, pullRequest);
  // A check that turned green, a base that moved back: what it was handed back for is gone.
  if (asked === undefined && handedBack) return await recordPullRequest(context, pullRequest);
  const base = await baseHead(context);
  const merge = asked?.mergeBase ? await perform.mergeBase(worktree, base) : undefined;
  if (merge?.is === 'refused') return { is: 'failed', outcome: { is: 'commit refused', detail: merge.why } };
  // Only what GitHub has not seen yet counts as done; a worker before this one may have merged, and died.
  const startedAt = evidence.remote.is === 'absent' ? evidence.head : evidence.remote.head;
  const merged = merge === undefined ? undefined : base;
  const isMerged = merge?.is === 'merged' || merge?.is === 'nothing';
  // GitHub has yet to see that the head has the base.
  if (handedBack && merge?.is === 'nothing' && asked?.feedback === '' && evidence.head === startedAt && !evidence.dirty)
    return await recordPullRequest(context, pullRequest);
  if (handedBack && isMerged && asked?.feedback === '' && job.attempt === 1)
    return await finish(context, worktree, { check: true, startedAt, denied: [], merged });
  const parts = [
    ...(merge?.is === 'conflicts' ? [feedbackText.conflict(`${deps.settings.remote}/${deps.base}`, merge.paths)] : []),
    ...(asked === undefined || asked.feedback === '' ? [] : [asked.feedback]),
  ];
  const found = { ...evidence, pullRequest: pullRequest.number, feedback: parts.join('\n\n') };
  const ran = await runAgent(context, worktree, agent, found);
  if (ran.is !== 'done') return ran;
  return await finish(context, worktree, { check: true, startedAt, denied: ran.denied, merged });
}
