/** Pull requests in memory, on top of a real remote: a head is where its branch is there. */
import { execFileSync } from 'node:child_process';
import { type Branch, sha } from '../../src/domain/ids.ts';
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
    return this.all
      .filter(({ branch }) => branches.includes(branch))
      .map((one) => (one.state === 'open' ? { ...one, head: this.#headOf(one.branch) } : one));
  }

  async open(want: Parameters<PullRequests['open']>[0]): Promise<PullRequest> {
    const open = (await this.pullRequestsOf([want.branch])).find(({ state }) => state === 'open');
    if (open !== undefined) return open;
    const number = this.all.length + 1;
    const made: PullRequest = {
      number,
      url: `https://github.invalid/o/r/pull/${number}`,
      branch: want.branch,
      head: this.#headOf(want.branch),
      base: want.base,
      state: 'open',
      draft: false,
      labels: [want.label],
      mergeCommit: undefined,
      title: want.title,
      body: want.body,
    };
    this.all.push(made);
    return made;
  }

  async close(number: number): Promise<void> {
    this.set(number, { state: 'closed' });
  }

  async removeLabel(number: number, label: string): Promise<void> {
    const labels = this.all.find((one) => one.number === number)?.labels ?? [];
    this.set(number, { labels: labels.filter((one) => one !== label) });
  }

  set(number: number, change: Partial<PullRequest>): void {
    const at = this.all.findIndex((one) => one.number === number);
    const found = this.all[at];
    if (found === undefined) throw new Error(`no pull request ${number}`);
    this.all[at] = { ...found, ...change };
  }

  #headOf(branch: Branch): PullRequest['head'] {
    return sha(
      execFileSync('git', ['-C', this.#remote, 'rev-parse', `refs/heads/${branch}`], { encoding: 'utf8' }).trim(),
    );
  }
}
