/**
 * The whole sweep, one lane of it, or some of its points: every effect of every role, hit at every point.
 * Run by scripts/test-crash.mjs. Prints a line per point, and in the end the lane's figures as JSON on a line of their own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBd } from '../../src/adapters/find-bd.mjs';
import { programs } from '../../src/adapters/programs.ts';
import { type Prepared, prepare } from './ground.ts';
import type { Breach } from './invariants.ts';
import { measuredCalls, type Point, pointsOf, unmade } from './points.ts';
import { describe, nameOf, playPoint, playReference, type Reference } from './run.ts';
import { type ThreadName, threads } from './thread.ts';

export type Figures = {
  points: number;
  runs: number;
  /** Points at which something was not as it must be. */
  failed: readonly string[];
  breaches: Readonly<Record<Breach['kind'], number>>;
  seconds: number;
};

const { values } = parseArgs({
  options: {
    heddle: { type: 'string' },
    /** Which of how many: `1/2`. */
    lane: { type: 'string', default: '1/1' },
    only: { type: 'string' },
    outside: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

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
  const wanted = pointsOf(() => 100, true).filter(isWanted);
  const names = [...new Set(wanted.map(({ thread }) => thread))];
  const references = new Map<ThreadName, Reference>();
  for (const name of names) references.set(name, await timed(name, () => reference(prepared, name)));
  for (const [name, seen] of references) {
    for (const call of unmade(name, seen)) say(`never made in the thread "${name}": ${call}`);
  }
  const took = (name: string) =>
    [...references.values()].map((one) => one.took.get(name)).find((ms) => ms !== undefined);
  const points = pointsOf(took, !values.outside).filter(isWanted);
  const [lane = 1, lanes = 1] = values.lane.split('/').map(Number);
  const mine = points.filter((_, at) => at % lanes === lane - 1);
  const breaches = { loss: 0, duplicate: 0, leak: 0, other: 0 };
  const failed: string[] = [];
  if (values.list) for (const point of mine) say(nameOf(point));
  for (const [at, point] of values.list ? [] : mine.entries()) {
    const result = await playPoint(prepared, referenceOf(references, point), point);
    for (const { kind } of result.breaches) breaches[kind] += 1;
    const line = `${at + 1}/${mine.length}  ${result.seconds.toFixed(1)} s  ${nameOf(point)}`;
    if (result.breaches.length === 0) say(`ok    ${line}`);
    else {
      failed.push(nameOf(point));
      say(`FAIL  ${line}\n    ${describe(result.breaches)}\n${result.log}`);
    }
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  return { points: mine.length, runs: (values.list ? 0 : mine.length) + names.length, failed, breaches, seconds };
}

function reference(prepared: Prepared, name: ThreadName): Promise<Reference> {
  if (!(name in threads)) throw new Error(`there is no thread ${name}`);
  return playReference(prepared, name, measuredCalls(name));
}

function referenceOf(references: ReadonlyMap<ThreadName, Reference>, { thread }: Point): Reference {
  const found = references.get(thread);
  if (found === undefined) throw new Error(`the thread ${thread} was not played`);
  return found;
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
