import type { Branch, Sha } from '../../src/domain/ids.ts';
import type { Worktree } from '../../src/ports/git.ts';
import type { TaggedProcess } from '../../src/ports/processes.ts';
import type { Readers } from '../../src/spawner/observe.ts';
import type { PullRequest } from '../../src/spawner/view.ts';
import { FakeBeads } from '../fakes/beads.ts';
import { FakeReviews } from '../fakes/reviews.ts';
import { BASE, epic, HEAD, NOW, OTHER, pullRequest, task } from './view-builder.ts';

/** Readers on a world in memory; `looks` is what they did, in order. */
export function readers(
  parts: {
    issues?: ReturnType<typeof task>[];
    worktrees?: Worktree[];
    remote?: Record<string, Sha>;
    file?: string;
    contained?: Sha[];
    requests?: PullRequest[];
    tagged?: TaggedProcess[];
    visitors?: number[];
  } = {},
) {
  const {
    issues = [epic(), task()],
    worktrees = [],
    remote = { main: BASE, beads: OTHER },
    file,
    contained = [],
    requests = [pullRequest()],
    tagged = [],
    visitors = [41],
  } = parts;
  const looks: string[] = [];
  const beads = new FakeBeads(...issues);
  const looking = <T>(what: string, value: T) => {
    looks.push(what);
    return Promise.resolve(value);
  };
  const git = {
    repairConfig: async () => [],
    mainWorktree: '/repo',
    repositoryKey: 'key',
    worktreeRoot: '/worktrees',
    fetch: (branches: readonly string[]) => looking(`fetch ${branches.join(' ')}`, undefined),
    remoteBranch: async (name: string) => remote[name],
    remoteTaskBranches: async () =>
      new Map(Object.entries(remote).filter(([name]) => name.startsWith('heddle/'))) as Map<Branch, Sha>,
    localTaskBranches: async () => new Map<Branch, Sha>(),
    worktrees: async () => worktrees,
    worktreeState: (path: string) => looking(`status ${path}`, { head: HEAD, changes: [] }),
    isAncestor: async (older: Sha) => contained.includes(older),
    fileAt: (commit: Sha, path: string) => looking(`file ${path} at ${commit.slice(0, 3)}`, file),
    room: async () => ({ freeMb: 5000, worktrees: worktrees.length }),
  };
  const seen = {
    beads: { ...beads, snapshot: () => looking('beads', undefined).then(() => beads.snapshot()) },
    git,
    pullRequests: {
      defaultBranch: async () => 'main',
      pullRequestsOf: (branches: readonly Branch[]) =>
        looking(`pull requests of ${[...branches].sort().join(' ')}`, requests),
    },
    processes: {
      tagged: async () => tagged,
      inside: (folder: string) => looking(`inside ${folder}`, visitors),
      alive: () => false,
      self: () => ({ pid: 1, start: '' }),
      host: () => 'loom',
    },
    reviews: new FakeReviews(),
    clock: { now: () => NOW, sleep: async () => undefined, nonce: () => 'abcdef12' },
  } as unknown as Readers;
  return { looks, seen, git, beads };
}
