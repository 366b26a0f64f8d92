/** One run: the thread is played with its faults, and what is there in the end is compared with the run without any. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { CommandCall } from './call.ts';
import { createHarness, type Harness, type Prepared } from './harness.ts';
import { type Breach, checkInvariants, checkUntouched } from './invariants.ts';
import { differences, type Inventory, takeInventory } from './inventory.ts';
import type { Point } from './points.ts';
import { type ThreadName, threads } from './thread.ts';

export type Reference = {
  inventory: Inventory /** Milliseconds of each call's command, by its name. */;
  took: ReadonlyMap<string, number>;
  /** What was asked of GitHub. */
  requests: readonly string[];
};
/** `late`: kills inside a command that came when it was over already, so they were kills after it. */
export type Result = {
  points: readonly Point[];
  breaches: readonly Breach[];
  late: readonly Point[];
  seconds: number;
  log: string;
};

/** The thread without a fault; with one it is played like this, to the same end. Throws when even that has a breach. */
export async function playReference(
  prepared: Prepared,
  name: ThreadName,
  measured: readonly { name: string; call: CommandCall }[],
): Promise<Reference> {
  const thread = threads[name];
  const harness = await createHarness(prepared, { ...thread, measured });
  try {
    await thread.play(harness);
    const untouched = await checkUntouched(harness);
    const inventory = await takeInventory(harness);
    const requests = [...harness.proxy.requests];
    const breaches = [...untouched, ...(await checkInvariants(harness, thread))];
    if (breaches.length > 0) {
      throw new Error(`the thread "${name}" without a fault: ${describe(breaches)}\n${await logsOf(harness)}`);
    }
    return { inventory, requests, took: tookOf(await readFile(harness.shims.times, 'utf8').catch(() => '')) };
  } catch (error) {
    await harness.heddle(['stop']);
    throw error;
  } finally {
    await harness.close();
  }
}

/** The reference may still be on its way: it is waited for when there is something to compare. */
export async function playPoints(
  prepared: Prepared,
  reference: Reference | Promise<Reference>,
  points: readonly [Point, ...Point[]],
): Promise<Result> {
  const begun = performance.now();
  const thread = threads[points[0].thread];
  const harness = await createHarness(prepared, { ...thread, faults: points.map(({ fault }) => fault) });
  const breaches: Breach[] = [];
  try {
    await thread.play(harness);
    breaches.push(...unfired(harness, points), ...(await checkUntouched(harness)));
    breaches.push(...compare(await reference, await takeInventory(harness)));
    breaches.push(...(await checkInvariants(harness, thread)));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    breaches.push(...unfired(harness, points), { rule: 'the end', kind: 'loss', what });
    await harness.heddle(['stop']);
  }
  try {
    const log = breaches.length > 0 ? await logsOf(harness) : '';
    const late = points.filter((_, at) => existsSync(harness.faults[at]?.late ?? ''));
    return { points, breaches, late, seconds: (performance.now() - begun) / 1000, log };
  } finally {
    await harness.close();
  }
}

/** A point at which nothing was killed has shown nothing. */
function unfired({ faults }: Harness, points: readonly Point[]): Breach[] {
  return points.flatMap((point, at) =>
    existsSync(faults[at]?.fired ?? '')
      ? []
      : [{ rule: 'the sweep', kind: 'other', what: `nothing was hit at: ${nameOf(point)}` }],
  );
}

function compare(reference: Reference, found: Inventory): Breach[] {
  return differences(reference.inventory, found).map((what) => ({
    rule: 'the end',
    kind: /more than expected|entries, not/.test(what) ? 'leak' : 'loss',
    what,
  }));
}

/** What was printed and noted, to see what became of a thread. */
async function logsOf(harness: Harness): Promise<string> {
  const logs = await execa('sh', ['-c', 'tail -n 25 $(find .git/heddle -name "*.log")'], {
    cwd: harness.checkout,
    reject: false,
  });
  const notes = (await harness.notes()).map(({ what, task, value }) => `${what} ${task} ${value}`);
  return [...harness.said, logs.stdout, notes.join('\n')].join('\n').replace(/^/gm, '      ');
}

function tookOf(times: string): ReadonlyMap<string, number> {
  const took = new Map<string, number>();
  for (const line of times.split('\n').filter((text) => text !== '')) {
    const [written = '', from = '0', to = '0'] = line.split('\t');
    const name = written.replaceAll('%', ' ');
    if (!took.has(name)) took.set(name, Number(BigInt(to) - BigInt(from)) / 1e6);
  }
  return took;
}

export function describe(breaches: readonly Breach[]): string {
  return breaches.map(({ rule, what }) => `${rule}: ${what}`).join('\n    ');
}

export function nameOf(point: Point): string {
  return `${point.role}: ${point.effect}${point.call === '' ? '' : ` (${point.call})`}, ${point.when}`;
}
