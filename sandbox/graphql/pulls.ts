/** Pull requests of GraphQL. Unlike a REST GET, reading one here does not start the computation of its mergeability. */
import { associationOf } from '../access.ts';
import { nodeId } from '../create.ts';
import { pullRange, readMergeability } from '../mergeability.ts';
import { approvals, mergeableState, opinions, rulesFor } from '../rulesets.ts';
import { commentsOf, pullHtmlUrl } from '../shapes/pulls.ts';
import type { Comment, Label, PullRequest, Repository, Review, World } from '../world.ts';
import { actor, commitObject, refObject, stateOf } from './commits.ts';
import { connection, type PageArguments } from './connection.ts';
import { repositoryObject } from './repositories.ts';

export function labelObject(world: World, repository: Repository, label: Label) {
  const { nodeId: id, name, color, description } = label;
  return { id, name, color, description, isDefault: false, url: `${world.url}/${repository.fullName}/labels/${name}` };
}

function commentObject(world: World, repository: Repository, comment: Comment) {
  return {
    __typename: 'IssueComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    author: actor(world, comment.authorLogin),
    authorAssociation: associationOf(repository, comment.authorLogin),
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    isMinimized: false,
    url: `${world.url}/${repository.fullName}/pull/${comment.issueNumber}#issuecomment-${comment.id}`,
  };
}

export { commentObject };

function reviewObject(world: World, repository: Repository, review: Review) {
  return {
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    author: actor(world, review.authorLogin),
    authorAssociation: associationOf(repository, review.authorLogin),
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    createdAt: review.submittedAt,
    commit: async () => commitObject(world, repository, await repository.git.commit(review.commitSha)),
  };
}

const changeTypes = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  copied: 'COPIED',
  changed: 'CHANGED',
} as const;

export function pullRequest(world: World, repository: Repository, pull: PullRequest): Record<string, unknown> {
  const { git } = repository;
  // One query often asks for several of its sums and its files; they are all of one diff.
  let known: ReturnType<typeof git.changes> | undefined;
  const changes = () => {
    known ??= pullRange(repository, pull).then(({ from, to }) => git.changes(from, to));
    return known;
  };
  const total = (key: 'additions' | 'deletions') => async () =>
    (await changes()).reduce((sum, change) => sum + change[key], 0);
  const commit = async (oid: string | null) =>
    oid === null ? null : commitObject(world, repository, await git.commit(oid));
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    url: pullHtmlUrl(world, repository, pull),
    permalink: pullHtmlUrl(world, repository, pull),
    state: stateOf(pull),
    isDraft: pull.draft,
    locked: false,
    closed: pull.state === 'closed',
    merged: pull.merge !== null,
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    closedAt: pull.closedAt,
    mergedAt: pull.merge?.at ?? null,
    mergedBy: pull.merge === null ? null : actor(world, pull.merge.byLogin),
    mergeCommit: () => commit(pull.merge?.sha ?? null),
    potentialMergeCommit: () => commit(pull.mergeability.state === 'known' ? pull.mergeability.testMergeSha : null),
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    headRef: () =>
      pull.head.repository === null ? null : refObject(world, pull.head.repository, `refs/heads/${pull.head.ref}`),
    headRepository: () => (pull.head.repository === null ? null : repositoryObject(world, pull.head.repository)),
    headRepositoryOwner: () => (pull.head.repository === null ? null : actor(world, pull.head.repository.owner)),
    isCrossRepository: pull.head.repository !== repository,
    maintainerCanModify: false,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    baseRef: () => refObject(world, repository, `refs/heads/${pull.base.ref}`),
    baseRepository: () => repositoryObject(world, repository),
    repository: () => repositoryObject(world, repository),
    author: actor(world, pull.authorLogin),
    authorAssociation: associationOf(repository, pull.authorLogin),
    autoMergeRequest: null,
    mergeQueueEntry: null,
    isInMergeQueue: false,
    mergeable: () => mergeable(repository, pull),
    mergeStateStatus: async () => {
      await readMergeability(repository, pull, false);
      return (await mergeableState(world, repository, pull)).toUpperCase();
    },
    additions: total('additions'),
    deletions: total('deletions'),
    changedFiles: async () => (await changes()).length,
    files: async (page: PageArguments) =>
      connection('files', await changes(), page, (change) => ({
        path: change.path,
        additions: change.additions,
        deletions: change.deletions,
        changeType: changeTypes[change.status],
        viewerViewedState: 'UNVIEWED',
      })),
    commits: async (page: PageArguments) => {
      const { from, to } = await pullRange(repository, pull);
      const oids = await git.list(['--reverse', `${from}..${to}`]);
      return connection('commits', oids, page, (oid) => ({
        id: nodeId('PRC', `${pull.nodeId}/${oid}`),
        commit: () => commit(oid),
        pullRequest: () => pullRequest(world, repository, pull),
      }));
    },
    statusCheckRollup: async () => (await commit(pull.head.sha))?.statusCheckRollup() ?? null,
    labels: (page: PageArguments) => {
      const labels = pull.labels.flatMap((name) => repository.labels.get(name.toLowerCase()) ?? []);
      return connection('labels', labels, page, (label) => labelObject(world, repository, label));
    },
    comments: (page: PageArguments) =>
      connection('comments', commentsOf(repository, pull.number), page, (one) => commentObject(world, repository, one)),
    reviews: (args: PageArguments & { states?: readonly string[] | null }) => {
      const wanted = (review: Review) =>
        review.pullNumber === pull.number && (args.states?.includes(review.state) ?? true);
      return connection('reviews', repository.reviews.filter(wanted), args, (one) =>
        reviewObject(world, repository, one),
      );
    },
    latestReviews: (page: PageArguments) => {
      const newest = new Map(
        repository.reviews.filter(({ pullNumber }) => pullNumber === pull.number).map((one) => [one.authorLogin, one]),
      );
      return connection('latestReviews', [...newest.values()], page, (one) => reviewObject(world, repository, one));
    },
    latestOpinionatedReviews: (args: PageArguments & { writersOnly?: boolean | null }) => {
      const newest = new Map<string, Review>();
      for (const one of repository.reviews) {
        const permission = repository.collaborators.get(one.authorLogin.toLowerCase());
        if (one.pullNumber !== pull.number || one.state === 'COMMENTED') continue;
        if (args.writersOnly !== true || permission === 'write' || permission === 'admin')
          newest.set(one.authorLogin, one);
      }
      return connection('latestOpinionatedReviews', [...newest.values()], args, (one) =>
        reviewObject(world, repository, one),
      );
    },
    reviewDecision: () => reviewDecision(repository, pull),
  };
}

async function mergeable(repository: Repository, pull: PullRequest): Promise<string> {
  await readMergeability(repository, pull, false);
  if (pull.state !== 'open' || pull.mergeability.state !== 'known') return 'UNKNOWN';
  return pull.mergeability.mergeable ? 'MERGEABLE' : 'CONFLICTING';
}

/** Null where no rule asks for a review. */
function reviewDecision(repository: Repository, pull: PullRequest): string | null {
  const needed = rulesFor(repository, `refs/heads/${pull.base.ref}`).flatMap(({ rule }) =>
    rule.type === 'pull_request' ? [rule.approvals] : [],
  );
  if (needed.length === 0) return null;
  if ([...opinions(repository, pull).values()].includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  return approvals(repository, pull) >= Math.max(...needed) ? 'APPROVED' : 'REVIEW_REQUIRED';
}
