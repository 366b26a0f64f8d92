import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recipesOf } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { initCommand } from '../../src/commands/init.ts';
import { justfileText, recipeFileText } from '../../src/init/recipes.ts';
import { openBeads } from '../../src/wiring/beads.ts';
import { openCheckout } from '../../src/wiring/checkout.ts';
import { just, withJust } from '../just.ts';
import { callIn } from './call.ts';

const ACTION = `weavers/heddle@${'a'.repeat(40)}`;
let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-init-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (at: string, ...args: string[]) => execFileSync('git', args, { cwd: at, encoding: 'utf8' });

function repository(name: string, files: Record<string, string> = {}): string {
  const at = join(folder, name);
  mkdirSync(at);
  git(at, 'init', '-q', '-b', 'main');
  identify(at);
  for (const [path, text] of Object.entries({ 'README.md': '# Shop\n', ...files })) {
    mkdirSync(join(at, path, '..'), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  git(at, 'add', '.');
  git(at, 'commit', '-qm', 'one');
  return at;
}

function identify(at: string): void {
  git(at, 'config', 'user.name', 'A Weaver');
  git(at, 'config', 'user.email', 'weaver@example.com');
}

async function init(at: string, flags: { dryRun?: boolean } = {}): Promise<{ answers: string; told: string }> {
  const { call, answers, told } = callIn(at, process.env);
  await initCommand.run(call, { action: ACTION, ...flags });
  return { answers: answers(), told: told() };
}

test('init sets a repository up; a dry run said the same words; a second run changes nothing; its clone gets its issues', async () => {
  const at = repository('shop', { '.github/workflows/ci.yml': 'name: CI\non: pull_request\njobs: {}\n' });
  const before = git(at, 'status', '--porcelain', '--ignored');
  const dry = await init(at, { dryRun: true });
  expect(git(at, 'status', '--porcelain', '--ignored')).toBe(before);

  const real = await init(at);
  expect(real).toEqual(dry);
  expect(real.answers.split('\n').slice(0, 3)).toEqual([
    'set up Beads: bd init --prefix shop (it commits .beads/ and .gitignore)',
    'write heddle.yml',
    'write .github/workflows/heddle.yml',
  ]);
  expect(readFileSync(join(at, '.github/workflows/heddle.yml'), 'utf8')).toContain(`uses: ${ACTION}`);
  expect(
    git(at, 'show', '--name-only', '--format=', 'HEAD')
      .split('\n')
      .filter((path) => path !== '')
      .sort(),
  ).toEqual(['.beads/.gitignore', '.beads/README.md', '.beads/config.yaml', '.beads/metadata.json', '.gitignore']);

  const tree = git(at, 'status', '--porcelain', '--untracked-files=all');
  const head = git(at, 'rev-parse', 'HEAD');
  const again = await init(at);
  expect(again.answers).toBe('Nothing to do: everything is there.\n');
  expect(again.told).toContain('git add .github/workflows/heddle.yml .heddle/prompt.md heddle.just heddle.yml');
  expect(git(at, 'status', '--porcelain', '--untracked-files=all')).toBe(tree);
  expect(git(at, 'rev-parse', 'HEAD')).toBe(head);

  const beads = openBeads(await openCheckout(at, process.env));
  await beads.importLines(['{"id":"shop-ep","title":"An epic","issue_type":"epic"}']);
  writeFileSync(join(at, '.beads/issues.jsonl'), `${(await beads.exportedLines()).join('\n')}\n`);
  git(at, 'add', '.');
  git(at, 'commit', '-qm', 'two');
  const clone = join(folder, 'clone');
  git(folder, 'clone', '-q', at, clone);
  identify(clone);
  expect((await init(clone)).answers).toBe(
    'set up Beads: bd init --prefix shop (it commits .beads/ and .gitignore)\nimport 1 issue into Beads from .beads/issues.jsonl\n',
  );
  const cloned = openBeads(await openCheckout(clone, process.env));
  expect((await cloned.snapshot()).map(({ id, title }) => [id, title])).toEqual([['shop-ep', 'An epic']]);
  expect(git(clone, 'status', '--porcelain')).toBe('');
});

test('where heddle.yml names a state branch, a clone gets its issues from there, even a clone of the base alone', async () => {
  const at = repository('apart', { 'heddle.yml': 'state_branch: heddle-state\n' });
  const clone = join(folder, 'apart-clone');
  git(folder, 'clone', '-q', '--single-branch', `file://${at}`, clone);
  identify(clone);
  const beadsAlone = 'set up Beads: bd init --prefix apart-clone (it commits .beads/ and .gitignore)\n';
  expect((await init(clone, { dryRun: true })).answers.startsWith(`${beadsAlone}write `)).toBe(true);

  git(at, 'switch', '-qc', 'heddle-state');
  mkdirSync(join(at, '.beads'));
  const lines = ['{"id":"shop-ep","title":"An epic","issue_type":"epic"}', '{"id":"shop-ep.1","title":"A task"}'];
  writeFileSync(join(at, '.beads/issues.jsonl'), `${lines.join('\n')}\n`);
  git(at, 'add', '.');
  git(at, 'commit', '-qm', 'publish');
  git(at, 'switch', '-q', 'main');
  const dry = await init(clone, { dryRun: true });
  const real = await init(clone);
  expect(real.answers).toBe(dry.answers);
  expect(real.answers).toContain(
    'set up Beads: bd init --prefix shop (it commits .beads/ and .gitignore)\n' +
      'import 2 issues into Beads from .beads/issues.jsonl of origin/heddle-state\n',
  );
  const cloned = openBeads(await openCheckout(clone, process.env));
  expect((await cloned.snapshot()).map(({ id }) => id).sort()).toEqual(['shop-ep', 'shop-ep.1']);
  expect(existsSync(join(clone, '.beads/issues.jsonl'))).toBe(false);
});

test('with something in the index, init refuses in one sentence and writes nothing', async () => {
  const at = repository('staged');
  writeFileSync(join(at, 'mine.txt'), 'mine');
  git(at, 'add', 'mine.txt');
  await expect(init(at)).rejects.toMatchObject({ exit: 'repository', message: /mine\.txt/ });
  expect(existsSync(join(at, 'heddle.yml'))).toBe(false);
  expect(existsSync(join(at, '.beads'))).toBe(false);
});

test('outside a repository, or with a broken heddle.yml, init refuses and writes nothing', async () => {
  await expect(init(folder)).rejects.toMatchObject({ exit: 'repository' });
  const at = repository('broken', { 'heddle.yml': 'max_parallel: many\n' });
  await expect(init(at)).rejects.toMatchObject({ exit: 'config' });
  expect(git(at, 'status', '--porcelain')).toBe('');
});

withJust('the recipes that init writes work, imported or as a module beside recipes of the same names', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'heddle'), '#!/bin/sh\nprintf "%s|" heddle "$@"\n', { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
  const call = (justfile: string, ...args: string[]) => {
    writeFileSync(join(folder, 'heddle.just'), recipeFileText(recipesOf(commands, 'heddle.just')));
    writeFileSync(join(folder, 'justfile'), justfile);
    return execFileSync(just, args, { cwd: folder, env, encoding: 'utf8' });
  };
  expect(call(justfileText(), 'spawn', '--epic', "it's $HOME")).toBe("heddle|spawn|--epic|it's $HOME|");
  expect(call(justfileText())).toMatch(/spawn \*args +# Turn/);
  const own = 'mod heddle\n\nsync:\n    @echo mine\n';
  expect(call(own, 'heddle', 'sync')).toBe('heddle|sync|');
  expect(call(own, 'sync')).toBe('mine\n');
});
