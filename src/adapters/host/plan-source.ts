import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { IMPORT_LIMITS, type TextFile } from '../../import/epic.ts';
import type { ReadSource } from '../../import/run.ts';

/** Folders below the one that was given: `.plan/done/001-x.md` is as deep as it goes. */
const DEPTH = 3;

/** Reads a Markdown file, or all Markdown files of a folder, for `heddle import`. Paths stay as the user spelled them. */
export const readPlanSource: ReadSource = async (given) => {
  try {
    const found = await stat(given);
    if (!found.isDirectory()) {
      const file = await readTextFile(given);
      return 'why' in file ? { kind: 'unreadable', why: file.why } : { kind: 'file', ...file };
    }
    const paths = await markdownFiles(given, DEPTH);
    if (paths.length > IMPORT_LIMITS.files) {
      return { kind: 'unreadable', why: `it holds more than ${IMPORT_LIMITS.files} Markdown files` };
    }
    const files: TextFile[] = [];
    for (const each of paths) {
      const file = await readTextFile(each);
      if ('why' in file) return { kind: 'unreadable', why: `${each}: ${file.why}` };
      files.push(file);
    }
    return {
      kind: 'folder',
      path: path.normalize(given).replace(/(?<=.)[/\\]+$/, ''),
      name: nameOf(await realpath(given)),
      files,
    };
  } catch (error) {
    return { kind: 'unreadable', why: reason(error) };
  }
};

async function readTextFile(file: string): Promise<TextFile | { why: string }> {
  const { size } = await stat(file);
  if (size > IMPORT_LIMITS.fileBytes) return { why: `it is larger than ${IMPORT_LIMITS.fileBytes / 1024 / 1024} MB` };
  return { path: file, text: await readFile(file, 'utf8') };
}

async function markdownFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = path.join(folder, entry.name);
    if (entry.isDirectory() && depth > 1 && !entry.name.startsWith('.') && entry.name !== 'node_modules') {
      found.push(...(await markdownFiles(below, depth - 1)));
    } else if (entry.isFile() && /\.(md|markdown)$/i.test(entry.name)) found.push(below);
  }
  return found;
}

/** `.plan` says nothing, so the folder around it gives the name. */
function nameOf(folder: string): string {
  const name = path.basename(folder);
  return name.startsWith('.') ? path.basename(path.dirname(folder)) : name;
}

function reason(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return 'message' in error ? String(error.message) : String(error);
}
