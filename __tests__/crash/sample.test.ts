/** The most telling points of the crash sweep; `npm run test:crash` runs all of them. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { findBd } from '../../src/adapters/bd/find-bd.mjs';
import { programs } from '../../src/adapters/host/programs.ts';
import { type Prepared, prepare } from './harness.ts';
import { pointsOf } from './points.ts';
import { describe, nameOf, playPoints, playReference } from './run.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const LIMIT_MS = 300_000;

let folder: string;
let prepared: Prepared;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-sample-'));
  const heddle = join(folder, 'heddle');
  await build({
    absWorkingDir: root,
    entryPoints: ['cli', 'action'].map((name) => ({ in: `src/${name}.ts`, out: name })),
    outdir: join(heddle, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire as r } from 'node:module';\nconst require = r(import.meta.url);" },
  });
  for (const name of ['action.yml', 'package.json']) await cp(join(root, name), join(heddle, name));
  const bd = findBd(process.env);
  const git = programs.find('git', process.env['PATH'] ?? '');
  if ('problem' in bd || git === undefined) throw new Error('git and bd are needed');
  prepared = await prepare(folder, heddle, { git, bd: bd.path });
}, LIMIT_MS);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Read by name, so that a point that is gone is a failure too. */
const sample = ['spawner: claim, after', 'worker: push, after', 'merger: land, answer lost'];

test(
  'a spawner killed between the claim and the start of its worker, that worker killed at its push, a landing whose answer is lost: the end is the same',
  async () => {
    const points = pointsOf(() => undefined, false).filter((point) => sample.includes(nameOf(point)));
    expect(points.map(nameOf)).toEqual(sample);
    const [first, ...more] = points;
    if (first === undefined) throw new Error('there is no point');
    // Side by side with the run without a fault: most of their time is spent waiting.
    const reference = playReference(prepared, 'plain', []);
    const [{ breaches, log }] = await Promise.all([playPoints(prepared, reference, [first, ...more]), reference]);
    expect(breaches.length === 0 ? '' : `${describe(breaches)}\n${log}`).toBe('');
  },
  LIMIT_MS,
);
