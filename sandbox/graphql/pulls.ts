/** Pull requests of GraphQL. Unlike a REST GET, reading one here does not start the computation of its mergeability. */
import { associationOf } from '../access.ts';
import { nodeId } from '../create.ts';
import { pullRange, readMergeability } from '../mergeability.ts';
import { mergeableState } from '../rulesets.ts';
import { commentsOf, pullHtmlUrl } from '../shapes/pulls.ts';
import type { Comment, Label, PullRequest, Repository } from '../world.ts';
import { actor } from './actors.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph } from './graph.ts';
import { reviewFields } from './reviews.ts';

export const stateOf = (pull: PullRequest): string => (pull.merge !== null ? 'MERGED' : pull.state.toUpperCase());

export function pullRequest(graph: Graph, repository: Repository, pull: PullRequest): Fields {
  const { world } = graph;
  const url = pullHtmlUrl(world, repository, pull);
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    url,
    permalink: url,
    state: stateOf(pull),
    isDraft: pull.draft,
    locked: false,
    closed: pull.state === 'closed',
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    closedAt: pull.closedAt,
    author: actor(world, pull.authorLogin),
    authorAssociation: associationOf(repository, pull.authorLogin),
    labels: (page: PageArguments) => {
      const labels = pull.labels.flatMap((name) => repository.labels.get(name.toLowerCase()) ?? []);
      return connection('labels', labels, page, (label) => graph.label(repository, label));
    },
    comments: (page: PageArguments) =>
      connection('comments', commentsOf(repository, pull.number), page, (one) => graph.comment(repository, one)),
    statusCheckRollup: async () => graph.rollup(repository, await repository.git.commit(pull.head.sha)),
    ...branchFields(graph, repository, pull),
    ...mergeFields(graph, repository, pull),
    ...changeFields(graph, repository, pull),
    ...reviewFields(graph, repository, pull),
  };
}

/** Where it comes from and where it goes. */
function branchFields(graph: Graph, repository: Repository, pull: PullRequest): Fields {
  // A fork that was deleted leaves none.
  const ofHead = <T>(show: (from: Repository) => T) =>
    pull.head.repository === null ? null : show(pull.head.repository);
  return {
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    headRef: () => ofHead((from) => graph.ref(from, `refs/heads/${pull.head.ref}`)),
    headRepository: () => ofHead((from) => graph.repository(from)),
    headRepositoryOwner: () => ofHead(({ owner }) => actor(graph.world, owner)),
    isCrossRepository: pull.head.repository !== repository,
    maintainerCanModify: false,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    baseRef: () => graph.ref(repository, `refs/heads/${pull.base.ref}`),
    baseRepository: () => graph.repository(repository),
    repository: () => graph.repository(repository),
  };
}

function mergeFields(graph: Graph, repository: Repository, pull: PullRequest): Fields {
  const commit = async (oid: string | null) =>
    oid === null ? null : graph.commit(repository, await repository.git.commit(oid));
  return {
    merged: pull.merge !== null,
    mergedAt: pull.merge?.at ?? null,
    mergedBy: pull.merge === null ? null : actor(graph.world, pull.merge.byLogin),
    mergeCommit: () => commit(pull.merge?.sha ?? null),
    potentialMergeCommit: () => commit(pull.mergeability.state === 'known' ? pull.mergeability.testMergeSha : null),
    autoMergeRequest: null,
    mergeQueueEntry: null,
    isInMergeQueue: false,
    mergeable: () => mergeable(repository, pull),
    mergeStateStatus: async () => {
      await readMergeability(repository, pull, false);
      return (await mergeableState(graph.world, repository, pull)).toUpperCase();
    },
  };
}

async function mergeable(repository: Repository, pull: PullRequest): Promise<string> {
  await readMergeability(repository, pull, false);
  if (pull.state !== 'open' || pull.mergeability.state !== 'known') return 'UNKNOWN';
  return pull.mergeability.mergeable ? 'MERGEABLE' : 'CONFLICTING';
}

const changeTypes = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  copied: 'COPIED',
  changed: 'CHANGED',
} as const;

/** The commits and files that it would bring. */
function changeFields(graph: Graph, repository: Repository, pull: PullRequest): Fields {
  const { git } = repository;
  // One query often asks for several of its sums and its files; they are all of one diff.
  let known: ReturnType<typeof git.changes> | undefined;
  const changes = () => {
    known ??= pullRange(repository, pull).then(({ from, to }) => git.changes(from, to));
    return known;
  };
  const total = (key: 'additions' | 'deletions') => async () =>
    (await changes()).reduce((sum, change) => sum + change[key], 0);
  return {
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
        commit: async () => graph.commit(repository, await git.commit(oid)),
        pullRequest: () => graph.pullRequest(repository, pull),
      }));
    },
  };
}

export function labelObject({ world }: Graph, repository: Repository, label: Label): Fields {
  const { nodeId: id, name, color, description } = label;
  return { id, name, color, description, isDefault: false, url: `${world.url}/${repository.fullName}/labels/${name}` };
}

export function commentObject({ world }: Graph, repository: Repository, comment: Comment): Fields {
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
