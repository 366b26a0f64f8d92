/** What a workflow run stands on: which commit and ref, and from which commit its workflow file is read. */
import type { SandboxEvent } from '../events.ts';
import { ZERO_OID } from '../git.ts';
import type { PullRequest, Repository } from '../world.ts';

export type RunContext = {
  /** `GITHUB_SHA` and `GITHUB_REF`. */
  sha: string;
  ref: string;
  /** Where the checks of the run are shown. */
  headSha: string;
  headBranch: string | null;
  /** The commit whose workflow files count. */
  workflowSha: string;
  /** `GITHUB_HEAD_REF` and `GITHUB_BASE_REF`: of a pull request only. */
  headRef: string;
  baseRef: string;
  pullNumbers: number[];
  /** A pull request from another repository: read-only token, no secrets. */
  isFork: boolean;
};

/** Null where GitHub starts nothing: a pull request that conflicts, a deleted branch, a commit that says so. */
export async function runContextOf(event: SandboxEvent, repository: Repository): Promise<RunContext | null> {
  switch (event.name) {
    case 'push':
      return onPush(event, repository);
    case 'pull_request':
    case 'pull_request_review':
      return onPull(event, repository);
    case 'workflow_dispatch':
      return onBranch(repository, event.facts.ref ?? repository.defaultBranch);
    default:
      return onBranch(repository, repository.defaultBranch);
  }
}

/** `pull_request_target` comes with every pull_request event, but stands on the default branch. */
export async function targetContext(event: SandboxEvent, repository: Repository): Promise<RunContext | null> {
  const pull = pullOf(event, repository);
  const context = await onBranch(repository, repository.defaultBranch);
  if (pull === undefined || context === null) return null;
  return { ...context, ...namesOf(repository, pull), headSha: event.facts.sha ?? pull.head.sha, isFork: false };
}

async function onBranch(repository: Repository, name: string): Promise<RunContext | null> {
  const branch = name.replace(/^refs\/heads\//, '');
  const sha = await repository.git.branch(branch);
  if (sha === null) return null;
  const ref = `refs/heads/${branch}`;
  return { sha, ref, headSha: sha, headBranch: branch, workflowSha: sha, ...noPull };
}

async function onPush(event: SandboxEvent, repository: Repository): Promise<RunContext | null> {
  const { ref, sha } = event.facts;
  if (ref === undefined || sha === undefined || sha === ZERO_OID) return null;
  const commit = await repository.git.resolve(`${sha}^{commit}`);
  if (commit === null || (await saysSkip(repository, commit))) return null;
  const headBranch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
  return { sha: commit, ref, headSha: commit, headBranch, workflowSha: commit, ...noPull };
}

async function onPull(event: SandboxEvent, repository: Repository): Promise<RunContext | null> {
  const pull = pullOf(event, repository);
  if (pull === undefined) return null;
  const head = event.facts.sha ?? pull.head.sha;
  if (await saysSkip(repository, head)) return null;
  const sha = pull.state === 'closed' ? (pull.merge?.sha ?? head) : await testMerge(repository, pull, head);
  if (sha === null) return null;
  const ref = `refs/pull/${pull.number}/merge`;
  return { sha, ref, headSha: head, workflowSha: sha, ...namesOf(repository, pull) };
}

/** Null on a conflict. Its date is fixed, so that making it again gives the same commit. */
async function testMerge(repository: Repository, pull: PullRequest, head: string): Promise<string | null> {
  const base = await repository.git.branch(pull.base.ref);
  const tree = base === null ? null : await repository.git.mergeTree(base, head);
  if (base === null || tree === null) return null;
  const tester = { name: 'GitHub', email: 'noreply@github.com', date: pull.createdAt };
  const message = `Merge ${head} into ${base}`;
  return repository.git.commitTree({ tree, parents: [base, head], author: tester, committer: tester, message });
}

const noPull = { headRef: '', baseRef: '', pullNumbers: [], isFork: false };

function namesOf(repository: Repository, pull: PullRequest) {
  return {
    headBranch: pull.head.ref,
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
    pullNumbers: [pull.number],
    isFork: pull.head.repository !== repository,
  };
}

function pullOf(event: SandboxEvent, repository: Repository): PullRequest | undefined {
  return event.facts.pullNumber === undefined ? undefined : repository.pulls.get(event.facts.pullNumber);
}

const skips = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]'];

/** Source: GitHub docs, "Skip workflow runs". It concerns push and pull_request alone. */
async function saysSkip(repository: Repository, sha: string): Promise<boolean> {
  const { message } = await repository.git.commit(sha);
  return skips.some((word) => message.includes(word)) || /\n\nskip-checks: ?true\s*$/.test(message);
}
