/**
 * Where each effect is hit: the table that makes the points of the sweep. It has a line for every effect of every role,
 * so a new one without a line is a failure of the house rules.
 */
import type { EffectName as MergerEffect } from '../../src/merger/effects.ts';
import type { EffectName as SpawnerEffect } from '../../src/spawner/effects.ts';
import type { EffectName as WorkerEffect } from '../../src/worker/perform.ts';
import type { AgentMoment, Call, CommandCall, Fault, RequestCall } from './call.ts';
import { EPIC, FIRST, SECOND } from './ground.ts';
import type { ThreadName } from './thread.ts';

export type Role = 'spawner' | 'worker' | 'merger';
export type Point = {
  role: Role;
  effect: string;
  /** Which of the effect's calls, if it has more than one. */
  call: string;
  /** As people say it: before the effect, after it, and so on. */
  when: string;
  thread: ThreadName;
  fault: Fault;
};

/**
 * `calls`: the commands or requests that the effect is made of, each hit before, after, with its answer lost, and inside.
 * `between`: an effect that is no call, such as a signal or a file, is hit after the call before it and before the call after it.
 * `unreached`: no thread here leads to it; the reason.
 */
export type Spot =
  | { thread: ThreadName; calls: Readonly<Record<string, Call>> }
  | { thread: ThreadName; between: readonly [from: Call, to: Call] }
  | { unreached: string };

const bd = (role: 'spawner' | 'worker', ...args: string[]): CommandCall => ({ by: 'bd', role, args });
const git = (role: 'spawner' | 'worker', ...args: string[]): CommandCall => ({ by: 'git', role, args });
const of = (task: string, call: CommandCall): CommandCall => ({ ...call, task });
const user = (request: RegExp): RequestCall => ({ by: 'github', role: 'user', request });
const merger = (request: RegExp): RequestCall => ({ by: 'github', role: 'merger', request });
const agent = (at: AgentMoment['at'], victim?: 'spawner'): AgentMoment => ({
  by: 'agent',
  task: FIRST,
  at,
  ...(victim === undefined ? {} : { victim }),
});
const BRANCH = `refs/heads/heddle/${FIRST}/1`;
const claimed = bd('spawner', ' update ', '--status in_progress');
const read = user(/^PullRequestsOfBranches$/);

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
  claim: { thread: 'plain', calls: { update: claimed } },
  'start worker': { thread: 'plain', between: [claimed, { ...git('worker', ' '), victim: 'spawner' }] },
  'record close': { thread: 'plain', calls: { update: bd('spawner', ' update ', '"phase":"merged"') } },
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
  'delete local branch': {
    unreached: 'a branch without its worktree is what a crash inside "remove worktree" leaves; its mend is run there',
  },
  'end older workers': {
    thread: 'failing',
    between: [read, bd('spawner', ' update ', '--if-status in_progress', '--assignee ')],
  },
  'take over': {
    thread: 'failing',
    calls: { update: bd('spawner', ' update ', '--if-status in_progress', '--assignee heddle-') },
  },
  'end workers': { thread: 'by hand', between: [agent('start', 'spawner'), bd('spawner', ' export ')] },
  'close old pull request': { thread: 'abandoned', calls: { request: user(/^PATCH .*\/pulls\/\d+$/) } },
  'open round': { thread: 'abandoned', calls: { update: bd('spawner', ' update ', '--status open', 'round=2') } },
  'reopen container': { thread: 'reopened', calls: { reopen: bd('spawner', ` reopen ${EPIC} `) } },
  'give up': { unreached: 'only a task whose workers all died gets there; test:sim and the decider’s own tests do' },
};

const writes = (...args: string[]): CommandCall => of(FIRST, bd('worker', ' update ', ...args));

export const workerSpots: Readonly<Record<WorkerEffect, Spot>> = {
  fetch: { thread: 'plain', calls: { fetch: of(FIRST, git('worker', ' fetch ')) } },
  'write working to Beads': { thread: 'plain', calls: { update: writes('"phase":"working"') } },
  'end what is left of earlier starts': {
    thread: 'failing',
    between: [writes('"phase":"working"'), of(FIRST, git('worker', ' worktree add '))],
  },
  worktree: {
    thread: 'plain',
    calls: { add: of(FIRST, git('worker', ' worktree add ')), fill: of(FIRST, git('worker', ' reset --quiet --hard')) },
  },
  'write a file': { thread: 'plain', between: [of(FIRST, git('worker', ' rev-list --count ')), agent('start')] },
  'start a program': { thread: 'plain', between: [agent('start'), agent('edited')] },
  'end what this worker has started': {
    thread: 'plain',
    between: [agent('end'), of(SECOND, git('worker', ' add --all'))],
  },
  'commit what is left': {
    thread: 'plain',
    calls: {
      add: of(SECOND, git('worker', ' add --all')),
      commit: of(SECOND, git('worker', ' commit --quiet -m ')),
    },
  },
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
    calls: {
      open: user(/^POST .*\/pulls$/),
      'make the label': user(/^POST .*\/labels$/),
      label: user(/^POST .*\/issues\/\d+\/labels$/),
    },
  },
  'write pr_created to Beads': { thread: 'plain', calls: { update: writes('phase=pr_created') } },
  'write the reason to Beads': { thread: 'failing', calls: { update: writes('retry_at') } },
};

