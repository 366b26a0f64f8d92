/** Pull requests in memory, on top of a real remote: a head is where its branch is there. */
import { execFileSync } from 'node:child_process';
import { UserError } from '../../src/domain/errors.ts';
import { type Branch, type Sha, sha } from '../../src/domain/ids.ts';
import type { PullRequest, PullRequests } from '../../src/ports/github.ts';

export class FakePullRequests implements PullRequests {
  readonly all: PullRequest[] = [];
  readonly #remote: string;

  constructor(remote: string) {
    this.#remote = remote;
  }

  async defaultBranch(): Promise<string> {
    return 'main';
  }

  async pullRequestsOf(branches: readonly Branch[]): Promise<readonly PullRequest[]> {
    this.#followBranches();
    return this.all.filter(({ branch }) => branches.includes(branch)).reverse();
  }

  async open(want: Parameters<PullRequests['open']>[0]): Promise<PullRequest> {
    const known = await this.pullRequestsOf([want.branch]);
    const there = known.find(({ state }) => state === 'open') ?? known[0];
    if (there !== undefined) return there;
    const number = this.all.length + 1;
    const made: PullRequest = {
      number,
      url: `https://github.invalid/o/r/pull/${number}`,
      branch: want.branch,
      head: this.#headToOpen(want),
      base: want.base,
      state: 'open',
      draft: false,
      labels: [],
      mergeCommit: undefined,
      title: want.title,
      body: want.body,
    };
    this.all.push(made);
    return made;
  }

  async close(number: number): Promise<void> {
    if (this.#at(number).state === 'open') this.set(number, { state: 'closed' });
  }

  set(number: number, change: Partial<PullRequest>): PullRequest {
    this.#followBranches();
    const before = this.#at(number);
    const after = { ...before, ...change };
    this.all[this.all.indexOf(before)] = after;
    return after;
  }

  #at(number: number): PullRequest {
    const found = this.all.find((one) => one.number === number);
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  }

  /** While it is open, its head is where its branch is; when the branch goes, it is closed with the head it had. */
  #followBranches(): void {
    for (const [at, one] of this.all.entries()) {
      if (one.state !== 'open') continue;
      const head = this.#remoteBranch(one.branch);
      this.all[at] = head === undefined ? { ...one, state: 'closed' } : { ...one, head };
    }
  }

  /** GitHub opens none without a branch, without a base, or with nothing to merge. */
  #headToOpen({ branch, base }: { branch: Branch; base: string }): Sha {
    const [head, into] = [this.#remoteBranch(branch), this.#remoteBranch(base)];
    const refused = (why: string) =>
      new UserError(`GitHub refuses a pull request of ${branch}: ${why}`, { hint: 'Look at it.', exit: 'person' });
    if (head === undefined || into === undefined) throw refused('a branch is not there');
    if (this.#git('merge-base', head, into) === head) throw refused('nothing to merge');
    return head;
  }

  #remoteBranch(name: string): Sha | undefined {
    const head = this.#git('for-each-ref', '--format=%(objectname)', `refs/heads/${name}`);
    return head === '' ? undefined : sha(head);
  }

  #git(...args: string[]): string {
    return execFileSync('git', ['-C', this.#remote, ...args], { encoding: 'utf8' }).trim();
  }
}
