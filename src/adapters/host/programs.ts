/** Starts programs and reads what they print, line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Program, ProgramEnd, Programs } from '../../ports/programs.ts';
import { isCommandMissing, whyNotStarted } from './error-code.ts';

/** A line beyond this is cut: an agent's event can carry a whole file. */
const MAX_LINE = 4 * 1024 * 1024;

export const programs: Programs = {
  start(program) {
    let child: ChildProcess;
    try {
      child = spawn(program.file, [...program.args], {
        cwd: program.cwd,
        env: program.env,
        detached: true,
        stdio: [program.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      // Some failures of the system are told by an event, others so.
      return { ended: Promise.resolve(failedStart(error, program.cwd)), drain: async () => undefined };
    }
    const ended = endOf(child, program.cwd);
    // Whoever ends without reading its input has had no need of it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(program.stdin);
    readLines(child, program);
    // Of the output, not of the program: one that no signal ends must not keep its worker waiting for ever.
    const closed = Promise.all(
      [child.stdout, child.stderr].map(
        (stream) => new Promise<void>((resolve) => (stream ? stream.once('close', () => resolve()) : resolve())),
      ),
    );
    return {
      ended,
      async drain(timeoutMs) {
        const timer = setTimeout(() => {
          child.stdout?.destroy();
          child.stderr?.destroy();
          child.unref();
        }, timeoutMs);
        await closed;
        clearTimeout(timer);
      },
    };
  },

  find(file, path) {
    const candidates = file.includes('/') ? [file] : path.split(delimiter).map((folder) => join(folder || '.', file));
    return candidates.find(isExecutable);
  },
};

function endOf(child: ChildProcess, cwd: string): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(failedStart(error, cwd)));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? { is: 'exited', code: code ?? 1 } : { is: 'signalled', signal }),
    );
  });
}

function failedStart(error: unknown, cwd: string): ProgramEnd {
  if (!isCommandMissing(error, cwd)) return { is: 'not started', why: whyNotStarted(error, cwd) };
  return { is: 'missing', why: error instanceof Error ? error.message : String(error) };
}

function readLines(child: ChildProcess, program: Program): void {
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      for (const line of lines) program.onLine(line.slice(0, MAX_LINE).replace(/\r$/, ''));
    });
    stream?.on('error', () => undefined);
    stream?.once('close', () => {
      if (rest !== '') program.onLine(rest);
      rest = '';
    });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
