/**
 * The whole sweep, one lane of it, or some of its points: every effect of every role, hit at every point.
 * Run by scripts/test-crash.mjs. Prints a line per point, and in the end the lane's figures as JSON on a line of their own.
 */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBd } from '../../src/adapters/bd/find-bd.mjs';
import { programs } from '../../src/adapters/host/programs.ts';
import { type Prepared, prepare } from './harness.ts';
import type { Breach } from './invariants.ts';
import { measuredCalls, type Point, pointsOf, unmade } from './points.ts';
import { interrupted } from './program.ts';
import { describe, nameOf, playPoints, playReference, type Reference } from './run.ts';
import type { ThreadName } from './thread.ts';

export type Figures = {
  points: number;
  runs: number;
  /** Points inside a command that were hit, but when the command was over. */
  late: readonly string[];
  /** Points at which something was not as it must be. */
  failed: readonly string[];
  breaches: Readonly<Record<Breach['kind'], number>>;
  seconds: number;
};

const { values } = parseArgs({
  options: {
    heddle: { type: 'string' },
    /** A folder in which each lane puts the points that it has taken. */
    taken: { type: 'string' },
    /** From the last point to the first: two lanes meet somewhere in between, and few threads are played by both. */
    backwards: { type: 'boolean', default: false },
    /** Every point in a run of its own. */
    alone: { type: 'boolean', default: false },
    only: { type: 'string' },
    outside: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

/**
 * Kills per run. Where a task has failed before, or is closed while it runs, a second one would be one too many; `reopened`
 * leads to one effect only. Three of `plain` are one of the spawner and two more at the most of one task's worker.
 */
const KILLS: Readonly<Record<ThreadName, number>> = {
  plain: 3,
  red: 2,
  abandoned: 2,
  failing: 1,
  'by hand': 1,
  reopened: 1,
  'given up': 2,
  'handed back': 1,
  overtaken: 1,
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
const begun = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'heddle-sweep-'));
try {
  const figures = await sweep(await ready());
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.failed.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function ready(): Promise<Prepared> {
  const bd = findBd(process.env);
  if ('problem' in bd) throw new Error(`${bd.problem}: ${bd.hint}`);
  const git = programs.find('git', process.env['PATH'] ?? '');
  if (git === undefined || values.heddle === undefined) throw new Error('git and --heddle are needed');
  return await prepare(folder, values.heddle, { git, bd: bd.path });
}

async function sweep(prepared: Prepared): Promise<Figures> {
  // How long a command takes is not known yet, and is no part of a point's name.
  const points = pointsOf(() => 1, !values.outside).filter(isWanted);
  const breaches = { loss: 0, duplicate: 0, leak: 0, other: 0 };
  const failed: string[] = [];
  const late: string[] = [];
  const references = new Map<ThreadName, Reference>();
  let played = 0;
  let runs = 0;
  if (values.list) for (const point of points) say(nameOf(point));
  const turns = values.list ? [] : turnsOf(points);
  for (const [at, turn] of values.backwards ? turns.reverse() : turns) {
    if (interrupted.signal.aborted || !isMine(at)) break;
    const [{ thread }] = turn;
    const reference = references.get(thread) ?? (await timed(thread, () => referenceOf(prepared, thread)));
    references.set(thread, reference);
    const [first, ...more] = turn.map((point) => measured(reference, nameOf(point)));
    if (first === undefined) continue;
    const result = await playPoints(prepared, reference, [first, ...more]);
    played += turn.length;
    runs += 1;
    late.push(...result.late.map(nameOf));
    for (const point of result.late) say(`late  ${nameOf(point)}`);
    for (const { kind } of result.breaches) breaches[kind] += 1;
    const line = `${at + 1}/${turns.length}  ${result.seconds.toFixed(1)} s  ${turn.map(nameOf).join(' | ')}`;
    if (result.breaches.length === 0) say(`ok    ${line}`);
    else {
      failed.push(...turn.map(nameOf));
      say(`FAIL  ${line}\n    ${describe(result.breaches)}\n${result.log}`);
    }
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  return {
    points: values.list ? points.length : played,
    runs: runs + references.size,
    late,
    failed,
    breaches,
    seconds,
  };
}

type Turn = readonly [Point, ...Point[]];

/** Points of a thread that are far apart go into one run: the second kill often hits the fix of the first. */
function turnsOf(points: readonly Point[]): (readonly [number, Turn])[] {
  const turns: Turn[] = [];
  for (const thread of new Set(points.map((point) => point.thread))) {
    const all = points.filter((point) => point.thread === thread);
    const runs = Math.ceil(all.length / (values.alone ? 1 : KILLS[thread]));
    for (const [at, point] of all.slice(0, runs).entries())
      turns.push([point, ...all.slice(runs).filter((_, other) => other % runs === at)]);
  }
  return turns.map((turn, at) => [at, turn] as const);
}

/** False once the lanes have met. */
function isMine(at: number): boolean {
  if (values.taken === undefined) return true;
  try {
    mkdirSync(join(values.taken, String(at)));
    return true;
  } catch {
    return false;
  }
}

/** The point with the time that its command took in the run without a fault. */
function measured({ took }: Reference, name: string): Point {
  const point = pointsOf((call) => took.get(call), true).find((one) => nameOf(one) === name);
  if (point === undefined) throw new Error(`its command was never run: ${name}`);
  return point;
}

async function referenceOf(prepared: Prepared, name: ThreadName): Promise<Reference> {
  const played = await playReference(prepared, name, measuredCalls(name));
  for (const call of unmade(name, played)) say(`never made in the thread "${name}": ${call}`);
  return played;
}

/** `--only` takes several, with `|` between them: parts of names, or whole threads. */
function isWanted(point: Point): boolean {
  return (values.only ?? '').split('|').some((text) => nameOf(point).includes(text) || point.thread === text);
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  say(`thread "${name}" without a fault: ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return result;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
