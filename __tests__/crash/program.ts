/** One start of `heddle`, until its end. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { ShimFolder } from './shims.ts';

export type Ended = { exitCode: number | undefined; signal: string | undefined; output: string };

/** A spawner that has not come to its end by then never will: the thread takes some 15 s on an idle machine. */
export const RUN_TIMEOUT_MS = 300_000;

/** Aborted when the sweep is cut off: it ends the spawner, so that nothing is started any more. */
export const interrupted = new AbortController();

export async function start(
  program: string,
  args: readonly string[],
  at: { checkout: string; env: Record<string, string>; shims: ShimFolder },
  role: 'spawner' | undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: at.checkout,
    env: at.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(role === undefined ? {} : { signal: interrupted.signal }),
  });
  child.on('error', (error) => (output += `${error.message}\n`));
  let output = '';
  if (role !== undefined) await writeFile(at.shims.spawnerPid, String(child.pid));
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGTERM');
  }, RUN_TIMEOUT_MS);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...ended) => resolve(ended)),
  );
  clearTimeout(timer);
  const limit = late ? `no end within ${RUN_TIMEOUT_MS / 1000} s` : undefined;
  return { exitCode: late ? undefined : (code ?? undefined), signal: limit ?? signal ?? undefined, output };
}
