import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { missingPackages } from '../../scripts/packages.mjs';

const SCRIPT = new URL('../../scripts/packages.mjs', import.meta.url).href;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-packages-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, packages: Record<string, object>) =>
  writeFileSync(join(root, file), JSON.stringify({ packages }));
const a = { version: '1.0.0', integrity: 'sha512-a' };
const forAnotherPlatform = { version: '2.0.0', integrity: 'sha512-b', optional: true };

test('what is installed as locked is not installed again', () => {
  write('package-lock.json', { '': {}, 'node_modules/a': a, 'node_modules/b': forAnotherPlatform });
  write('node_modules/.package-lock.json', { 'node_modules/a': a });
  expect(missingPackages(root)).toEqual([]);
});

test('a package of another version than the locked one is missing', () => {
  write('package-lock.json', { 'node_modules/a': a });
  write('node_modules/.package-lock.json', { 'node_modules/a': { ...a, version: '0.9.0' } });
  expect(missingPackages(root)).toEqual(['node_modules/a']);
});

test('after an installation that was killed, all is missing', () => {
  write('package-lock.json', { 'node_modules/a': a });
  expect(missingPackages(root)).toEqual(['node_modules/a']);
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{"packages":{"node_mod');
  expect(missingPackages(root)).toEqual(['node_modules/a']);
});

test('after an installation that was to omit the optional packages, those for this platform are missing', () => {
  const here = { ...forAnotherPlatform, os: process.platform, cpu: [process.arch] };
  const elsewhere = { ...forAnotherPlatform, os: ['aix'], cpu: ['ppc64'] };
  write('package-lock.json', {
    'node_modules/a': a,
    'node_modules/here': here,
    // Of one C library there is never more than one installed.
    'node_modules/here-musl': here,
    'node_modules/elsewhere': elsewhere,
  });
  write('node_modules/.package-lock.json', { 'node_modules/a': a });
  expect(missingPackages(root)).toEqual(['node_modules/here', 'node_modules/here-musl']);
  write('node_modules/.package-lock.json', { 'node_modules/a': a, 'node_modules/here': here });
  expect(missingPackages(root)).toEqual([]);
});

test.each([{ NODE_ENV: 'production' }, { npm_config_omit: 'dev' }, { npm_config_omit: 'optional' }])(
  'development and optional packages are installed also where npm is told %j',
  (settings) => {
    const packages: Record<string, object> = {};
    for (const name of ['dev', 'optional']) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
      packages[name] = { version: '1.0.0', [name]: true };
      packages[`node_modules/${name}`] = { resolved: name, link: true };
    }
    const own = {
      name: 'own',
      version: '1.0.0',
      devDependencies: { dev: 'file:dev' },
      optionalDependencies: { optional: 'file:optional' },
    };
    writeFileSync(join(root, 'package.json'), JSON.stringify(own));
    const lock = { ...own, lockfileVersion: 3, packages: { '': own, ...packages } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
    const { NODE_ENV: _, ...env } = process.env;
    const program = `import { installPackages } from ${JSON.stringify(SCRIPT)};
      process.exit((await installPackages(${JSON.stringify(root)}, () => undefined)) ? 0 : 1);`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...env, ...settings },
      stdio: 'pipe',
    });
    expect(readdirSync(join(root, 'node_modules'))).toEqual(expect.arrayContaining(['dev', 'optional']));
  },
);
