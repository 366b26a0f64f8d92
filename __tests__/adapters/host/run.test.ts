import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CommandMissing, run } from '../../../src/adapters/host/run.ts';
import { Interrupted, TransientError } from '../../../src/domain/errors.ts';
import { stopTime } from '../../fakes/time.ts';
import { until } from '../../fakes/wait.ts';
import { bundle } from './processes/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-run-'));
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const shell = (script: string, timeoutMs: number) => run('sh', ['-c', script], { cwd: folder, timeoutMs });
const pidIn = (name: string) => Number(readFileSync(join(folder, name), 'utf8'));
const isThere = (name: string) => existsSync(join(folder, name));
function isKnown(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
function isAlive(pid: number): boolean {
  // A dead one that nobody has waited for yet is dead.
  return (
    isKnown(pid) && (!existsSync(`/proc/${pid}/stat`) || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
  );
}

test('an exit code is an outcome, a command that is not there an error', async () => {
  expect(await shell('echo out; echo err >&2; exit 3', 10_000)).toEqual({
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  await expect(run('heddle-no-such-command', [], { timeoutMs: 10_000 })).rejects.toThrow(CommandMissing);
});

describe('a command that is there and cannot be started', () => {
  test('in a folder that has gone: it may work later', async () => {
    const gone = run('git', ['status'], { cwd: join(folder, 'gone'), timeoutMs: 10_000 });
    await expect(gone).rejects.toThrow(TransientError);
    await expect(gone).rejects.toThrow(
      /^`git status` could not be started: its folder .*gone is not there any more\.$/,
    );
  });

  test('on a machine that is short of something: it may work later, whoever starts it', async () => {
    const code = `
      import { openSync } from 'node:fs';
      import { createProcesses } from 'SRC/adapters/host/processes/index.ts';
      import { programs } from 'SRC/adapters/host/programs.ts';
      import { run } from 'SRC/adapters/host/run.ts';
      const program = { file: 'true', args: [], cwd: '.', env: {}, stdin: 'text', onLine() {} };
      const worker = { file: 'true', args: [], cwd: '.', env: {}, logFile: ${JSON.stringify(join(folder, 'log'))} };
      const failed = (error) => ({ name: error.name, message: error.message });
      const processes = createProcesses({ repository: 'r' });
      // What is loaded at the first call is loaded now.
      await run('true', [], { timeoutMs: 10_000 });
      try { for (;;) openSync('/dev/null'); } catch {}
      const ran = await run('true', [], { timeoutMs: 10_000 }).catch(failed);
      const started = programs.start(program);
      const ended = await started.ended;
      await started.drain(1_000);
      const worked = await processes.startDetached(worker).catch(failed);
      console.log(JSON.stringify({ ran, ended, worked }));
    `;
    const program = await bundle(folder, 'short', code);
    const shown = execFileSync('sh', ['-c', 'ulimit -n 64; exec "$0" "$1"', process.execPath, program], {
      cwd: folder,
    });
    expect(JSON.parse(shown.toString())).toEqual({
      ran: { name: 'TransientError', message: expect.stringContaining('could not be started: EMFILE') },
      ended: { is: 'not started', why: expect.stringContaining('EMFILE') },
      worked: { name: 'TransientError', message: expect.stringContaining('EMFILE') },
    });
  });
});

test('a command that is told to stop is ended at once, with all that it has started', async () => {
  const stop = new AbortController();
  const script = 'sleep 1000 & echo $! > child.new; mv child.new child; wait';
  const running = run('sh', ['-c', script], { cwd: folder, timeoutMs: 60_000, stop: stop.signal });
  await until('its child', () => existsSync(join(folder, 'child')));
  stop.abort();
  await expect(running).rejects.toThrow(Interrupted);
  await until('its child is gone', () => !isAlive(pidIn('child')));
});

describe('a command that runs into its deadline', () => {
  test('is ended with all that it has started, also what does not listen', async () => {
    const child = '(trap "" TERM; : > deaf; exec sleep 1000) & echo $! > child';
    const pass = stopTime();
    const refused = expect(shell(`${child}; trap "exit 0" TERM; : > listens; wait`, 300)).rejects.toThrow(
      'did not end within 0.3 s',
    );
    await pass(300, () => isThere('deaf') && isThere('listens'));
    // At once: the patience with the command itself is never over, as time stands still again.
    await refused;
    await until('its child is gone', () => !isAlive(pidIn('child')));
  });

  test('gets no signal any more once it has ended: its number may be somebody else’s by then', async () => {
    const pass = stopTime();
    const refused = expect(shell(': > begun; exec sleep 1000', 60_000)).rejects.toThrow('did not end');
    await pass(60_000, () => isThere('begun'));
    await refused;
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that has left something which holds its output is not waited for', async () => {
    const script =
      'echo $$ > command; setsid sh -c "echo \\$\\$ > daemon; exec sleep 1000" & while ! test -s daemon; do :; done';
    const pass = stopTime();
    const refused = expect(shell(script, 1_000)).rejects.toThrow('did not end within 1 s');
    await pass(1_000, () => isThere('daemon') && !isKnown(pidIn('command')));
    await refused;
    // It is in no group of the command's, so its end is up to whoever knows it by its tag.
    process.kill(pidIn('daemon'), 'SIGKILL');
  });
});
