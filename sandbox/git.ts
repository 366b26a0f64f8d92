/** Plumbing on one bare repository. Everything here is real git; nothing knows of pull requests. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type Commit,
  type FileChange,
  parseChanges,
  parseCommit,
  parseTreeEntry,
  type TreeEntry,
} from './git-objects.ts';
import { ZERO_OID } from './oid.ts';
import { createOnce } from './once.ts';

export type { Commit, FileChange, Signature, TreeEntry } from './git-objects.ts';
export { ZERO_OID } from './oid.ts';

export type RefMove = { ref: string; before: string; after: string };

export type TreeEdit = { path: string; mode: string; oid: string | null };

export type Git = ReturnType<typeof openGit>;

type Ran = { code: number; stdout: Buffer; stderr: string };

/** Nothing of the machine's own configuration or identity gets in. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

function run(dir: string, args: readonly string[], input?: string | Buffer, env: Record<string, string> = {}) {
  return new Promise<Ran>((resolve, reject) => {
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
}

/** Makes a bare repository whose HEAD names the default branch. */
export async function initBare(dir: string, defaultBranch: string): Promise<Git> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(dir, { recursive: true });
  const made = await run(dir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.']);
  if (made.code !== 0) throw new Error(`git init: ${made.stderr}`);
  return openGit(dir);
}

