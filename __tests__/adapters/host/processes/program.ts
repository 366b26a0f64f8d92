/** Real child processes for the tests of processes and locks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../../../src/', import.meta.url));

/** What a test started, and how to be rid of it all. */
export class Nursery {
  readonly folder = mkdtempSync(join(tmpdir(), 'heddle-processes-'));
  readonly #children: ChildProcess[] = [];
  readonly #pids = new Set<number>();

  start(file: string, args: readonly string[], env: Record<string, string>): ChildProcess & { pid: number } {
    const child = spawn(file, [...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.pid === undefined) throw new Error(`${file} did not start`);
    this.#children.push(child);
    return Object.assign(child, { pid: child.pid });
  }

  /** A process that some child started and that has to go as well. */
  adopt(pid: number): void {
    this.#pids.add(pid);
  }

  clear(): void {
    for (const pid of [...this.#children.map((child) => child.pid), ...this.#pids]) {
      try {
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    // Until they are gone, they may write there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The first line that a child prints. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('close', () => reject(new Error(`ended without a line: ${text}`)));
  });
}

/** A node program made of `code`, which may import from `SRC/…`. */
export async function bundle(folder: string, name: string, code: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: code.replaceAll('SRC/', SOURCE), resolveDir: SOURCE, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Packages that are no ES modules ask for node's own.
    banner: { js: "import { createRequire as nodes } from 'node:module'; const require = nodes(import.meta.url);" },
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}
