import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { just, withJust } from './just.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..');

const commands =
  'spawn orchestrate status logs stop retry publish sync cleanup salvage recover merge import init doctor'.split(' ');
const chores = 'demo test check build'.split(' ');

withJust('just alone lists every recipe with a line that says what it does', () => {
  const listed = execFileSync(just, [], { cwd: root }).toString();
  for (const recipe of [...commands, ...chores]) expect(listed).toMatch(new RegExp(`^ +${recipe}( .*)? # \\w`, 'm'));
});

withJust('a recipe hands its arguments on as they are, in the folder where it was called', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-just-')));
  const shell = ['--shell', 'node', '--shell-arg', '-e', '--shell-arg'];
  const show = 'console.log(JSON.stringify([process.cwd(), ...process.argv.slice(1)])) //';
  try {
    for (const command of commands) {
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
