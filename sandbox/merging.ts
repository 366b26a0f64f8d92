/** Merges as GitHub makes them: of a pull request by one of three methods, and of a branch into another. */
import { mayChangeWorkflows } from './access.ts';
import { addUser } from './create.ts';
import type { Actor } from './events.ts';
import type { Commit, Signature } from './git.ts';
import { ZERO_OID } from './git.ts';
import { computeMergeability, pullRange } from './mergeability.ts';
import { editPullRequest } from './pulls.ts';
import { markMerged, refsMoved } from './refs.ts';
import { Refused } from './refused.ts';
import { apiRefusal, bindingRules, checksOfUpToDate, refusalOfMethod, refusalsOfMerge } from './rulesets.ts';
import { accountOf } from './shapes/commits.ts';
import { type Credential, loginOf, type MergeMethod, type PullRequest, type Repository, type World } from './world.ts';

type MergeRequest = {
  method: MergeMethod;
  /** The head that the caller means; anything else is a 409. */
  sha?: string | undefined;
  title?: string | undefined;
  message?: string | undefined;
};

const github = (date: string): Signature => ({ name: 'GitHub', email: 'noreply@github.com', date });

export function signatureOf(world: World, login: string): Signature {
  const user = addUser(world, login);
  return {
    name: user.name ?? user.login,
    email: `${user.id}+${user.login}@users.noreply.github.com`,
    date: world.now(),
  };
}

/** Merges, or throws as GitHub answers. Gives the commit that is now the tip of the base. */
export async function mergePullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  request: MergeRequest,
  credential: Credential,
): Promise<string> {
  const { actor } = credential;
  const base = await refuseUnmergeable(repository, pull, request, credential);
  const branch = `refs/heads/${pull.base.ref}`;
  const commit = await mergeCommit(world, repository, pull, base, request, loginOf(actor));
  const moved = await repository.git.updateRefs([{ ref: branch, before: base, after: commit }]);
  if (!moved) throw new Refused(405, 'Base branch was modified. Review and try the merge again.');
  await markMerged(world, repository, pull, commit, base, actor);
  await refsMoved(world, repository, [{ ref: branch, before: base, after: commit }], actor);
  if (repository.settings.deleteBranchOnMerge && pull.head.repository === repository) {
    const head = { ref: `refs/heads/${pull.head.ref}`, before: pull.head.sha, after: ZERO_OID };
    await retargetStacked(world, repository, pull, actor);
    if (await repository.git.updateRefs([head])) await refsMoved(world, repository, [head], actor);
  }
  return commit;
}

/**
 * What was based on the head that goes is turned to the base of what was merged. Only the deletion that is part of a merge
 * does so: one by push or by the API closes them. One that cannot be turned is closed as well.
 */
