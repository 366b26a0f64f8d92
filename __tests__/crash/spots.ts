/**
 * Where each effect is hit. There is a line for every effect of every role, so a new one without a line is a failure of
 * the house rules.
 */
import type { EffectName as MergerEffect } from '../../src/merger/effects.ts';
import type { EffectName as SpawnerEffect } from '../../src/spawner/effects.ts';
import type { EffectName as WorkerEffect } from '../../src/worker/perform.ts';
import type { AgentMoment, Call, CommandCall, RequestCall } from './call.ts';
import { EPIC, FIRST, SECOND } from './harness.ts';
import { AFTER_TEAR, type ThreadName } from './thread.ts';

/**
 * `calls`: the commands or requests that the effect is made of, each hit before, after, with its answer lost, and inside.
 * `between`: an effect that is no call, such as a signal or a file, is hit after the call before it and before the call after it.
 * `during`: moments while it goes on.
 *
 * A fault takes the first call that fits it. So a call named here has to be the first of its kind in its thread, or to say
 * which one it is (`nth`, `task`, `caller`): otherwise it is hit somewhere else than its name says.
 */
export type Spot = { thread: ThreadName } & (
  | { calls: Readonly<Record<string, Call>> }
  | { between: readonly [from: Call | Same, to: Call | Same]; during?: Readonly<Record<string, Call>> }
);
/** The name of a point of another effect that is this very moment: it is not hit twice. */
export type Same = { same: string };

const bd = (role: 'spawner' | 'worker', ...args: string[]): CommandCall => ({ by: 'bd', role, args });
const git = (role: 'spawner' | 'worker', ...args: string[]): CommandCall => ({ by: 'git', role, args });
const of = (task: string, call: CommandCall): CommandCall => ({ ...call, task });
const user = (request: RegExp): RequestCall => ({ by: 'github', role: 'user', request });
const merger = (request: RegExp): RequestCall => ({ by: 'github', role: 'merger', request });
const agent = (task: string, at: AgentMoment['at']): AgentMoment => ({ by: 'agent', task, at });
const BRANCH = `refs/heads/heddle/${FIRST}/1`;
const writes = (...args: string[]): CommandCall => of(FIRST, bd('worker', ' update ', ...args));

export const spawnerSpots: Readonly<Record<SpawnerEffect, Spot>> = {
  'publish lines': {
    thread: 'plain',
    calls: {
      blob: git('spawner', ' hash-object '),
      tree: git('spawner', ' mktree '),
      commit: git('spawner', ' commit-tree '),
      push: git('spawner', ' push ', ':refs/heads/main'),
    },
  },
  claim: { thread: 'plain', calls: { update: bd('spawner', ' update ', '--status in_progress') } },
  'start worker': {
    thread: 'plain',
    between: [{ same: 'spawner: claim, after' }, { ...git('worker', ' '), victim: 'spawner' }],
  },
  'record close': { thread: 'plain', calls: { update: bd('spawner', ' update ', ' phase=merged ') } },
  'close task': { thread: 'plain', calls: { close: bd('spawner', ` close ${FIRST} `) } },
  'close container': { thread: 'plain', calls: { close: bd('spawner', ` close ${EPIC} `) } },
  'remove worktree': {
    thread: 'plain',
    calls: {
      remove: git('spawner', ' worktree remove '),
      branch: git('spawner', ' update-ref -d refs/heads/heddle/'),
    },
  },
  'delete remote branch': { thread: 'plain', calls: { push: git('spawner', ' push ', ` :${BRANCH}`) } },
  // A person has taken the worktree away.
  'delete local branch': { thread: 'red', calls: { branch: git('spawner', ` update-ref -d ${BRANCH} `) } },
  'end older workers': {
    thread: 'failing',
    between: [{ ...writes('retry_at'), victim: 'spawner' }, { same: 'spawner: take over, before' }],
  },
  'take over': {
    thread: 'failing',
    calls: { update: bd('spawner', ' update ', '--if-status in_progress', '--assignee heddle-') },
  },
  'end workers': {
    thread: 'by hand',
    between: [{ ...agent(FIRST, 'start'), victim: 'spawner' }, git('spawner', ' worktree remove ')],
  },
  'close old pull request': { thread: 'abandoned', calls: { request: user(/^PATCH .*\/pulls\/\d+$/) } },
  'open round': { thread: 'abandoned', calls: { update: bd('spawner', ' update ', '--status open', 'round=2') } },
  'reopen container': { thread: 'reopened', calls: { reopen: bd('spawner', ` reopen ${EPIC} `) } },
  'give up': { thread: 'given up', calls: { update: bd('spawner', ' update ', ' reason=') } },
  'tell why': { thread: 'red', calls: { update: bd('spawner', ' update ', '--metadata {"waits":"person"') } },
  're-run checks': { thread: 'handed back', calls: { request: user(/^POST .*\/rerun-failed-jobs$/) } },
  'hand back': { thread: 'handed back', calls: { update: bd('spawner', ' update ', '"handed_back":') } },
};

