/** How much of it there is, held to bounds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commands } from '../../src/commands/index.ts';
import { commandCount, idlePackages, spawnerLines } from './budget.ts';
import { readSource } from './source.ts';
import { files, root } from './tree.ts';

test('there are at most 20 commands, those that nobody sees included', () => {
  expect(commandCount(commands.map(({ name }) => name))).toEqual([]);
});

test('what the passes of the spawner are made of takes at most 1,600 lines', () => {
  expect(spawnerLines(files.filter(({ path }) => path.endsWith('.ts')))).toEqual([]);
});

test('every package in package.json is used, but for a list of one', () => {
  const { dependencies = {}, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const code = files.filter(({ path }) => /^(src|sandbox|demo|__tests__|scripts|bench)\/.*\.(ts|mjs)$/.test(path));
  const sources = code.map(({ path, text }) => readSource(path, text));
  expect(idlePackages(sources, Object.keys({ ...dependencies, ...devDependencies }))).toEqual([]);
});

test('a bound that is broken is noticed: a command too many, a spawner that grows, a package that nobody imports', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `weave-${i}`);
  expect(commandCount(names(21))).toEqual(['21 commands, more than 20']);
  expect(commandCount(names(20))).toEqual([]);
  const spawner = (path: string, lines: number) => spawnerLines([{ path, text: 'a\n'.repeat(lines) }]);
  expect(spawner('src/spawner/decide.ts', 1_601)).toEqual(['src/spawner has 1601 lines, more than 1600']);
  expect(spawner('src/spawner/decide.ts', 1_600)).toEqual([]);
  for (const path of ['src/spawner/messages/errors.ts', 'src/spawner/by-hand/retry.ts', 'src/worker/worker.ts'])
    expect(spawner(path, 1_601)).toEqual([]);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = Object.keys(devDependencies);
  const importing = (...names: string[]) =>
    idlePackages([readSource('src/a.ts', names.map((name) => `import '${name}';`).join('\n'))], packages);
  const used = packages.filter((name) => !importing().includes(`package.json: nothing imports ${name}`));
  const needed = packages.filter((name) => !used.includes(name));
  expect(importing(...needed)).toEqual([]);
  expect(importing(...needed.filter((name) => name !== 'zod'))).toEqual(['package.json: nothing imports zod']);
  expect(importing(...needed, '@octokit/webhooks')).toEqual(['@octokit/webhooks is no exception any more']);
});
