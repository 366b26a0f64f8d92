/** What a program prints of its version, or undefined if there is no such program, or none that works. */
import { CommandMissing, run } from './run.ts';

const VERSION_TIMEOUT_MS = 10_000;

export async function versionOf(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    const result = await run(file, ['--version'], { env, timeoutMs: VERSION_TIMEOUT_MS });
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof CommandMissing) return undefined;
    throw error;
  }
}
