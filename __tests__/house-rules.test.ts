import { homedir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import {
  decidersArePure,
  importsPerLayer,
  nothingAmbient,
  oneHomeEach,
  outsideIsReachedByAdapters,
} from './house-rules/layers.ts';
import { readSource } from './house-rules/source.ts';
import { files, root } from './house-rules/tree.ts';
import { functionLength, importCircles, partsApart, unusedExports } from './house-rules/walls.ts';
import { fileLength, machine, names, types, unfinished } from './house-rules/words.ts';
import { writersAreWired, writesBehindPerform } from './house-rules/writes.ts';

const code = files.filter(({ path }) => /^(src|sandbox|demo|__tests__|scripts|bench)\/.*\.(ts|mjs)$/.test(path));
const sources = code.map(({ path, text }) => readSource(path, text));
/** The rules' own files quote what they forbid. */
const quoting = /^__tests__\/house-rules/;

describe('in the whole tree', () => {
  test('no file is longer than 250 lines', () => {
    expect(code.flatMap(fileLength)).toEqual([]);
  });

  test('each layer imports what its layer may', () => {
    expect(sources.flatMap(importsPerLayer)).toEqual([]);
  });

  test('deciders import the domain, their view and their intents, and nothing else', () => {
    expect(decidersArePure(sources)).toEqual([]);
  });

  test('only adapters and entries of the product reach the outside', () => {
    expect(sources.flatMap(outsideIsReachedByAdapters)).toEqual([]);
  });

  test('execa and @actions/core are each imported in their one place', () => {
    expect(sources.flatMap(oneHomeEach)).toEqual([]);
  });

  test('the core gets time, chance and environment as arguments', () => {
    expect(sources.flatMap(nothingAmbient)).toEqual([]);
  });

  test('every write to Beads, git, GitHub or a process stands in a table of effects', () => {
    expect(writesBehindPerform(sources)).toEqual([]);
  });

  test('only performers and the wiring have a type that writes', () => {
    expect(sources.flatMap(writersAreWired)).toEqual([]);
  });

  test('spawner, worker and merger never import one another', () => {
    expect(sources.flatMap(partsApart)).toEqual([]);
  });

  test('no file imports itself by way of others, types included', () => {
    expect(importCircles(sources)).toEqual([]);
  });

  test('nothing is exported that nobody imports', () => {
    expect(unusedExports(sources)).toEqual([]);
  });

  test('no function of the product is longer than 60 lines, but for a list that only shrinks', () => {
    expect(functionLength(sources)).toEqual([]);
  });

  test('names say what a thing is', () => {
    expect(sources.flatMap(names)).toEqual([]);
  });

  test('there is no any, and no type assertion outside parsing', () => {
    expect(sources.flatMap(types)).toEqual([]);
  });

  test('nothing is left unfinished in the code, and no test is off', () => {
    expect(code.filter(({ path }) => !quoting.test(path)).flatMap(unfinished)).toEqual([]);
  });

  test('no committed file names a place of the machine it was written on', () => {
    const here = { root, home: homedir() };
    const read = files.filter(({ path }) => !quoting.test(path) && path !== 'package-lock.json');
    expect(read.flatMap((file) => machine(file, here))).toEqual([]);
  });
});

describe('a rule that is broken is noticed:', () => {
  const broken = (rule: (source: ReturnType<typeof readSource>) => string[], path: string, text: string) =>
    rule(readSource(path, text)).length;

  test.each([
    ['src/domain/a.ts', "import { b } from '../ports/b.ts';"],
    ['src/domain/a.ts', "import { z } from 'zod';"],
    ['src/domain/a.ts', "export { b } from '../adapters/b.ts';"],
    ['src/domain/a.ts', "const b = await import('../adapters/b.ts');"],
    ['src/ports/a.ts', "import { b } from '../domain/b.ts';"],
    ['src/ports/a.ts', "import type { b } from '../adapters/b.ts';"],
    ['src/worker/judge.ts', "import { run } from '../adapters/run.ts';"],
    ['src/merger/observe.ts', "import { world } from '../sandbox/world.ts';"],
    ['src/adapters/git/read.ts', "import { decide } from '../../spawner/decide.ts';"],
    ['sandbox/rest.ts', "import { run } from '../src/adapters/host/run.ts';"],
    ['src/worker/run-agent.ts', "import { startSandbox } from '../../sandbox/sandbox.ts';"],
    ['src/commands/merge.ts', "import { startSandbox } from '../../sandbox/sandbox.ts';"],
    ['src/commands/merge.ts', "import { program } from '../cli.ts';"],
    ['src/wiring/spawner.ts', "import { commands } from '../commands/index.ts';"],
    ['src/init/plan.ts', "import { sweep } from '../merger/sweep.ts';"],
    ['src/doctor/tools.ts', "import { perform } from '../spawner/perform.ts';"],
    ['src/config/settings.ts', "import { decide } from '../spawner/decide.ts';"],
    ['src/adapters/bd/beads.ts', "import { createGit } from '../git/git.ts';"],
    ['src/adapters/git/git.ts', "import { createClient } from '../github/client.ts';"],
    ['demo/stage.ts', "import { decide } from '../src/spawner/decide.ts';"],
  ])('%s with %s', (path, text) => {
    expect(broken(importsPerLayer, path, text)).toBe(1);
  });

  test('a decider, or what it is put together from, imports more than data', () => {
    const pure = (...texts: [path: string, text: string][]) =>
      decidersArePure(texts.map(([path, text]) => readSource(path, text))).length;
    expect(pure(['src/spawner/decide.ts', "import type { Git } from '../ports/git.ts';"])).toBe(1);
    expect(pure(['src/merger/decide.ts', "import { observe } from './observe.ts';"])).toBe(1);
    expect(pure(['src/merger/decide.ts', "import { z } from 'zod';"])).toBe(1);
    const viaReview: [string, string] = ['src/merger/decide.ts', "import { review } from '../review/review.ts';"];
    expect(pure(viaReview, ['src/review/review.ts', "import { readFile } from 'node:fs/promises';"])).toBe(1);
    expect(pure(viaReview, ['src/review/review.ts', "import type { View } from './view.ts';"])).toBe(0);
  });

  test('the core opens a file, or starts a command', () => {
    expect(broken(outsideIsReachedByAdapters, 'src/spawner/a.ts', "import { readFile } from 'node:fs/promises';")).toBe(
      1,
    );
    expect(
      broken(outsideIsReachedByAdapters, 'src/config/settings.ts', "import { spawn } from 'node:child_process';"),
    ).toBe(1);
    expect(broken(outsideIsReachedByAdapters, 'src/spawner/a.ts', "import { join } from 'node:path';")).toBe(0);
  });

  test('execa or @actions/core away from home', () => {
    expect(broken(oneHomeEach, 'src/adapters/git/push.ts', "import { execa } from 'execa';")).toBe(1);
    expect(broken(oneHomeEach, 'src/merger/sweep.ts', "import * as core from '@actions/core';")).toBe(1);
    expect(broken(oneHomeEach, 'src/action.ts', "import * as core from '@actions/core';")).toBe(0);
  });

  test('the core reads the clock, chance or the environment', () => {
    for (const text of ['Date.now();', 'new Date();', 'Math.random();', "process.env['HOME'];", 'process.env.HOME;']) {
      expect(broken(nothingAmbient, 'src/merger/observe.ts', text)).toBe(1);
      expect(broken(nothingAmbient, 'src/adapters/host/clock.ts', text)).toBe(0);
    }
    expect(broken(nothingAmbient, 'src/merger/observe.ts', "new Date('2026-01-01'); // Date.now()")).toBe(0);
  });

  test('a write is called outside the table of effects', () => {
    const port = readSource('src/ports/git.ts', 'export interface GitWriter { push(path: string): Promise<void>; }');
    const writes = (path: string, text: string) => writesBehindPerform([port, readSource(path, text)]).length;
    expect(writes('src/spawner/observe.ts', "await ports.git.push('x');")).toBe(1);
    expect(writes('src/worker/supervise.ts', "await git?.push('x');")).toBe(1);
    expect(writes('src/spawner/perform.ts', "await ports.git.push('x');")).toBe(1);
    expect(writes('src/spawner/effects.ts', "await git.push('x');")).toBe(0);
    expect(writes('src/spawner/observe.ts', "lines.push('x');")).toBe(0);
  });

  test('a port gets a writer that the table does not know', () => {
    const port = readSource('src/ports/mail.ts', 'export interface MailWriter { send(text: string): void; }');
    expect(writesBehindPerform([port])).toHaveLength(1);
  });

  test('a decider or an observer can name a type that writes, under whatever name', () => {
    const from = (path: string, text: string) => broken(writersAreWired, path, text);
    expect(from('src/spawner/observe.ts', "import type { Git as Reader } from '../ports/git.ts';")).toBe(1);
    expect(from('src/merger/decide.ts', "import type { MergerGitHub } from './view.ts';")).toBe(1);
    expect(from('src/merger/view.ts', "export type * from '../ports/merger-github.ts';")).toBe(1);
    expect(from('src/wiring/token.ts', "import type { Git } from '../ports/git.ts';")).toBe(1);
    expect(from('src/spawner/observe.ts', "import type { GitReader } from '../ports/git.ts';")).toBe(0);
    expect(from('src/spawner/effects.ts', "import type { Git } from '../ports/git.ts';")).toBe(0);
  });

  test('one of the three parts imports another', () => {
    expect(broken(partsApart, 'src/spawner/a.ts', "import { decide } from '../merger/decide.ts';")).toBe(1);
    expect(broken(partsApart, 'src/merger/a.ts', "import type { Job } from '../worker/job.ts';")).toBe(1);
    expect(broken(partsApart, 'src/merger/a.ts', "import { review } from '../review/review.ts';")).toBe(0);
  });

  test('a circle of imports, of types too', () => {
    const circles = (...texts: [path: string, text: string][]) =>
      importCircles(texts.map(([path, text]) => readSource(path, text)));
    const a: [string, string] = ['src/a.ts', "import { b } from './b.ts';"];
    const b: [string, string] = ['src/b.ts', "import { c } from './c.ts';"];
    expect(circles(a, b, ['src/c.ts', "import type { A } from './a.ts';"])).toEqual([
      'src/a.ts, src/b.ts, src/c.ts import each other',
    ]);
    expect(circles(a, b, ['src/c.ts', ''])).toEqual([]);
  });

  test('an export that nobody imports', () => {
    const unused = (...texts: [path: string, text: string][]) =>
      unusedExports(texts.map(([path, text]) => readSource(path, text)));
    const a: [string, string] = ['src/a.ts', 'export const one = 1;\nexport type Two = 2;\nexport { one as three };'];
    expect(unused(a, ['__tests__/a.test.ts', "import { one, type Two as Other } from '../src/a.ts';"])).toEqual([
      'src/a.ts: nobody imports three',
    ]);
    expect(unused(a, ['src/b.ts', "import * as a from './a.ts';"])).toEqual([]);
    expect(unused(a)).toHaveLength(3);
  });

  test('a function of more than 60 lines', () => {
    const long = (lines: number) => `// Ünder a comment.\nexport function weave() {\n${'  go();\n'.repeat(lines - 2)}}`;
    const lengths = (text: string) => functionLength([readSource('src/a.ts', text)]);
    expect(lengths(long(61))).toEqual(['src/a.ts: weave has 61 lines, more than 60']);
    expect(lengths(long(60))).toEqual([]);
    expect(lengths(`const weave = () => {\n${'  go();\n'.repeat(60)}};`)).toHaveLength(1);
  });

  test('a name that says nothing', () => {
    expect(broken(names, 'src/spawner/git-helper.ts', '')).toBe(1);
    expect(broken(names, 'src/utils/text.ts', '')).toBe(1);
    expect(broken(names, 'src/a.ts', 'export class TaskManager {}')).toBe(1);
    expect(broken(names, 'src/a.ts', 'export interface IGit {}')).toBe(1);
    expect(broken(names, 'src/a.ts', 'export interface Issue {}')).toBe(0);
  });

  test('any, and a type assertion in the core', () => {
    expect(broken(types, 'src/adapters/a.ts', 'const a: any = 1;')).toBe(1);
    expect(broken(types, 'src/adapters/a.ts', 'const a = b as any;')).toBe(1);
    expect(broken(types, 'src/spawner/a.ts', 'const a = b as Issue;')).toBe(1);
    expect(broken(types, 'src/spawner/a.ts', "const a = ['x'] as const; // any")).toBe(0);
  });

  test('a file too long, something unfinished, a test that is off, a place of this machine', () => {
    const path = 'src/a.ts';
    const here = { root: '/srv/someone/heddle', home: '/home/someone' };
    expect(fileLength({ path, text: 'a\n'.repeat(251) })).toHaveLength(1);
    expect(fileLength({ path, text: 'a\n'.repeat(250) })).toHaveLength(0);
    expect(unfinished({ path, text: '// TODO: later' })).toHaveLength(1);
    expect(unfinished({ path, text: "test.skip('a', () => {});" })).toHaveLength(1);
    for (const text of ['/work/project/src', '/root/.cache', '/home/someone/x', '/srv/someone/heddle/x']) {
      expect(machine({ path, text }, here)).toHaveLength(1);
    }
    expect(machine({ path, text: 'src/work/a, tree/root/b, /home/other' }, here)).toHaveLength(0);
  });
});
