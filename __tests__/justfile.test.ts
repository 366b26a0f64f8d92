import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { generated, withBlocks } from '../scripts/generated.ts';
import { recipesOf } from '../src/commands/command.ts';
import { commands } from '../src/commands/index.ts';
import { just, withJust } from './just.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..');

const recipes = recipesOf(commands, 'own justfile').map(({ name }) => name);
const chores = 'demo test check build'.split(' ');

test('the justfile has a recipe for each command, as the list of commands has it: else, npm run docs', () => {
  const text = readFileSync(join(root, 'justfile'), 'utf8');
  const files = generated(commands).filter(({ path }) => path === 'justfile');
  expect(files.map((file) => withBlocks(text, file))).toEqual([text]);
});

withJust('just alone lists every recipe with a line that says what it does', () => {
  const listed = execFileSync(just, [], { cwd: root }).toString();
  for (const recipe of [...recipes, ...chores]) expect(listed).toMatch(new RegExp(`^ +${recipe}( .*)? # \\w`, 'm'));
});

withJust('a recipe hands its arguments on as they are, in the folder where it was called', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-just-')));
  const shell = ['--shell', 'node', '--shell-arg', '-e', '--shell-arg'];
  const show = 'console.log(JSON.stringify([process.cwd(), ...process.argv.slice(1)])) //';
  try {
    for (const command of recipes) {
      const args = [...shell, show, '--justfile', join(root, 'justfile'), command, '--epic', "it's $HOME"];
      // The stand-in shell gets the recipe's line first; what the shell's "$@" would be follows.
      const [cwd, line, , ...rest] = JSON.parse(execFileSync(just, args, { cwd: folder }).toString());
      expect({ cwd, line, rest }).toEqual({
        cwd: folder,
        line: `node '${join(root, 'dist', 'cli.js')}' ${command} "$@"`,
        rest: ['--epic', "it's $HOME"],
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