/** What changes only our own picture of the world, or repairs it: in no table of effects, but it can be killed like any. */
export const lookSpots: Readonly<Record<string, Spot>> = {
  fetch: { thread: 'plain', calls: { fetch: git('spawner', ' fetch ') } },
  // The first such call finds where the spawner is.
  repairConfig: { thread: 'plain', calls: { read: { ...git('spawner', ' config --show-origin '), nth: 2 } } },
  // Of the spawner that finds things torn. Its first list is not the repair's own, but tells it where it is.
  repair: {
    thread: 'given up',
    calls: { list: { ...git('spawner', ' worktree list '), caller: AFTER_TEAR, nth: 2 } },
  },
};

export const workerSpots: Readonly<Record<WorkerEffect, Spot>> = {
  fetch: { thread: 'plain', calls: { fetch: of(FIRST, git('worker', ' fetch ')) } },
  'write working to Beads': { thread: 'plain', calls: { update: writes('"phase":"working"') } },
  'end what is left of earlier starts': {
    thread: 'failing',
    // Of the second attempt: before that nothing is left.
    between: [
      { ...writes('"phase":"working"'), nth: 2 },
      { ...of(FIRST, git('worker', ' rev-parse ', ' --git-path index')), nth: 2 },
    ],
  },
  worktree: {
    thread: 'plain',
    calls: { add: of(FIRST, git('worker', ' worktree add ')), fill: of(FIRST, git('worker', ' reset --quiet --hard')) },
  },
  'write a file': { thread: 'plain', between: [of(FIRST, git('worker', ' rev-list --count ')), agent(FIRST, 'start')] },
  // The repository's own check is the program here: between the last file that is written and the start of the agent there is no call.
  'start a program': {
    thread: 'plain',
    between: [of(FIRST, git('worker', ' diff --name-only ')), agent(FIRST, 'verify')],
    during: { 'while the agent works': agent(FIRST, 'edited') },
  },
  // The second task's agent leaves a process behind.
  'end what this worker has started': {
    thread: 'plain',
    between: [agent(SECOND, 'end'), { same: 'worker: commit what is left (add), before' }],
  },
  'commit what is left': {
    thread: 'plain',
    calls: {
      add: of(SECOND, git('worker', ' add --all')),
      commit: of(SECOND, git('worker', ' commit --quiet -m ')),
    },
  },
  'merge the base': { thread: 'overtaken', calls: { merge: of(FIRST, git('worker', ' merge --no-ff ')) } },
  'leave .beads alone': {
    thread: 'plain',
    calls: {
      rm: of(FIRST, git('worker', ' rm -r ', ' .beads')),
      checkout: of(FIRST, git('worker', ' checkout --quiet ', ' .beads')),
      commit: of(FIRST, git('worker', ' commit --quiet --no-verify ')),
    },
  },
  'write committed to Beads': { thread: 'plain', calls: { update: writes('"phase":"committed"') } },
  push: { thread: 'plain', calls: { push: of(FIRST, git('worker', ' push ', BRANCH)) } },
  'write the pushed head to Beads': { thread: 'plain', calls: { update: writes('--metadata {"head_sha"') } },
  'pull request': {
    thread: 'plain',
    calls: { open: user(/^POST .*\/pulls$/) },
  },
  'write pr_created to Beads': { thread: 'plain', calls: { update: writes('phase=pr_created') } },
  'write the reason to Beads': { thread: 'failing', calls: { update: writes('retry_at') } },
};

export const mergerSpots: Readonly<Record<MergerEffect, Spot>> = {
  'ask for mergeability': { thread: 'plain', calls: { request: merger(/^GET .*\/pulls\/\d+$/) } },
  land: { thread: 'plain', calls: { request: merger(/^PUT .*\/pulls\/\d+\/merge$/) } },
  'close lines': { thread: 'plain', calls: { request: merger(/^CommitFile$/) } },
  comment: { thread: 'red', calls: { request: merger(/^(POST|PATCH) .*\/comments(\/\d+)?$/) } },
  'say the verdict': {
    thread: 'red',
    calls: { make: merger(/^POST .*\/check-runs$/), change: merger(/^PATCH .*\/check-runs\/\d+$/) },
  },
};
