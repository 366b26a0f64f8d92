import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Files } from '../../ports/files.ts';
import { errorCode } from './error-code.ts';

const MAX_READ_BYTES = 1024 * 1024;

export const files: Files = {
  read: (path) => unlessMissing(readFile(path, 'utf8')),
  async list(folder) {
    return (await unlessMissing(readdir(folder))) ?? [];
  },
  async readFrom(path, offset) {
    const file = await unlessMissing(open(path, 'r'));
    if (file === undefined) return undefined;
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_READ_BYTES), 0, MAX_READ_BYTES, offset);
      // Up to the end of a line, so that no character is cut in two.
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1 || bytesRead;
      return { text: buffer.toString('utf8', 0, end), next: offset + end };
    } finally {
      await file.close();
    }
  },
  async write(path, text, options = {}) {
    await mkdir(dirname(path), { recursive: true });
    const half = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      await writeFile(half, text, { mode: options.executable ? 0o755 : 0o644 });
      await rename(half, path);
    } finally {
      await rm(half, { force: true });
    }
  },
  openLog(path, maxBytes) {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a');
    let size = fstatSync(file).size;
    let dropped = 0;
    let unwritten = 0;
    return {
      line(text) {
        size += Buffer.byteLength(text) + 1;
        if (size > maxBytes) dropped += 1;
        else if (!append(file, text)) unwritten += 1;
      },
      close() {
        if (dropped > 0) append(file, `(${dropped} more lines were left out: the log is full)`);
        if (unwritten > 0) append(file, `(${unwritten} lines could not be written: is the disk full?)`);
        closeSync(file);
      },
    };
  },
};

/** A log is told what happens; that it cannot be written (a full disk, say) ends nothing of what it tells of. */
function append(file: number, text: string): boolean {
  const line = Buffer.from(`${text}\n`);
  try {
    return writeSync(file, line) === line.length;
  } catch {
    return false;
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined;
    throw cause;
  }
}
