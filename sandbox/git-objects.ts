/** What git prints, as data. */
import { ZERO_OID } from './oid.ts';

export type Signature = { name: string; email: string; date: string };

export type Commit = {
  oid: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
};

export type TreeEntry = { mode: string; type: string; oid: string; size: number | null; path: string };

export type FileChange = {
  path: string;
  previousPath: string | null;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  oid: string;
  additions: number;
  deletions: number;
};

export function parseCommit(oid: string, text: string): Commit {
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  const header = (name: string): string[] =>
    headers.filter((row) => row.startsWith(`${name} `)).map((row) => row.slice(name.length + 1));
  return {
    oid,
    tree: header('tree')[0] ?? '',
    parents: header('parent'),
    author: parseSignature(header('author')[0] ?? ''),
    committer: parseSignature(header('committer')[0] ?? ''),
    message: text.slice(end + 2).replace(/\n$/, ''),
  };
}

function parseSignature(text: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(text) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z') };
}

export function parseTreeEntry(row: string): TreeEntry {
  const [facts = '', file = ''] = row.split('\t');
  const [mode = '', type = '', oid = '', size = '-'] = facts.split(/ +/);
  return { mode, type, oid, size: size === '-' ? null : Number(size), path: file };
}

const statusByLetter: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

export function parseChanges(raw: string, counts: string): FileChange[] {
  const fields = raw.split('\0');
  const numbers = counts.split('\0');
  const changes: FileChange[] = [];
  let at = 0;
  let number = 0;
  while (at < fields.length - 1) {
    const [, , before = '', after = '', letter = 'M'] = (fields[at++] ?? '').split(' ');
    const moved = letter.startsWith('R') || letter.startsWith('C');
    const first = fields[at++] ?? '';
    const file = moved ? (fields[at++] ?? '') : first;
    const [additions = '0', deletions = '0'] = (numbers[number++] ?? '').split('\t');
    // For a rename, numstat gives the two names as two further fields.
    if (moved) number += 2;
    changes.push({
      path: file,
      previousPath: moved ? first : null,
      status: statusByLetter[letter.charAt(0)] ?? 'changed',
      oid: after === ZERO_OID ? before : after,
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
    });
  }
  return changes;
}
