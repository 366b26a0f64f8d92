/** What `heddle init` reads and writes in a checkout. */
import { join } from 'node:path';
import { importCommittedLines, initBeads } from '../adapters/bd/set-up.ts';
import { createGitCommand } from '../adapters/git/command.ts';
import { committer, pendingChanges } from '../adapters/git/pending.ts';
import { ownActionReference } from '../adapters/github/own-release.ts';
import { files } from '../adapters/host/files.ts';
import type { InitReaders } from '../init/observe.ts';
import type { InitWriters } from '../init/perform.ts';
import { bdOf, openBeads } from './beads.ts';
import type { Checkout } from './checkout.ts';

/** Throws a UserError (`missing`) without a `bd` that is new enough. */
export function initPorts(checkout: Checkout): { readers: InitReaders; writers: InitWriters } {
  const plain = createGitCommand(checkout.env, undefined);
  const { mainWorktree, main, remote } = checkout.place;
  const bd = bdOf(mainWorktree, checkout.env);
  return {
    readers: {
      mainWorktree,
      remote,
      stateBranch: checkout.settings.stateBranch,
      files,
      git: checkout.git,
      beads: openBeads(checkout),
      pending: () => pendingChanges(plain, main),
      committer: () => committer(plain, main),
      remoteUrl: async () => (await plain.try(main, ['remote', 'get-url', remote])).stdout.trim(),
      ownAction: () => ownActionReference(plain),
    },
    writers: {
      setUpBeads: (prefix) => initBeads(bd, prefix),
      importLines: (lines) => importCommittedLines(bd, lines),
      write: (path, text) => files.write(join(mainWorktree, path), text),
    },
  };
}
