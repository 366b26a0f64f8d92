/** What the command line makes of its arguments, before any command runs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { flagsOf, nameAndAlias } from '../src/commands/command.ts';
import { commands } from '../src/commands/index.ts';
import { EXIT } from '../src/domain/errors.ts';
import { bundle } from './adapters/host/processes/program.ts';

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
  program = await bundle(folder, 'cli', "import 'SRC/cli.ts';");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function heddle(...args: string[]) {
  const env = { PATH: process.env['PATH'], HOME: folder, COLUMNS: '1000' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env });
  return { status, said: `${stdout}${stderr}` };
}

test.each([
  ['nothing that is required', 'spawn', "required option '--epic <id>' not specified"],
  ['a mistyped option, rather than the one that is missing by it', 'publish --epik a', "unknown option '--epik'"],
  ['a number that is none', 'spawn --epic a --poll 0', 'It has to be a whole number from 1.'],
  ['a word that is none of those that can be', 'completion tcsh', 'It has to be bash, zsh or fish.'],
  ['an argument too few', 'logs', "missing required argument 'task'"],
  ['an argument too many', 'logs a b', 'too many arguments'],
  ['a mistyped command', 'statsu', "unknown command 'statsu'"],
  ['a worker that nobody has claimed for', 'worker a --round 1', "required option '--token <token>' not specified"],
])('%s is told in one line: heddle %s', (_what, line, told) => {
  const { status, said } = heddle(...line.split(' '));
  expect(status).toBe(EXIT.usage.code);
  expect(said).toContain(`error: `);
  expect(said).toContain(told);
});

test('the help lists every command that people see, with what it does', () => {
  const { status, said } = heddle('--help');
  expect(status).toBe(0);
  // The help is broken into lines as wide as a terminal.
  const words = said.replaceAll(/\s+/g, ' ');
  for (const { hidden, name, summary } of commands) {
    expect(words.includes(summary)).toBe(hidden !== true);
    expect(new RegExp(`^  ${name}\\b`, 'm').test(said)).toBe(hidden !== true);
  }
});

test('the help gives each exit code a line of its own, and no line is wider than a terminal', () => {
  const { said } = heddle('--help');
  const [, codes = ''] = said.split('\nExit codes:\n');
  expect([...codes.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code))).toEqual(
    Object.values(EXIT).map(({ code }) => code),
  );
  const words = codes.replaceAll(/\s+/g, ' ');
  for (const { means } of Object.values(EXIT)) expect(words).toContain(means);
  expect(said.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('the help of a command, also by its alias, tells its options', () => {
  const declared = commands.filter(({ alias }) => alias !== undefined);
  expect(declared.flatMap(nameAndAlias)).toEqual(['spawn', 'orchestrate']);
  for (const { options, ...named } of declared) {
    for (const name of nameAndAlias(named)) {
      const { said } = heddle(name, '--help');
      for (const option of options) expect(said).toContain(flagsOf(option));
      expect(said).toContain('(required)');
    }
  }
});
