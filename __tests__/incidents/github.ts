/** A GitHub of one repository with published tasks and their pull requests, quickly made: no clone, no check of every answer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { createStatus } from '../../sandbox/checks.ts';
import { openPullRequest } from '../../sandbox/pulls.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { guardClient } from '../../src/adapters/github/client.ts';
import { createMergerGitHub } from '../../src/adapters/github/merger.ts';
import { branchOf, issueId } from '../../src/domain/ids.ts';
import { allLines, ISSUES_PATH } from '../../src/domain/lines.ts';
import { markerText } from '../../src/domain/marker.ts';
import type { SweepReport } from '../../src/merger/report.ts';
import { sweep } from '../../src/merger/sweep.ts';
import type { MergerGitHub } from '../../src/ports/merger-github.ts';
import { fastClock, ownWorkflow, publishedLine } from '../merger/harness.ts';
import { commitFiles } from '../sandbox/forge.ts';

const actor = { kind: 'user', login: 'acme' } as const;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

export class GitHub {
  readonly sandbox: Sandbox;
  readonly #folder: string;

  private constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox;
    this.#folder = folder;
  }

  static async start(...tasks: readonly string[]): Promise<GitHub> {
    const folder = await mkdtemp(join(tmpdir(), 'heddle-incident-'));
    const github = new GitHub(await startSandbox({ dir: folder }), folder);
    await github.commit('main', { [ISSUES_PATH]: tasks.map((task) => `${publishedLine(task)}\n`).join('') });
    return github;
  }

  /** The merger's, over HTTP. `over` stands where requests leave this process. */
  merger(over: typeof fetch = fetch): MergerGitHub {
    const { sandbox } = this;
    const octokit = new Octokit({
      auth: sandbox.tokens.actions(),
      baseUrl: sandbox.url,
      log: quiet,
      request: { fetch: over },
    });
    guardClient(octokit, fastClock());
    return createMergerGitHub(octokit, { owner: 'acme', name: 'project' });
  }

  async sweep(github: MergerGitHub = this.merger()): Promise<SweepReport> {
    return await sweep(github, fastClock(), { ownWorkflow });
  }

  async commit(branch: string, files: Record<string, string>): Promise<string> {
    const { world, repository } = this.sandbox;
    return await commitFiles(world, repository, branch, files, `Change ${branch}`, actor);
  }

  /** A pull request of a task, as its worker opens it; no check has reported on its head. */
  async open(task: string): Promise<{ number: number; head: string }> {
    const { world, repository } = this.sandbox;
    const branch = branchOf(issueId(task), 1);
    const head = await this.commit(branch, { [`src/${task}.txt`]: `${task}\n` });
    const body = markerText({ task: issueId(task), round: 1 });
    const draft = { title: task, body, head: branch, base: 'main', draft: false };
    const { number } = await repository.exclusively(() => openPullRequest(world, repository, draft, actor));
    return { number, head };
  }

  async status(sha: string, state: 'success' | 'pending'): Promise<void> {
    const { world, repository } = this.sandbox;
    await createStatus(world, repository, { sha, context: 'ci/test', state }, actor);
  }

  /** The base's state file, as the spawner will read it. */
  async stateFile(): Promise<string> {
    return (await this.merger().stateFile('main', ISSUES_PATH))?.content ?? '';
  }

  async isOpen(task: string): Promise<boolean | undefined> {
    return allLines(await this.stateFile()).get(issueId(task))?.open;
  }

  /** Subjects of the base's own commits, newest first. */
  async landed(): Promise<readonly string[]> {
    const { git } = this.sandbox.repository;
    const commits = await git.list(['--first-parent', 'main']);
    return await Promise.all(commits.map(async (oid) => (await git.commit(oid)).message.split('\n')[0] ?? ''));
  }

  async end(): Promise<void> {
    await this.sandbox.world.bus.settled();
    await this.sandbox.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