async function retargetStacked(world: World, repository: Repository, merged: PullRequest, actor: Actor): Promise<void> {
  for (const pull of repository.pulls.values()) {
    if (pull.state !== 'open' || pull.base.ref !== merged.head.ref) continue;
    try {
      await editPullRequest(world, repository, pull, { base: merged.base.ref }, actor);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

async function refuseUnmergeable(
  repository: Repository,
  pull: PullRequest,
  request: MergeRequest,
  credential: Credential,
): Promise<string> {
  const base = await repository.git.branch(pull.base.ref);
  if (pull.state !== 'open' || base === null) throw new Refused(405, 'Pull Request is not mergeable');
  if (request.sha !== undefined && request.sha !== pull.head.sha) {
    throw new Refused(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (pull.draft) throw new Refused(405, 'Pull Request is still a draft');
  const method = refusalOfMethod(repository, request.method);
  if (method !== null) throw new Refused(405, method);
  const { actor } = credential;
  const queue = bindingRules(repository, `refs/heads/${pull.base.ref}`, actor).some(
    ({ type }) => type === 'merge_queue',
  );
  if (queue) throw new Refused(405, 'Changes must be made through the merge queue');
  const refusals = refusalsOfMerge(repository, pull, actor, request.method);
  const expected = await checksOfUpToDate(repository, pull, actor);
  if (expected > 0) refusals.push(`${expected} of ${expected} required status checks are expected.`);
  if (refusals.length > 0) throw new Refused(405, apiRefusal(refusals));
  if (!(await computeMergeability(repository, pull))) throw new Refused(405, 'Pull Request is not mergeable');
  if (!mayChangeWorkflows(credential)) {
    const range = await pullRange(repository, pull);
    const changes = await repository.git.changes(range.from, range.to);
    const workflow = changes.find(({ path }) => path.startsWith('.github/workflows/'));
    if (workflow !== undefined) {
      const what = `refusing to allow a GitHub App to create or update workflow \`${workflow.path}\``;
      throw new Refused(403, `${what} without \`workflows\` permission`);
    }
  }
  return base;
}

async function mergeCommit(
  world: World,
  repository: Repository,
  pull: PullRequest,
  base: string,
  request: MergeRequest,
  login: string,
): Promise<string> {
  const range = await pullRange(repository, pull);
  if (request.method === 'rebase') return rebase(world, repository, base, range);
  const tree = await repository.git.mergeTree(base, pull.head.sha);
  if (tree === null) throw new Refused(405, 'Pull Request is not mergeable');
  const author = signatureOf(world, login);
  const committer = github(world.now());
  if (request.method === 'merge') {
    const from = `${pull.head.repository?.owner ?? 'unknown'}/${pull.head.ref}`;
    const title = request.title ?? `Merge pull request #${pull.number} from ${from}`;
    const message = `${title}\n\n${request.message ?? pull.title}`;
    return repository.git.commitTree({ tree, parents: [base, pull.head.sha], author, committer, message });
  }
  const oids = await repository.git.list(['--reverse', '--no-merges', `${range.from}..${range.to}`]);
  const commits = await Promise.all(oids.map((oid) => repository.git.commit(oid)));
  const message = squashMessage(world, pull, commits, request);
  return repository.git.commitTree({
    tree,
    parents: [base],
    author: { ...signatureOf(world, pull.authorLogin), date: world.now() },
    committer,
    message,
  });
}

/** One commit: its own title and body. Several: the pull request's title and a list of the commits' messages. */
function squashMessage(world: World, pull: PullRequest, commits: readonly Commit[], request: MergeRequest): string {
  const single = commits.length === 1 ? commits[0] : undefined;
  const [subject = '', ...rest] = (single?.message ?? '').split('\n');
  const title = request.title ?? `${single === undefined ? pull.title : subject} (#${pull.number})`;
  const list = commits.map(({ message }) => `* ${message.trimEnd()}`).join('\n\n');
  const body = request.message ?? (single === undefined ? list : rest.join('\n').trim());
  const others = new Map<string, Signature>();
  for (const { author } of commits) {
    if (accountOf(world, author) !== pull.authorLogin) others.set(author.email, author);
  }
  // A squash is written by the pull request's author; whoever else wrote commits is credited.
  const credit = [...others.values()].map(({ name, email }) => `Co-authored-by: ${name} <${email}>`).join('\n');
  const foot = single === undefined && request.message === undefined && credit !== '' ? `---------\n\n${credit}` : '';
  return [title, body, foot].filter((part) => part !== '').join('\n\n');
}

async function rebase(
  world: World,
  repository: Repository,
  base: string,
  range: { from: string; to: string },
): Promise<string> {
  const oids = await repository.git.list(['--reverse', '--no-merges', `${range.from}..${range.to}`]);
  let tip = base;
  for (const oid of oids) {
    const commit = await repository.git.commit(oid);
    const parent = commit.parents[0] ?? range.from;
    // Without a merge base of its own choice, merge-tree picks this commit with the help of a joint: a commit on
    // top of its parent that holds the tip's tree.
    const tipCommit = await repository.git.commit(tip);
    const joint = await repository.git.commitTree({ ...tipCommit, parents: [parent] });
    const tree = await repository.git.mergeTree(joint, oid);
    if (tree === null) throw new Refused(405, "This branch can't be rebased due to conflicts");
    tip = await repository.git.commitTree({ ...commit, tree, parents: [tip], committer: github(world.now()) });
  }
  return tip;
}

/** `POST /merges`: the merge commit, or null when everything is contained already. */
export async function mergeBranch(
  world: World,
  repository: Repository,
  request: { base: string; head: string; message?: string | undefined },
  credential: Credential,
): Promise<string | null> {
  const { git } = repository;
  const base = await git.branch(request.base);
  const head = (await git.branch(request.head)) ?? (await git.resolve(`${request.head}^{commit}`));
  if (base === null) throw new Refused(404, 'Base does not exist');
  if (head === null) throw new Refused(404, 'Head does not exist');
  if (await git.isAncestor(head, base)) return null;
  const tree = await git.mergeTree(base, head);
  if (tree === null) throw new Refused(409, 'Merge conflict');
  return git.commitTree({
    tree,
    parents: [base, head],
    author: signatureOf(world, loginOf(credential.actor)),
    committer: github(world.now()),
    message: request.message ?? `Merge ${request.head} into ${request.base}`,
  });
}
