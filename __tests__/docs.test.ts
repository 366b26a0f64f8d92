import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { generated, withBlocks } from '../scripts/generated.ts';
import { exitTable, keysTable } from '../scripts/usage-tables.ts';
import { nameAndAlias } from '../src/commands/command.ts';
import { commands } from '../src/commands/index.ts';
import { EXIT } from '../src/domain/errors.ts';
import { OUTCOMES } from '../src/worker/outcome.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
});
/** What `bd` writes is not ours. */
const pages = listed
  .toString()
  .split('\0')
  .filter((file) => file !== '' && !file.startsWith('.beads/') && existsSync(path.join(root, file)));
const usage = read('docs/usage.md');

const tables = generated(commands).filter(({ path: at }) => at.endsWith('.md'));
test.each(tables.map((file) => [file.path, file] as const))(
  'what stands in %s of the commands, keys, exit codes and waits is what the sources have: else, npm run docs',
  (path, file) => {
    expect(withBlocks(read(path), file)).toBe(read(path));
  },
);

test('docs/usage.md has every key of heddle.yml with its default, and every exit code', () => {
  expect(keysTable()).toContain('| `limits.attempts` | number | `3` |');
  for (const { code, means } of Object.values(EXIT)) expect(exitTable()).toContain(`| ${code} | ${means} |`);
});

test('every way in which a worker can leave a task to a person is in docs/usage.md', () => {
  // What goes on by itself, or says what to do in its own words.
  const others = ['interrupted', 'usage limit', 'pull request closed', 'refused'];
  const reasons = Object.keys(OUTCOMES).filter((name) => !others.includes(name));
  expect(reasons.filter((name) => !usage.includes(`\`${name}\``))).toEqual([]);
});

test('every command that the docs name is one that the command line has', () => {
  const named = pages.flatMap((file) =>
    [...read(file).matchAll(/(?:^|`|: )(?:heddle|just) ([a-z]+)/gm)].map(([, word]) => word ?? ''),
  );
  const names = commands.flatMap(nameAndAlias);
  const recipes = read('justfile');
  const known = (word: string) => names.includes(word) || new RegExp(`^@?${word}\\b`, 'm').test(recipes);
  expect([...new Set(named)].filter((word) => !known(word))).toEqual([]);
});

test('every file and folder that the docs point to is there', () => {
  const broken = pages.flatMap((file) => {
    const text = read(file).replaceAll(/```[\s\S]*?```/g, '');
    const links = [...text.replaceAll(/`[^`]*`/g, '').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, to]) =>
      path.join(path.dirname(file), to ?? ''),
    );
    const named = [...text.matchAll(/`((?:src|__tests__|scripts|docs|bench|tools)\/[\w./-]+)`/g)].map(
      ([, to]) => to ?? '',
    );
    return [...links, ...named].filter((to) => !existsSync(path.join(root, to))).map((to) => `${file}: ${to}`);
  });
  expect(broken).toEqual([]);
});

test('every heading that the docs point to on their own page is there', () => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const broken = pages.flatMap((file) => {
    const text = read(file);
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading ?? ''));
    return [...text.matchAll(/\]\(#([^)]+)\)/g)]
      .filter(([, to]) => !anchors.includes(to ?? ''))
      .map(([, to]) => `${file}: #${to}`);
  });
  expect(broken).toEqual([]);
});
