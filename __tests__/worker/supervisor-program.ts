/** A worker as a process of its own, for tests that stop it, kill it or wake it: real in all but Beads and GitHub. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitCommand } from '../../src/adapters/git/command.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../../src/adapters/git/place.ts';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { files } from '../../src/adapters/host/files.ts';
import { socketLocks } from '../../src/adapters/host/locks.ts';
import { createProcesses } from '../../src/adapters/host/processes/index.ts';
import { programs } from '../../src/adapters/host/programs.ts';
import { readSettings } from '../../src/config/settings.ts';
import type { WorkerStart } from '../../src/worker/job.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { FileBeads } from '../fakes/file-beads.ts';
import { FakePullRequests } from '../fakes/pull-requests.ts';
import { FakeReviews } from '../fakes/reviews.ts';

export type Orders = {
  checkout: string;
  remote: string;
  beads: string;
  config: string;
  start: WorkerStart;
  /** Where it writes how it ended, and the pull requests that it opened. */
  end: string;
};

export async function main(orders: Orders): Promise<void> {
  const found = await findMainWorktree(createGitCommand(process.env, undefined), orders.checkout);
  const command = createGitCommand(process.env, undefined, { commonDir: found.commonDir });
  const place = await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' });
  const git = createGit(command, place, socketLocks());
  const pullRequests = new FakePullRequests(orders.remote);
  const reviews = new FakeReviews();
  const deps = {
    beads: new FileBeads(orders.beads),
    git,
    pullRequests,
    reviews,
    reviewed: reviews,
    processes: createProcesses({ repository: git.repositoryKey }),
    locks: socketLocks(),
    clock: systemClock,
    programs,
    files,
    settings: readSettings(orders.config),
    base: 'main',
    environment: process.env,
    secrets: [],
    stop: new AbortController().signal,
  };
  const end = await runWorker(deps, orders.start);
  // Whole or not at all: somebody waits for it.
  writeFileSync(`${orders.end}.new`, JSON.stringify({ ...end, opened: pullRequests.all.length }));
  renameSync(`${orders.end}.new`, orders.end);
}

/** Bundles this file, since a process of its own cannot read TypeScript; gives the folder to remove afterwards. */
export function bundle(root: string): { folder: string; program: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-supervisor-')));
  const program = join(folder, 'supervisor.mjs');
  const entry = join(folder, 'entry.ts');
  const from = JSON.stringify(join(root, '__tests__/worker/supervisor-program.ts'));
  writeFileSync(entry, `import { main } from ${from};\nawait main(JSON.parse(process.argv[2]));\n`);
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  execFileSync(join(root, 'node_modules/.bin/esbuild'), [
    entry,
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--target=node20',
    '--log-level=error',
    `--banner:js=${banner}`,
    `--outfile=${program}`,
  ]);
  return { folder, program };
}

export function unbundle({ folder }: { folder: string }): void {
  rmSync(folder, { recursive: true, force: true });
}