function openGit(dir: string) {
  const commits = new Map<string, Commit>();
  const once = createOnce();

  async function must(args: readonly string[], input?: string | Buffer, env?: Record<string, string>): Promise<Buffer> {
    const ran = await run(dir, args, input, env);
    if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: exit ${ran.code}: ${ran.stderr}`);
    return ran.stdout;
  }

  async function line(args: readonly string[], input?: string | Buffer, env?: Record<string, string>): Promise<string> {
    return (await must(args, input, env)).toString().trim();
  }

  /** Object id of what an expression names, or null. */
  function resolve(expression: string): Promise<string | null> {
    const [start = ''] = expression.split(/[:^]/);
    return once(`resolve ${expression}`, [start], async () => {
      const ran = await run(dir, ['rev-parse', '--verify', '--quiet', '--end-of-options', expression]);
      return ran.code === 0 ? ran.stdout.toString().trim() : null;
    });
  }

  async function commit(oid: string): Promise<Commit> {
    const known = commits.get(oid);
    if (known !== undefined) return known;
    const parsed = parseCommit(oid, (await must(['cat-file', 'commit', oid])).toString());
    commits.set(oid, parsed);
    return parsed;
  }

  /** All or none; false when a ref was not at `before` any more. */
  async function updateRefs(moves: readonly RefMove[]): Promise<boolean> {
    const lines = moves.map(({ ref, before, after }) =>
      after === ZERO_OID ? `delete ${ref} ${before}` : `update ${ref} ${after} ${before}`,
    );
    const ran = await run(dir, ['update-ref', '--stdin'], `start\n${lines.join('\n')}\ncommit\n`);
    return ran.code === 0;
  }

  async function list(range: readonly string[]): Promise<string[]> {
    const text = await line(['rev-list', ...range, '--']);
    return text === '' ? [] : text.split('\n');
  }

  return {
    dir,
    run: (args: readonly string[], input?: string | Buffer) => run(dir, args, input),
    resolve,
    commit,
    list,
    updateRefs,

    /** The commit at the tip of a branch, or null. */
    branch: (name: string): Promise<string | null> => resolve(`refs/heads/${name}^{commit}`),

    type: (oid: string): Promise<string | null> =>
      once('type', [oid], async () => {
        const ran = await run(dir, ['cat-file', '-t', oid]);
        return ran.code === 0 ? ran.stdout.toString().trim() : null;
      }),

    read: (type: 'blob' | 'tree' | 'tag', oid: string): Promise<Buffer> =>
      once(type, [oid], () => must(['cat-file', type, oid])),

    isAncestor: (ancestor: string, descendant: string): Promise<boolean> =>
      once('is ancestor', [ancestor, descendant], async () => {
        const ran = await run(dir, ['merge-base', '--is-ancestor', ancestor, descendant]);
        if (ran.code > 1) throw new Error(`git merge-base ${ancestor} ${descendant}: ${ran.stderr}`);
        return ran.code === 0;
      }),

    mergeBase: (one: string, other: string): Promise<string | null> =>
      once('merge base', [one, other], async () => {
        const ran = await run(dir, ['merge-base', one, other]);
        if (ran.code > 1) throw new Error(`git merge-base ${one} ${other}: ${ran.stderr}`);
        return ran.code === 0 ? ran.stdout.toString().trim() : null;
      }),

    /**
     * The tree of the merge, or null on a conflict.
     * Exit 1 also means a missing ref, so only an object id on stdout counts as an answer.
     */
    async mergeTree(ours: string, theirs: string): Promise<string | null> {
      const ran = await run(dir, ['merge-tree', '--write-tree', '--name-only', '--no-messages', ours, theirs]);
      const first = ran.stdout.toString().split('\n')[0] ?? '';
      if (!/^[0-9a-f]{40}$/.test(first)) throw new Error(`git merge-tree ${ours} ${theirs}: ${ran.stderr}`);
      return ran.code === 0 ? first : null;
    },

    commitTree(draft: Omit<Commit, 'oid'>): Promise<string> {
      const parents = draft.parents.flatMap((parent) => ['-p', parent]);
      return line(['commit-tree', draft.tree, ...parents, '-F', '-'], draft.message, {
        GIT_AUTHOR_NAME: draft.author.name,
        GIT_AUTHOR_EMAIL: draft.author.email,
        GIT_AUTHOR_DATE: draft.author.date,
        GIT_COMMITTER_NAME: draft.committer.name,
        GIT_COMMITTER_EMAIL: draft.committer.email,
        GIT_COMMITTER_DATE: draft.committer.date,
      });
    },

    writeBlob: (content: Buffer): Promise<string> => line(['hash-object', '-w', '--stdin'], content),

    /** A tree that differs from `base` (null: empty) by some entries; an oid of null removes the path. */
    async editTree(base: string | null, edits: readonly TreeEdit[]): Promise<string> {
      const index = path.join(dir, `sandbox-index-${randomUUID()}`);
      const env = { GIT_INDEX_FILE: index };
      try {
        if (base !== null) await must(['read-tree', base], undefined, env);
        const trees = edits.filter((edit) => edit.oid !== null && edit.mode === '040000');
        for (const edit of trees) await must(['read-tree', `--prefix=${edit.path}/`, edit.oid ?? ''], undefined, env);
        const records = edits
          .filter((edit) => !trees.includes(edit))
          .map(({ path: file, mode, oid }) =>
            oid === null ? `0 ${ZERO_OID}\t${file}\0` : `${mode} ${oid}\t${file}\0`,
          );
        await must(['update-index', '-z', '--index-info'], records.join(''), env);
        return await line(['write-tree'], undefined, env);
      } finally {
        await rm(index, { force: true });
      }
    },

    tree: (oid: string, recursive: boolean): Promise<TreeEntry[]> =>
      once(recursive ? 'whole tree' : 'tree entries', [oid], async () => {
        const out = await must(['ls-tree', '-z', '--long', ...(recursive ? ['-r', '-t'] : []), oid]);
        return out.toString().split('\0').filter(Boolean).map(parseTreeEntry);
      }),

    /** The entry of a path in a commit or tree, or null. */
    entry: (oid: string, file: string): Promise<TreeEntry | null> =>
      once(`entry ${JSON.stringify(file)}`, [oid], async () => {
        const out = await must(['--literal-pathspecs', 'ls-tree', '-z', '--long', oid, '--', file.replace(/\/+$/, '')]);
        const [row] = out.toString().split('\0');
        return row === undefined || row === '' ? null : parseTreeEntry(row);
      }),

    /** What `head` changes against the commit `base`, renames found as GitHub finds them. */
    changes: (base: string, head: string): Promise<FileChange[]> =>
      once('changes', [base, head], async () => {
        const options = ['diff-tree', '-r', '-z', '-M', '--no-commit-id'];
        const [raw, counts] = await Promise.all([
          must([...options, '--raw', '--no-abbrev', base, head]),
          must([...options, '--numstat', base, head]),
        ]);
        return parseChanges(raw.toString(), counts.toString());
      }),

    async patch(base: string, head: string, file: string): Promise<string> {
      const text = (await must(['diff-tree', '-p', '-M', base, head, '--', file])).toString();
      const hunk = text.indexOf('\n@@');
      return hunk < 0 ? '' : text.slice(hunk + 1).trimEnd();
    },

    async branches(): Promise<{ name: string; oid: string }[]> {
      const text = await line(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads/']);
      return text === '' ? [] : text.split('\n').map((row) => ({ oid: row.slice(0, 40), name: row.slice(41) }));
    },

    async matchingRefs(prefix: string): Promise<{ ref: string; oid: string }[]> {
      const text = await line(['for-each-ref', '--format=%(objectname) %(refname)']);
      const rows = text.split('\n').filter(Boolean);
      return rows
        .map((row) => ({ oid: row.slice(0, 40), ref: row.slice(41) }))
        .filter(({ ref }) => ref.startsWith(prefix));
    },

    /** Copies a ref and its history from another bare repository, whatever stood there before. */
    async fetchFrom(other: string, from: string, to: string): Promise<void> {
      await must(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', other, `+${from}:${to}`]);
    },
  };
}
