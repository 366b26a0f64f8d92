/** What can be asked of one bare repository. */
import type { GitCommand } from './git-command.ts';
import {
  type Commit,
  type FileChange,
  parseChanges,
  parseCommit,
  parseTreeEntry,
  type TreeEntry,
} from './git-objects.ts';
import type { Once } from './once.ts';

export function refReaders({ run, text }: GitCommand, once: Once) {
  /** Object id of what an expression names, or null. */
  function resolve(expression: string): Promise<string | null> {
    const [start = ''] = expression.split(/[:^]/);
    return once(`resolve ${expression}`, [start], async () => {
      const ran = await run(['rev-parse', '--verify', '--quiet', '--end-of-options', expression]);
      return ran.code === 0 ? ran.stdout.toString().trim() : null;
    });
  }

  return {
    resolve,

    /** The commit at the tip of a branch, or null. */
    branch: (name: string): Promise<string | null> => resolve(`refs/heads/${name}^{commit}`),

    async branches(): Promise<{ name: string; oid: string }[]> {
      const rows = await text(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads/']);
      return lines(rows).map((row) => ({ oid: row.slice(0, 40), name: row.slice(41) }));
    },

    async matchingRefs(prefix: string): Promise<{ ref: string; oid: string }[]> {
      const rows = await text(['for-each-ref', '--format=%(objectname) %(refname)']);
      const refs = lines(rows).map((row) => ({ oid: row.slice(0, 40), ref: row.slice(41) }));
      return refs.filter(({ ref }) => ref.startsWith(prefix));
    },
  };
}

export function objectReaders({ run, must }: GitCommand, once: Once) {
  const commits = new Map<string, Commit>();
  return {
    async commit(oid: string): Promise<Commit> {
      const known = commits.get(oid);
      if (known !== undefined) return known;
      const parsed = parseCommit(oid, (await must(['cat-file', 'commit', oid])).toString());
      commits.set(oid, parsed);
      return parsed;
    },

    type: (oid: string): Promise<string | null> =>
      once('type', [oid], async () => {
        const ran = await run(['cat-file', '-t', oid]);
        return ran.code === 0 ? ran.stdout.toString().trim() : null;
      }),

    read: (type: 'blob' | 'tree' | 'tag', oid: string): Promise<Buffer> =>
      once(type, [oid], () => must(['cat-file', type, oid])),

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
  };
}

export function historyReaders({ run, must, text }: GitCommand, once: Once) {
  return {
    list: async (range: readonly string[]): Promise<string[]> => lines(await text(['rev-list', ...range, '--'])),

    isAncestor: (ancestor: string, descendant: string): Promise<boolean> =>
      once('is ancestor', [ancestor, descendant], async () => {
        const ran = await run(['merge-base', '--is-ancestor', ancestor, descendant]);
        if (ran.code > 1) throw new Error(`git merge-base ${ancestor} ${descendant}: ${ran.stderr}`);
        return ran.code === 0;
      }),

    mergeBase: (one: string, other: string): Promise<string | null> =>
      once('merge base', [one, other], async () => {
        const ran = await run(['merge-base', one, other]);
        if (ran.code > 1) throw new Error(`git merge-base ${one} ${other}: ${ran.stderr}`);
        return ran.code === 0 ? ran.stdout.toString().trim() : null;
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
      const whole = (await must(['diff-tree', '-p', '-M', base, head, '--', file])).toString();
      const hunk = whole.indexOf('\n@@');
      return hunk < 0 ? '' : whole.slice(hunk + 1).trimEnd();
    },
  };
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean);
