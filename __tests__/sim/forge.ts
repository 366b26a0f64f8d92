/** GitHub, as far as it is stood on: pull requests, checks, and a merge that is pinned to a head. */
import type { Branch, Sha } from '../../src/domain/ids.ts';
import { parseMarker } from '../../src/domain/marker.ts';
import type { PullRequest } from '../../src/ports/github.ts';
import type { SaidVerdict } from '../../src/ports/review.ts';
import type { Surroundings } from './surroundings.ts';

export type Check = 'queued' | 'green' | 'red';
export type Pull = {
  number: number;
  branch: Branch;
  base: string;
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  labels: string[];
  /** Fixed once it is not open any more. */
  lastHead: Sha;
  mergeCommit: Sha | undefined;
  mergedBy: string;
  comments: { id: string; body: string }[];
  /** The merger's verdict, by head. */
  said: Map<string, SaidVerdict>;
  createdAt: Date;
  /** Head and base for which it is known whether it merges. */
  mergeableFor: string;
  /** The step at which its state changed last, and when it was held. */
  changedAt: number;
  heldAt: number;
  /** By a person. */
  reopened: boolean;
};

/** What the rules see. */
export type Observed = Surroundings & { readonly forge: Forge };

/** GitHub's lists lag behind what has just happened, for this many steps at the most. */
const LAG = 12;

export class Forge {
  readonly pulls: Pull[] = [];
  readonly checks = new Map<Sha, Check>();
  /** How often the checks of a head were run again. */
  readonly reRuns = new Map<string, number>();
  /** Events on their way to the merger: it does not matter which. */
  wakes = 0;
  #comments = 0;
  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  headOf(pull: Pull): Sha {
    return pull.state === 'open' ? (this.#world.remote.get(pull.branch) ?? pull.lastHead) : pull.lastHead;
  }

  /** Whether a reader may still be shown what was before. */
  lags(pull: Pull): boolean {
    const { random, step, chaos } = this.#world;
    return chaos && step - pull.changedAt < LAG && random.chance(0.3);
  }

  /** Some events are lost, some come twice. */
  wake(): void {
    const { random, chaos } = this.#world;
    this.#world.changes += 1;
    this.#world.changesOutside += 1;
    if (chaos && random.chance(0.2)) {
      this.#world.count('event lost');
      return;
    }
    this.wakes += 1;
    if (chaos && random.chance(0.1)) {
      this.wakes += 1;
      this.#world.count('event doubled');
    }
  }

  commentId(): string {
    this.#comments += 1;
    return String(this.#comments);
  }

  find(number: number): Pull {
    const found = this.pulls.find((pull) => pull.number === number);
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  }

  openOf(branch: string): Pull | undefined {
    return this.pulls.find((pull) => pull.branch === branch && pull.state === 'open');
  }

  /** One open per head branch; undefined when there is one already, nothing to merge, or nothing to merge it into. */
  make(want: { branch: Branch; base: string; title: string; body: string }): Pull | undefined {
    const world = this.#world;
    const head = world.remote.get(want.branch);
    if (head === undefined || !world.remote.has(want.base)) return undefined;
    if (this.openOf(want.branch) !== undefined) return undefined;
    if (world.graph.isAncestor(head, world.baseHead())) return undefined;
    const pull: Pull = {
      ...want,
      number: this.pulls.length + 1,
      state: 'open',
      draft: false,
      labels: [],
      lastHead: head,
      mergeCommit: undefined,
      mergedBy: '',
      comments: [],
      said: new Map(),
      createdAt: new Date(world.now),
      mergeableFor: '',
      changedAt: world.step,
      heldAt: -1,
      reopened: false,
    };
    this.pulls.push(pull);
    if (!this.checks.has(head)) this.checks.set(head, 'queued');
    this.wake();
    return pull;
  }

  /** The remote branch of an open pull request has moved. */
  pushed(branch: string): void {
    const pull = this.openOf(branch);
    const head = this.#world.remote.get(branch);
    if (pull === undefined) return;
    if (head === undefined) {
      this.close(pull);
      return;
    }
    pull.lastHead = head;
    if (!this.checks.has(head)) this.checks.set(head, 'queued');
    this.wake();
  }

  close(pull: Pull): void {
    if (pull.state !== 'open') return;
    pull.lastHead = this.headOf(pull);
    pull.state = 'closed';
    pull.changedAt = this.#world.step;
    this.wake();
  }

  reopen(pull: Pull): void {
    pull.state = 'open';
    pull.reopened = true;
    pull.changedAt = this.#world.step;
    this.pushed(pull.branch);
  }

  report(head: Sha, check: Check): void {
    this.checks.set(head, check);
    this.wake();
  }

  merge(pull: Pull, by: string): Sha {
    const world = this.#world;
    const { graph } = world;
    const head = this.headOf(pull);
    const base = world.baseHead();
    const tree = graph.mergedTree(base, head);
    const commit = graph.add(world.method === 'squash' ? [base] : [base, head], tree);
    pull.lastHead = head;
    pull.state = 'merged';
    pull.mergedBy = by;
    pull.mergeCommit = commit;
    pull.changedAt = world.step;
    world.setRemote(world.base, commit);
    if (world.deletesBranches) world.setRemote(pull.branch, undefined);
    this.wake();
    return commit;
  }

  /** Asked for, GitHub computes it. */
  mergeabilityOf(pull: Pull): 'yes' | 'conflict' {
    pull.mergeableFor = this.mergeableFor(pull);
    return this.#world.graph.conflicts(this.#world.baseHead(), this.headOf(pull)).length > 0 ? 'conflict' : 'yes';
  }

  mergeableFor(pull: Pull): string {
    return `${this.headOf(pull)} into ${this.#world.baseHead()}`;
  }

  /** As the local half sees it. */
  shown(pull: Pull): PullRequest {
    const open = pull.state === 'open' || (pull.state === 'merged' && this.lags(pull));
    return {
      number: pull.number,
      url: `https://github.invalid/o/r/pull/${pull.number}`,
      branch: pull.branch,
      head: this.headOf(pull),
      base: pull.base,
      state: open ? 'open' : pull.state,
      draft: pull.draft,
      labels: [...pull.labels],
      mergeCommit: open ? undefined : pull.mergeCommit,
      title: pull.title,
      body: pull.body,
    };
  }

  /** Merged pull requests that speak for a task's round and whose commit is in the base. */
  landed(task: string, round: number): Pull[] {
    const { graph } = this.#world;
    const base = this.#world.baseHead();
    return this.pulls.filter(({ body, mergeCommit, branch }) => {
      const marker = parseMarker(body);
      const speaks = marker?.task === task && marker.round === round && branch === `heddle/${task}/${round}`;
      return speaks && mergeCommit !== undefined && graph.isAncestor(mergeCommit, base);
    });
  }
}
