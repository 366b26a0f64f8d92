/** The points of the sweep, made of the table of spots. */
import type { Call, CommandCall, Fault } from './call.ts';
import { lookSpots, mergerSpots, type Same, type Spot, spawnerSpots, workerSpots } from './spots.ts';
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

const spots: readonly (readonly [Role, Readonly<Record<string, Spot>>])[] = [
  ['spawner', spawnerSpots],
  ['spawner', lookSpots],
  ['worker', workerSpots],
  ['merger', mergerSpots],
];

/** Parts of a command's own time after which it is killed together with its caller. */
const INSIDE = [0.35, 0.8];
/** What the shell itself takes, of the time that is measured and of the time that is waited. */
const SHELL_MS = 4;
/** Waited at least, so that it is the command that is killed and not the shell that is about to become it. */
const MIN_MS = 0.5;
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
    if (spot.thread !== thread) return [];
    const calls =
      'calls' in spot
        ? Object.entries(spot.calls)
        : Object.entries({ from: spot.between[0], to: spot.between[1], ...spot.during });
    return calls.flatMap(([called, call]) => ('same' in call ? [] : [{ name: `${name}/${called}`, call }]));
  });
}

/** @param took milliseconds of a measured call, or undefined if none was seen */
export function pointsOf(took: (name: string) => number | undefined, inside: boolean): Point[] {
  return eachSpot().flatMap(({ role, effect, name, spot }) => {
    const base = { role, effect, thread: spot.thread, call: '' };
    if ('between' in spot) {
      const [from, to] = spot.between;
      const moments: readonly (readonly [when: string, call: Call | Same, mode: 'before' | 'after'])[] = [
        ['before', from, 'after'],
        ['after', to, 'before'],
        ...Object.entries(spot.during ?? {}).map(([when, call]) => [when, call, 'before'] as const),
      ];
      return moments.flatMap(([when, call, mode]) =>
        'same' in call ? [] : [{ ...base, when, fault: { call, mode } }],
      );
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
        fault: { call, mode: { insideMs: Math.max(MIN_MS, (ms ?? 0) * part - SHELL_MS) } },
      }));
      return [...whole, ...parts];
    });
  });
}

/** Names of points that stand for a moment of another effect as well, by that effect. */
export function shared(): { effect: string; same: string }[] {
  return eachSpot().flatMap(({ name, spot }) =>
    'between' in spot
      ? spot.between.flatMap((call) => ('same' in call ? [{ effect: name, same: call.same }] : []))
      : [],
  );
}

function eachSpot(): { role: Role; effect: string; name: string; spot: Spot }[] {
  return spots.flatMap(([role, table]) =>
    Object.entries(table).map(([effect, spot]) => ({ role, effect, name: `${role}: ${effect}`, spot })),
  );
}
