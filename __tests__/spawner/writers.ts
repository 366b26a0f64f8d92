/** Writers of a spawner in memory: Beads with its guards, a state branch of one file, pull requests and processes as lists. */
import { type Branch, type IssueId, type Sha, sha } from '../../src/domain/ids.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import type { Git, PublishOutcome } from '../../src/ports/git.ts';
import type { Intent, Performed } from '../../src/spawner/intent.ts';
import type { Writers } from '../../src/spawner/perform.ts';
import { perform } from '../../src/spawner/perform.ts';
import { FakeBeads, type fakeIssue } from '../fakes/beads.ts';
import { FakeReviews } from '../fakes/reviews.ts';
import { BASE, HEAD, NOW } from './view-builder.ts';

export class World {
  readonly beads: FakeBeads;
  /** The state branch's file, and what happens to a push of it. */
  file = '';
  push: PublishOutcome['is'] = 'published';
  /** What was done, in order, in the words of the port. */
  readonly done: string[] = [];
  readonly unendable = new Set<string>();
  removal: Awaited<ReturnType<Git['removeWorktree']>> = { is: 'removed', rescued: [] };
  remoteKeeps: string | undefined;
  /** Who stands in any of the worktrees. */
  visitors: number[] = [];
  readonly reviews = new FakeReviews();
  readonly writers: Writers;

  constructor(...issues: Parameters<typeof fakeIssue>[0][]) {
    this.beads = new FakeBeads(...issues);
    this.writers = {
      beads: this.beads,
      git: this.#git() as Git,
      pullRequests: {
        open: () => Promise.reject(new Error('a spawner opens no pull requests')),
        close: async (number) => void this.done.push(`close #${number}`),
      },
      processes: this.#processes() as Writers['processes'],
      checks: this.reviews,
      reviews: this.reviews,
      clock: { now: () => NOW, sleep: async () => undefined, nonce: () => 'abcdef12' },
      startWorker: async ({ task, attempt }) => {
        this.done.push(
          `start ${task} attempt ${attempt}, ${this.beads.at(task).status} by ${this.beads.at(task).assignee}`,
        );
        return { pid: 7 };
      },
    };
  }

  async perform(...intents: Intent[]): Promise<Performed[]> {
    const all: Performed[] = [];
    for await (const one of perform(this.writers, intents)) all.push(one);
    return all;
  }

  /** How each of the intents came out. */
  async outcomes(...intents: Intent[]): Promise<string[]> {
    return (await this.perform(...intents)).map(({ is }) => is);
  }

  #git(): Partial<Git> {
    return {
      fileAt: async (commit: Sha, path: string) => (commit === BASE && path === ISSUES_PATH ? this.file : undefined),
      publishFile: async ({ text }) => {
        if (this.push === 'lost the race') return { is: 'lost the race' };
        if (this.push === 'refused') return { is: 'refused', why: 'GH013: no direct pushes' };
        this.file = text;
        this.done.push('publish');
        return { is: 'published', commit: sha(HEAD) };
      },
      removeWorktree: async ({ path }) => {
        this.done.push(`remove ${path}`);
        return this.removal;
      },
      deleteLocalBranch: async (name: Branch) => {
        this.done.push(`delete ${name}`);
        return { is: 'removed', rescued: [] };
      },
      deleteRemoteBranch: async (name: Branch) => {
        if (this.remoteKeeps !== undefined) return { is: 'refused', why: this.remoteKeeps };
        this.done.push(`delete remote ${name}`);
        return { is: 'pushed' };
      },
    };
  }

  #processes(): Partial<Writers['processes']> {
    return {
      host: () => 'loom',
      inside: async () => this.visitors,
      endTagged: async (task: IssueId, only?: { token: string }) => {
        this.done.push(`end ${task}${only === undefined ? '' : ` ${only.token}`}`);
        return this.unendable.has(task) ? { ended: 0, alive: [41, 42] } : { ended: 1, alive: [] };
      },
    };
  }
}
