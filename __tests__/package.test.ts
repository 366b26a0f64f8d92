import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('with Heddle npm installs Beads, which may be left out, and nothing else', () => {
  expect(manifest.optionalDependencies).toEqual({ '@beads/bd': '1.3.0' });
  for (const kind of ['dependencies', 'peerDependencies', 'bundleDependencies']) expect(manifest[kind]).toBeUndefined();
});

test('what the bundles are made of is declared all the same', () => {
  const named = ['@actions/core', '@actions/github', '@octokit/rest', '@octokit/webhooks', 'execa', 'jest'];
  expect(Object.keys(manifest.devDependencies)).toEqual(expect.arrayContaining(named));
});

test('every link in a page of the package leads to something in the package', () => {
  const options = ['--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', ...options], { cwd: root, encoding: 'utf8' }));
  const packed: readonly string[] = files.map(({ path }: { path: string }) => path);
  const pages = packed.filter((path) => path.endsWith('.md'));
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/usage.md']));
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[\s\S]*?```|`[^`]*`/g, '');
    return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, to = '']) => ({ to, path: posix.join(posix.dirname(page), to) }))
      .filter(({ path }) => !packed.some((one) => one === path || one.startsWith(`${path.replace(/\/$/, '')}/`)))
      .map(({ to }) => `${page}: ${to}`);
  });
  expect(dead).toEqual([]);
});
