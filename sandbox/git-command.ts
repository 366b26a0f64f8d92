/** Runs git in one folder. */
import { spawn } from 'node:child_process';

/** Nothing of the machine's own configuration or identity gets in. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

type Ran = { code: number; stdout: Buffer; stderr: string };
type Run<T> = (args: readonly string[], input?: string | Buffer, env?: Record<string, string>) => Promise<T>;

export type GitCommand = {
  /** Whatever its exit code is. */
  run: Run<Ran>;
  /** What it prints; throws when it fails. */
  must: Run<Buffer>;
  /** The same as trimmed text. */
  text: Run<string>;
};

export function gitIn(dir: string): GitCommand {
  const run: Run<Ran> = (args, input, env = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd: dir, env: { ...gitEnvironment, ...env } });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.on('error', reject);
      // A git that ends before it has read its input is judged by its exit code.
      child.stdin.on('error', () => {});
      child.on('close', (code) =>
        resolve({ code: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
      );
      child.stdin.end(input ?? '');
    });
  const must: Run<Buffer> = async (args, ...rest) => {
    const ran = await run(args, ...rest);
    if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: exit ${ran.code}: ${ran.stderr}`);
    return ran.stdout;
  };
  const text: Run<string> = async (...call) => (await must(...call)).toString().trim();
  return { run, must, text };
}
