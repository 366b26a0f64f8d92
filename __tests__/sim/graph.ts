/** Commits, as far as anybody here asks about them: parents, contents, who made them. */
import { type Sha, sha } from '../../src/domain/ids.ts';

export type Tree = Readonly<Record<string, string>>;
export type Commit = {
  sha: Sha;
  parents: readonly Sha[];
  /** Itself and everything before it, a bit per commit in the order of their making. */
  mask: bigint;
  tree: Tree;
  /** The task that an agent or worker made it for. */
  task: string | undefined;
};

export class Graph {
  readonly commits: Commit[] = [];
  readonly #bySha = new Map<string, Commit>();

  add(parents: readonly Sha[], tree: Tree, task?: string): Sha {
    const number = this.commits.length;
    const mask = parents.reduce((all, parent) => all | this.at(parent).mask, 1n << BigInt(number));
    const commit = { sha: sha((number + 1).toString(16).padStart(40, '0')), parents, mask, tree, task };
    this.commits.push(commit);
    this.#bySha.set(commit.sha, commit);
    return commit.sha;
  }

  at(name: string): Commit {
    const found = this.#bySha.get(name);
    if (found === undefined) throw new Error(`no commit ${name}`);
    return found;
  }

  has(name: string): boolean {
    return this.#bySha.has(name);
  }

  isAncestor(older: string, newer: string): boolean {
    const mask = this.#bySha.get(older)?.mask;
    return mask !== undefined && (mask & this.at(newer).mask) === mask;
  }

  mergeBase(a: string, b: string): Sha | undefined {
    let common = this.at(a).mask & this.at(b).mask;
    let newest = -1;
    for (; common > 0n; common >>= 1n) newest += 1;
    return this.commits[newest]?.sha;
  }

  count(from: string, to: string): number {
    let count = 0;
    for (let left = this.at(to).mask & ~this.at(from).mask; left > 0n; left &= left - 1n) count += 1;
    return count;
  }

  changed(from: string, to: string): string[] {
    const [a, b] = [this.at(from).tree, this.at(to).tree];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]);
  }

  /** Files that both sides have changed since they parted, each in its own way. */
  conflicts(base: Sha, head: Sha): string[] {
    const fork = this.mergeBase(base, head);
    if (fork === undefined) return [];
    const [ours, theirs] = [this.at(head).tree, this.at(base).tree];
    const moved = new Set(this.changed(fork, base));
    return this.changed(fork, head).filter((path) => moved.has(path) && ours[path] !== theirs[path]);
  }

  /** The base's tree with what the head changed since they parted. */
  mergedTree(base: Sha, head: Sha): Tree {
    const fork = this.mergeBase(base, head);
    if (fork === undefined) return this.at(base).tree;
    const tree: Record<string, string> = { ...this.at(base).tree };
    const theirs = this.at(head).tree;
    for (const path of this.changed(fork, head)) {
      const text = theirs[path];
      if (text === undefined) delete tree[path];
      else tree[path] = text;
    }
    return tree;
  }
}
