/** Clones with Beads in them, each made once per run of jest and copied by every test. `bd init` alone takes seconds. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clone, makeClone } from '../../demo/clone.ts';
import { demoSolutions } from '../../demo/solutions.ts';
import { until } from '../fakes/wait.ts';

/** Heddle's own folder, whose `dist/` is tested. */
export const HEDDLE = process.env['HEDDLE_UNDER_TEST'] ?? fileURLToPath(new URL('../..', import.meta.url));
/** Made by jest's set-up, which also takes it away; the workers of jest share it. */
const SHARED = process.env['HEDDLE_TEST_FOLDER'] ?? tmpdir();

/** Each entry is a task of the demo's epic by its number there, and those of this epic that it waits for. */
export type Shape = readonly (readonly [task: number, ...waitsFor: number[]])[];

/** As `heddle init` leaves it: Beads is there, and has no issue yet. */
export async function cloneWithoutEpic(): Promise<Clone> {
  const { folder } = await once('begun', (at) => makeClone({ heddle: HEDDLE, folder: at }).then(() => ''));
  return { folder, epic: undefined };
}

export async function cloneOf(shape: Shape): Promise<Clone> {
  const begun = await cloneWithoutEpic();
  const epic = epicOf(shape);
  const name = createHash('sha256').update(epic).digest('hex').slice(0, 12);
  const made = await once(name, async (folder) => {
    await cp(begun.folder, folder, { recursive: true });
    return (await makeClone({ heddle: HEDDLE, folder, epic })).epic ?? '';
  });
  return { folder: made.folder, epic: made.said };
}

function epicOf(shape: Shape): string {
  const row = ([task, ...waitsFor]: Shape[number]): string => {
    const places = waitsFor.map((on) => String(shape.findIndex(([one]) => one === on) + 1).padStart(3, '0'));
    const place = String(shape.findIndex(([one]) => one === task) + 1).padStart(3, '0');
    const title = demoSolutions.find(({ number }) => number === task)?.title ?? '';
    return `| ${place} | ${title} | As its test says | ${places.join(', ') || 'None'} |`;
  };
  return `# Epic: Tally the expenses

## Task Breakdown

| # | Task | Description | Dependencies |
|---|------|-------------|--------------|
${shape.map(row).join('\n')}
`;
}

/** Whoever comes first makes it, the others wait. */
async function once(
  name: string,
  make: (folder: string) => Promise<string>,
): Promise<{ folder: string; said: string }> {
  const folder = join(SHARED, name);
  const done = `${folder}.done`;
  const isMine = await mkdir(`${folder}.begun`).then(
    () => true,
    () => false,
  );
  if (isMine) {
    try {
      await mkdir(folder);
      await writeFile(`${done}.new`, JSON.stringify({ said: await make(folder) }));
    } catch (error) {
      await writeFile(`${done}.new`, JSON.stringify({ failed: String(error) }));
    }
    await rename(`${done}.new`, done);
  }
  const text = await until(`${name} to be made`, () => readFile(done, 'utf8').catch(() => undefined));
  const { said, failed } = JSON.parse(text) as { said?: string; failed?: string };
  if (said === undefined) throw new Error(`${name} could not be made: ${failed}`);
  return { folder, said };
}
