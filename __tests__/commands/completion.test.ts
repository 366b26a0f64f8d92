/** What a shell completes, asked of the shell itself where it is there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nameAndAlias } from '../../src/commands/command.ts';
import { completionCommand } from '../../src/commands/completion.ts';
import { commands } from '../../src/commands/index.ts';
import { callIn } from './call.ts';

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-completion-')));
  for (const name of ['plan.md', 'two words.md']) writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function script(shell: string): Promise<string> {
  const { call, answers } = callIn(folder, {});
  expect(await completionCommand.run(call, { shell })).toBe('done');
  return answers();
}
const where = (shell: string) => (spawnSync(shell, ['--version']).status === 0 ? describe : describe.skip);
const visible = commands.filter(({ hidden }) => hidden !== true).flatMap(nameAndAlias);

/** `ask` gives what is offered for the last word, which may be empty. */
function completes(ask: (...words: string[]) => Promise<string[]>): void {
  test('every command that people see, by name and alias', async () => {
    expect((await ask('')).filter((word) => !word.startsWith('-'))).toEqual(visible.toSorted());
    expect(await ask('orch')).toEqual(['orchestrate']);
  });

  test('the options of a command, also by its alias', async () => {
    const options = ['--agent', '--dry-run', '--epic', '--max-parallel', '--once', '--poll'];
    expect((await ask('spawn', '--')).filter((word) => word !== '--help')).toEqual(options);
    expect(await ask('orchestrate', '--ep')).toEqual(['--epic']);
    expect(await ask('stop', '--ep')).toEqual([]);
  });

  test('the words that a command takes, and files where it takes one, names with blanks too', async () => {
    expect(await ask('completion', 'z')).toEqual(['zsh']);
    expect(await ask('import', 'pl')).toEqual(['plan.md']);
    expect(await ask('import', 'two')).toEqual(['two words.md']);
  });

  test('of the value of an option only what can be known', async () => {
    expect(await ask('spawn', '--epic', '')).toEqual([]);
    expect(await ask('salvage', '--into', 'plan')).toEqual(['plan.md']);
    expect(await ask('logs', 'plan')).toEqual([]);
  });
}

where('bash')('bash completes', () => {
  completes(async (...words) => {
    const call =
      'COMP_WORDS=(heddle "$@"); COMP_CWORD=$#; _heddle; ((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"';
    const program = `${await script('bash')}\n${call}`;
    return lines(execFileSync('bash', ['--norc', '-c', program, 'bash', ...words], { cwd: folder, encoding: 'utf8' }));
  });
});

where('fish')('fish completes', () => {
  completes(async (...words) => {
    const typed = ['heddle', ...words].join(' ');
    const program = `${await script('fish')}\ncomplete -C ${JSON.stringify(typed)}`;
    const env = { ...process.env, HOME: folder };
    const offered = execFileSync('fish', ['--no-config', '-c', program], { cwd: folder, env, encoding: 'utf8' });
    return lines(offered).map((line) => line.split('\t')[0] ?? '');
  });
});

where('zsh')('zsh', () => {
  test('reads the script, and takes it for the completion of heddle', async () => {
    const program = `autoload -U compinit; compinit -u -D\n${await script('zsh')}\nprint $_comps[heddle]`;
    const env = { ...process.env, HOME: folder };
    expect(lines(execFileSync('zsh', ['-fc', program], { cwd: folder, env, encoding: 'utf8' }))).toEqual(['_heddle']);
  });
});

test.each(['bash', 'zsh', 'fish'])('for %s, no command that is not for people is offered', async (shell) => {
  const text = await script(shell);
  for (const name of visible) expect(text).toContain(name);
  expect(text).not.toMatch(/--token|Work on one task/);
});

function lines(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}