export const mergerSpots: Readonly<Record<MergerEffect, Spot>> = {
  'ask for mergeability': { thread: 'plain', calls: { request: merger(/^GET .*\/pulls\/\d+$/) } },
  land: { thread: 'plain', calls: { request: merger(/^PUT .*\/pulls\/\d+\/merge$/) } },
  'close lines': { thread: 'plain', calls: { request: merger(/^CommitFile$/) } },
  comment: { thread: 'red', calls: { request: merger(/^(POST|PATCH) .*\/comments(\/\d+)?$/) } },
  label: {
    thread: 'red',
    calls: {
      'make the label': merger(/^POST .*\/project\/labels$/),
      label: merger(/^POST .*\/issues\/\d+\/labels$/),
    },
  },
  unlabel: { thread: 'red', calls: { request: merger(/^DELETE .*\/labels\//) } },
};

const spots: readonly (readonly [Role, Readonly<Record<string, Spot>>])[] = [
  ['spawner', spawnerSpots],
  ['worker', workerSpots],
  ['merger', mergerSpots],
];

/** Parts of a command's own time after which it is killed together with its caller. */
const INSIDE = [0.35, 0.8];
const MODES = ['before', 'after', 'lost'] as const;
const WORDS = { before: 'before', after: 'after', lost: 'answer lost' } as const;

/** Every command that is measured in the run without a fault, by a name of its own. */
export function measuredCalls(thread: ThreadName): { name: string; call: CommandCall }[] {
  return callsOf(thread).flatMap(({ name, call }) => (call.by === 'git' || call.by === 'bd' ? [{ name, call }] : []));
}

/** Calls of the table that the run without a fault has not made: they would never be hit. */
export function unmade(
  thread: ThreadName,
  seen: { took: ReadonlyMap<string, number>; requests: readonly string[] },
): string[] {
  return callsOf(thread)
    .filter(({ name, call }) => {
      if (call.by === 'agent') return false;
      if (call.by !== 'github') return !seen.took.has(name);
      return !seen.requests.some(
        (one) => one.startsWith(`${call.role} `) && call.request.test(one.slice(call.role.length + 1)),
      );
    })
    .map(({ name }) => name);
}

function callsOf(thread: ThreadName): { name: string; call: Call }[] {
  return eachSpot().flatMap(({ name, spot }) => {
    if ('unreached' in spot || spot.thread !== thread) return [];
    const calls =
      'calls' in spot ? Object.entries(spot.calls) : Object.entries({ from: spot.between[0], to: spot.between[1] });
    return calls.map(([called, call]) => ({ name: `${name}/${called}`, call }));
  });
}

/** @param took milliseconds of a measured call, or undefined if none was seen */
export function pointsOf(took: (name: string) => number | undefined, inside: boolean): Point[] {
  return eachSpot().flatMap(({ role, effect, name, spot }) => {
    if ('unreached' in spot) return [];
    const base = { role, effect, thread: spot.thread };
    if ('between' in spot) {
      const [from, to] = spot.between;
      return [
        { ...base, call: '', when: 'before', fault: { call: from, mode: 'after' } },
        { ...base, call: '', when: 'after', fault: { call: to, mode: 'before' } },
      ];
    }
    const several = Object.keys(spot.calls).length > 1;
    return Object.entries(spot.calls).flatMap(([called, call]) => {
      const point = { ...base, call: several ? called : '' };
      const whole: Point[] = MODES.map((mode) => ({ ...point, when: WORDS[mode], fault: { call, mode } }));
      const isCommand = call.by === 'git' || call.by === 'bd';
      const ms = inside && isCommand ? took(`${name}/${called}`) : undefined;
      const parts: Point[] = (ms === undefined ? [] : INSIDE).map((part) => ({
        ...point,
        when: `inside, at ${Math.round(part * 100)} %`,
        fault: { call, mode: { insideMs: Math.max(1, Math.round((ms ?? 0) * part)) } },
      }));
      return [...whole, ...parts];
    });
  });
}

export function unreached(): string[] {
  return eachSpot().flatMap(({ name, spot }) => ('unreached' in spot ? [`${name}: ${spot.unreached}`] : []));
}

function eachSpot(): { role: Role; effect: string; name: string; spot: Spot }[] {
  return spots.flatMap(([role, table]) =>
    Object.entries(table).map(([effect, spot]) => ({ role, effect, name: `${role}: ${effect}`, spot })),
  );
}
