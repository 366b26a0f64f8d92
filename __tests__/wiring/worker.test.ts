import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundle } from '../adapters/host/processes/program.ts';
import { until } from '../fakes/wait.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a worker goes by the configuration of its spawner, also when heddle.yml was changed or broken since', async () => {
  const seen = join(folder, 'seen');
  const code = `
    import { renameSync, writeFileSync } from 'node:fs';
    import { handedConfig, workerStarter } from 'SRC/wiring/worker.ts';
    import { openCheckout } from 'SRC/wiring/checkout.ts';
    if (process.argv[2] === 'worker') {
      const { settings } = await openCheckout(process.cwd(), process.env, { configText: handedConfig(process.env) });
      writeFileSync('half', JSON.stringify(settings));
      renameSync('half', ${JSON.stringify(seen)});
    } else {
      writeFileSync('heddle.yml', 'verify: "npm test # ü"\\nlimits: { attempts: 7 }\\n# a zero byte: \\0\\n');
      const checkout = await openCheckout(process.cwd(), process.env);
      writeFileSync('heddle.yml', 'limits: {{');
      const start = workerStarter(checkout, { token: 'none' }, 'claude');
      await start({ task: 'bd-e.1', round: 1, token: 'heddle-host-abcdef1' });
      console.log(JSON.stringify(checkout.settings));
    }
  `;
  const program = await bundle(folder, 'starter', code);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const env = { PATH: process.env['PATH'], HOME: folder };
  const spawners = execFileSync(process.execPath, [program], { cwd: folder, env }).toString();
  await until('the worker has read its configuration', () => existsSync(seen));
  expect(JSON.parse(spawners)).toMatchObject({ verify: 'npm test # ü', limits: { attempts: 7 } });
  expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(JSON.parse(spawners));
});

test('a worker whose checkout has lost its .git takes no repository above it for its own', async () => {
  const [checkout, seen] = [join(folder, 'repo'), join(folder, 'seen')];
  const code = `
    import { renameSync, rmSync, writeFileSync } from 'node:fs';
    import { workerStarter } from 'SRC/wiring/worker.ts';
    import { openCheckout } from 'SRC/wiring/checkout.ts';
    if (process.argv[2] === 'worker') {
      const end = await openCheckout(process.cwd(), process.env).then(({ place }) => place.mainWorktree, String);
      writeFileSync('half', end);
      renameSync('half', ${JSON.stringify(seen)});
    } else {
      const start = workerStarter(await openCheckout(process.cwd(), process.env), { token: 'none' }, 'claude');
      rmSync('.git', { recursive: true });
      await start({ task: 'bd-e.1', round: 1, token: 'heddle-host-abcdef1' });
    }
  `;
  const program = await bundle(folder, 'starter', code);
  for (const at of [folder, checkout]) execFileSync('git', ['init', '--quiet', '--initial-branch=main', at]);
  execFileSync(process.execPath, [program], { cwd: checkout, env: { PATH: process.env['PATH'], HOME: folder } });
  await until('the worker has looked', () => existsSync(seen));
  expect(readFileSync(seen, 'utf8')).toContain('is not in a git repository');
});
