import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeClone } from '../demo/clone.ts';
import { setStage } from '../demo/stage.ts';
import { CI_PATH, QUICK_CI } from './stories/story.ts';

const root = join(import.meta.dirname, '..');
const mostBytes = 10_000_000;

let folder = '';
let installed = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-package-')));
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  // With an empty cache and no network, npm can install what is in the tarball and nothing else.
  const env = { ...process.env, npm_config_cache: join(folder, 'npm'), npm_config_offline: 'true' };
  const npm = (...args: string[]) =>
    execFileSync('npm', [...args, '--loglevel=error'], { cwd: root, env, encoding: 'utf8' });
  const tarball = npm('pack', '--ignore-scripts', '--pack-destination', folder).trim();
  npm('install', '--prefix', empty, '--omit=optional', '--no-audit', '--no-fund', join(folder, tarball));
  installed = join(empty, 'node_modules', 'heddle');
  mkdirSync(join(folder, 'bin'));
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  // An agent has to be there, and is never started.
  for (const [name, path] of Object.entries({ node: process.execPath, git, claude: git }))
    symlinkSync(path, join(folder, 'bin', name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** The command as npm has put it there. Of all programs it finds these few, and nowhere a `bd`. */
function heddle(at: string, ...args: string[]): { exitCode: number | null; said: string } {
  // Nobody listens on that port: what looks at GitHub is to do without it.
  const github = { GITHUB_TOKEN: 'none', GITHUB_API_URL: 'http://127.0.0.1:1' };
  const { status, stdout, stderr } = spawnSync(join(installed, '..', '.bin', 'heddle'), args, {
    cwd: at,
    env: { PATH: join(folder, 'bin'), HOME: folder, GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1', ...github },
    encoding: 'utf8',
  });
  return { exitCode: status, said: stdout + stderr };
}

function bytesIn(at: string): number {
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(at, name)))
    .reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0);
}

test('an installation without Beads is one package of less than 10 MB, with one command', () => {
  const modules = join(installed, '..');
  const record = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  expect(Object.keys(record.packages)).toEqual(['node_modules/heddle']);
  expect(readdirSync(join(modules, '.bin'))).toEqual(['heddle']);
  expect(bytesIn(modules)).toBeLessThan(mostBytes);
});

test('the installed command knows its version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(heddle(folder, '--version')).toEqual({ exitCode: 0, said: `${version}\n` });
});

test('without bd, doctor and every command that needs it name what to type', () => {
  const at = join(folder, 'shop');
  execFileSync('git', ['init', '--quiet', at]);
  execFileSync('git', ['-C', at, 'remote', 'add', 'origin', 'https://github.com/you/shop.git']);
  const commands = 'doctor|init|import plan.md|spawn --epic a-1|status|publish --epic a-1|stop|cleanup|recover';
  for (const command of commands.split('|')) {
    const { exitCode, said } = heddle(at, ...command.split(' '));
    expect({ command, exitCode, said }).toEqual({
      command,
      exitCode: 5,
      said: expect.stringContaining('npm i -g @beads/bd@1.3.0'),
    });
  }
});

test('the installed package sets a repository up, and brings an epic from Beads to merged, by its Action', async () => {
  const epic = `# Epic: Tally the expenses

## Task Breakdown

| # | Task | Description | Dependencies |
|---|------|-------------|--------------|
| 001 | Read CSV into records | As its test says | None |
| 002 | Add up amounts | As its test says | 001 |
`;
  const begun = join(folder, 'begun');
  mkdirSync(begun);
  const clone = await makeClone({ heddle: installed, folder: begun, epic });
  const stage = await setStage({
    heddle: installed,
    clone,
    agent: { stepMs: 10 },
    config: { poll_seconds: 1 },
    files: { [CI_PATH]: QUICK_CI },
  });
  try {
    const doctor = await stage.heddle(['doctor']);
    expect(doctor.stdout).toMatch(/ok.*bd.*\d/);
    const spawned = await stage.heddle(['spawn', '--epic', stage.epic]);
    expect({ exitCode: spawned.exitCode, said: spawned.stderr }).toMatchObject({ exitCode: 0 });
    await stage.forge.idle();
    const issues = JSON.parse(await stage.bd('list', '--status', 'all', '--limit', '0', '--json'));
    const states = issues.map(({ id, status }: { id: string; status: string }) => [id, status]).sort();
    expect(states).toEqual([stage.epic, `${stage.epic}.1`, `${stage.epic}.2`].map((id) => [id, 'closed']));
    const pulls = [...stage.sandbox.repository.pulls.values()];
    expect(pulls.map(({ merge }) => merge?.byLogin)).toEqual(['github-actions[bot]', 'github-actions[bot]']);
  } finally {
    await stage.close(false);
  }
});
