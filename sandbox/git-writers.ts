/** What can be done to one bare repository. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { GitCommand } from './git-command.ts';
import type { Commit } from './git-objects.ts';
import { ZERO_OID } from './oid.ts';

export type RefMove = { ref: string; before: string; after: string };

export type TreeEdit = { path: string; mode: string; oid: string | null };

export function refWriters({ run, must }: GitCommand) {
  return {
    /** All or none; false when a ref was not at `before` any more. */
    async updateRefs(moves: readonly RefMove[]): Promise<boolean> {
      const lines = moves.map(({ ref, before, after }) =>
        after === ZERO_OID ? `delete ${ref} ${before}` : `update ${ref} ${after} ${before}`,
      );
      const ran = await run(['update-ref', '--stdin'], `start\n${lines.join('\n')}\ncommit\n`);
      return ran.code === 0;
    },

    /** Copies a ref and its history from another bare repository, whatever stood there before. */
    async fetchFrom(other: string, from: string, to: string): Promise<void> {
      await must(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', other, `+${from}:${to}`]);
    },
  };
}

export function objectWriters(dir: string, { run, must, text }: GitCommand) {
  return {
    writeBlob: (content: Buffer): Promise<string> => text(['hash-object', '-w', '--stdin'], content),

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
        return await text(['write-tree'], undefined, env);
      } finally {
        await rm(index, { force: true });
      }
    },

    /**
     * The tree of the merge, or null on a conflict.
     * Exit 1 also means a missing ref, so only an object id on stdout counts as an answer.
     */
    async mergeTree(ours: string, theirs: string): Promise<string | null> {
      const ran = await run(['merge-tree', '--write-tree', '--name-only', '--no-messages', ours, theirs]);
      const first = ran.stdout.toString().split('\n')[0] ?? '';
      if (!/^[0-9a-f]{40}$/.test(first)) throw new Error(`git merge-tree ${ours} ${theirs}: ${ran.stderr}`);
      return ran.code === 0 ? first : null;
    },

    commitTree(draft: Omit<Commit, 'oid'>): Promise<string> {
      const parents = draft.parents.flatMap((parent) => ['-p', parent]);
      return text(['commit-tree', draft.tree, ...parents, '-F', '-'], draft.message, {
        GIT_AUTHOR_NAME: draft.author.name,
        GIT_AUTHOR_EMAIL: draft.author.email,
        GIT_AUTHOR_DATE: draft.author.date,
        GIT_COMMITTER_NAME: draft.committer.name,
        GIT_COMMITTER_EMAIL: draft.committer.email,
        GIT_COMMITTER_DATE: draft.committer.date,
      });
    },
  };
}
