/** Git as a worker or spawner on one host sees it. */
import { type Branch, branchOf, type Sha, taskOfBranch, worktreeName } from '../../src/domain/ids.ts';
import type { Git, PushOutcome, Worktree } from '../../src/ports/git.ts';
import type { Actor } from './actor.ts';
import { CONFLICT } from './agent.ts';
import type { Folder, Host } from './host.ts';
import { ROOT, type World } from './world.ts';

export function gitPort(world: World, actor: Actor, host: Host): Git {
  const { graph } = world;
  const remember = (sha: Sha): Sha => {
    host.known |= graph.at(sha).mask;
    return sha;
  };
  const knows = (sha: string): boolean => graph.has(sha) && (graph.at(sha).mask & ~host.known) === 0n;
  const seen = (folder: Folder): Worktree => {
    const { path, task, round, branch, missing } = folder;
    return { path, task, round, branch, checkedOut: branch, head: host.headOf(folder), missing, locked: false };
  };
  const taskBranches = (branches: ReadonlyMap<string, Sha>): Map<Branch, Sha> =>
    new Map([...branches].filter((entry): entry is [Branch, Sha] => taskOfBranch(entry[0]) !== undefined));
  const effect = <T>(name: string, run: () => T): Promise<T> => actor.call(`git.${name}`, 'effect', run);
  /** What is uncommitted, and a head that none of the safe commits contains, stays reachable. */
  const rescue = (name: Branch, safe: readonly Sha[], folder?: Folder): string[] => {
    world.refsMoved();
    if (folder !== undefined && !folder.missing) world.commitIn(host, folder);
    const head = host.local.get(name);
    const held = (commit: Sha): boolean => commit === head || (knows(commit) && graph.isAncestor(head ?? '', commit));
    if (head === undefined || safe.some(held) || world.broken === 'rescue') return [];
    host.rescued.add(head);
    world.count('work rescued');
    return [`refs/heddle/rescue/${head}`];
  };
  /** A ref that was read before the other side moved on is only as good as the other side's guard. */
  const pushTo = (name: string, to: Sha | undefined, expected: Sha | undefined): PushOutcome => {
    const there = world.remote.get(name);
    if (there === to) return { is: 'pushed' };
    if (there !== expected && world.broken !== 'lease') return { is: 'rejected' };
    world.rules.pushes(actor, name, there, to);
    world.setRemote(name, to);
    return { is: 'pushed' };
  };

  return {
    mainWorktree: '/clone',
    repositoryKey: 'repo',
    worktreeRoot: ROOT,
    stateFolder: '/state',
    remoteUrl: () => actor.look(() => 'https://github.invalid/o/r'),
    remoteBranch: (name) => actor.look(() => host.tracking.get(name)),
    remoteTaskBranches: () => actor.look(() => taskBranches(host.tracking)),
    localTaskBranches: () => actor.look(() => new Map(host.local)),
    worktrees: () => actor.look(() => host.folders.map(seen)),
    requireWorktree: () => actor.look(() => undefined),
    worktreeState: (path) =>
      actor.call('git.worktreeState', 'read', () => {
        const folder = host.folderAt(path);
        return { head: host.headOf(folder), changes: Object.keys(folder.edits).map((name) => `?? ${name}`) };
      }),
    isAncestor: (older, newer) => actor.look(() => knows(older) && knows(newer) && graph.isAncestor(older, newer)),
    mergeBase: (a, b) => actor.look(() => graph.mergeBase(a, b)),
    fileAt: (commit, path) => actor.look(() => graph.at(commit).tree[path]),
    changedPaths: (from, to) => actor.look(() => graph.changed(from, to)),
    nestedRepositories: () => actor.look(() => []),
    countCommits: (from, to) => actor.look(() => graph.count(from, to)),
    room: () => actor.look(() => ({ freeMb: 100_000, worktrees: host.folders.length })),

    fetch: () =>
      actor.call('git.fetch', 'read', () => {
        host.tracking = new Map(world.remote);
        actor.fetched = world.stateText();
        for (const head of host.tracking.values()) remember(head);
      }),
    repair: () => actor.look(() => []),
    repairConfig: async () => [],
    ensureWorktree: ({ task, round, start }) =>
      effect('ensureWorktree', () => {
        world.rules.touches(actor, host, task);
        const branch = branchOf(task, round);
        const path = `${ROOT}/${worktreeName(task, round)}`;
        const old = host.folders.find((folder) => folder.path === path);
        if (old !== undefined && !old.missing) {
          const [head, there] = [host.headOf(old), host.tracking.get(branch)];
          const behind = there !== undefined && there !== head && knows(there) && graph.isAncestor(head, there);
          if (behind && Object.keys(old.edits).length === 0) {
            host.local.set(branch, there);
            world.count('caught up');
          }
          return seen(old);
        }
        if (!host.local.has(branch)) {
          const from = remember(host.tracking.get(branch) ?? start);
          host.local.set(branch, from);
          world.rules.branches(actor, task, from);
        }
        const made = { path, task, round, branch, edits: {}, missing: false };
        host.folders = [...host.folders.filter((folder) => folder !== old), made];
        return seen(made);
      }),
    removeWorktree: (worktree, safe) =>
      effect('removeWorktree', () => {
        const folder = host.folders.find(({ path }) => path === worktree.path);
        if (folder === undefined) return { is: 'removed', rescued: [] };
        world.rules.removes(host, folder);
        const rescued = rescue(folder.branch, safe, folder);
        host.folders = host.folders.filter((one) => one !== folder);
        host.local.delete(folder.branch);
        return { is: 'removed', rescued };
      }),
    deleteLocalBranch: (name, expected, safe) =>
      effect('deleteLocalBranch', () => {
        if (host.local.get(name) !== expected) return { is: 'removed', rescued: [] };
        if (host.folders.some(({ branch }) => branch === name)) throw new Error(`${name} is checked out`);
        const rescued = rescue(name, safe);
        host.local.delete(name);
        return { is: 'removed', rescued };
      }),
    rescues: () => actor.look(() => []),
    restoreRescue: () => Promise.reject(new Error('nobody restores here')),
    deleteRemoteBranch: (name, expected) =>
      effect('deleteRemoteBranch', () =>
        world.remote.has(name) ? pushTo(name, undefined, expected) : { is: 'pushed' as const },
      ),
    conflictsLeft: (from, to) =>
      actor.look(() => graph.changed(from, to).filter((path) => graph.at(to).tree[path]?.includes(CONFLICT))),
    mergeIn: (path, commit) =>
      effect('mergeIn', () => {
        const folder = host.folderAt(path);
        const open = Object.keys(folder.edits).filter((file) => folder.edits[file]?.includes(CONFLICT));
        if (folder.merging !== undefined && open.length > 0) return { is: 'conflicts' as const, paths: open };
        world.commitIn(host, folder);
        const head = host.headOf(folder);
        if (graph.isAncestor(commit, head)) return { is: 'nothing' as const };
        world.count('base merged');
        const conflicts = graph.conflicts(commit, head);
        if (conflicts.length === 0) {
          const made = remember(graph.add([head, commit], graph.mergedTree(commit, head), folder.task));
          host.local.set(folder.branch, made);
          return { is: 'merged' as const, head: made };
        }
        const tree = graph.mergedTree(commit, head);
        folder.merging = commit;
        for (const file of graph.changed(head, commit)) if (tree[file] !== undefined) folder.edits[file] = tree[file];
        for (const file of conflicts)
          folder.edits[file] = `${CONFLICT}${graph.at(head).tree[file]}${graph.at(commit).tree[file]}`;
        return { is: 'conflicts' as const, paths: conflicts };
      }),
    commitAll: (path) =>
      effect('commitAll', () => {
        const folder = host.folderAt(path);
        const head = world.commitIn(host, folder);
        return head === undefined ? { is: 'nothing' as const } : { is: 'committed' as const, head };
      }),
    restoreFolder: (path, name, commit) =>
      effect('restoreFolder', () => {
        const folder = host.folderAt(path);
        const head = host.headOf(folder);
        const [now, then] = [graph.at(head).tree, graph.at(commit).tree];
        const below = (file: string): boolean => file.startsWith(`${name}/`);
        const rest = Object.entries(now).filter(([file]) => !below(file));
        const old = Object.entries(then).filter(([file]) => below(file));
        if (graph.changed(commit, head).every((file) => !below(file))) return head;
        const made = remember(graph.add([head], Object.fromEntries([...rest, ...old]), folder.task));
        host.local.set(folder.branch, made);
        return made;
      }),
    push: (path, name, expected) => {
      actor.pushes += 1;
      return effect('push', () => {
        const outcome = pushTo(name, host.headOf(host.folderAt(path)), expected);
        if (outcome.is === 'rejected') world.count('push rejected');
        return outcome;
      });
    },
    publishFile: ({ branch, parent, path, text }) =>
      effect('publishFile', () => {
        const there = world.remote.get(branch);
        // A new branch, or a plain fast-forward.
        if (there !== undefined && there !== parent && world.broken !== 'publish') {
          world.count('publish race lost');
          return { is: 'lost the race' as const };
        }
        const commit = remember(graph.add([parent], { ...graph.at(parent).tree, [path]: text }));
        world.rules.stateMoves(actor, there ?? parent, text);
        world.setRemote(branch, commit);
        return { is: 'published' as const, commit };
      }),
  };
}
