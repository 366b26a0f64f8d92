/** The repository of GraphQL: the way to everything else. */
import { Refused } from '../refused.ts';
import { repositoryHtmlUrl } from '../shapes/repositories.ts';
import type { PullRequest, Repository } from '../world.ts';
import { actor } from './actors.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph } from './graph.ts';
import { stateOf } from './pulls.ts';

type PullRequestFilter = PageArguments & {
  states?: readonly string[] | null;
  baseRefName?: string | null;
  headRefName?: string | null;
  labels?: readonly string[] | null;
  orderBy?: { field: string; direction: string } | null;
};

export function repositoryObject(graph: Graph, repository: Repository): Fields {
  const { world } = graph;
  const { settings } = repository;
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    owner: actor(world, repository.owner),
    url: repositoryHtmlUrl(world, repository),
    isPrivate: settings.private,
    isFork: repository.parent !== null,
    isArchived: false,
    visibility: settings.private ? 'PRIVATE' : 'PUBLIC',
    parent: () => (repository.parent === null ? null : graph.repository(repository.parent)),
    mergeCommitAllowed: settings.allowMergeCommit,
    squashMergeAllowed: settings.allowSquashMerge,
    rebaseMergeAllowed: settings.allowRebaseMerge,
    deleteBranchOnMerge: settings.deleteBranchOnMerge,
    autoMergeAllowed: false,
    defaultBranchRef: () => graph.ref(repository, `refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) => refNamed(graph, repository, qualifiedName),
    refs: async (args: PageArguments & { refPrefix: string; query?: string | null }) => {
      const refs = await repository.git.matchingRefs(args.refPrefix);
      const wanted = refs.filter(({ ref }) => ref.slice(args.refPrefix.length).includes(args.query ?? ''));
      return connection('refs', wanted, args, ({ ref }) => graph.ref(repository, ref));
    },
    object: async ({ expression, oid }: { expression?: string | null; oid?: string | null }) => {
      const wanted = expression ?? oid ?? 'HEAD';
      return wanted.startsWith('-') ? null : graph.gitObject(repository, await repository.git.resolve(wanted));
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number);
      if (pull !== undefined) return graph.pullRequest(repository, pull);
      throw new Refused(404, `Could not resolve to a PullRequest with the number of ${number}.`);
    },
    pullRequests: (filter: PullRequestFilter) =>
      connection('pullRequests', filtered(repository, filter), filter, (pull) => graph.pullRequest(repository, pull)),
    label: ({ name }: { name: string }) => {
      const label = repository.labels.get(name.toLowerCase());
      return label === undefined ? null : graph.label(repository, label);
    },
    labels: (page: PageArguments) =>
      connection('labels', [...repository.labels.values()], page, (label) => graph.label(repository, label)),
  };
}

async function refNamed(graph: Graph, repository: Repository, name: string): Promise<Fields | null> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const ref = await graph.ref(repository, candidate);
    if (ref !== null) return ref;
  }
  return null;
}

function filtered(repository: Repository, filter: PullRequestFilter): PullRequest[] {
  const { states, baseRefName, headRefName, labels, orderBy } = filter;
  const pulls = [...repository.pulls.values()].filter(
    (pull) =>
      (states?.includes(stateOf(pull)) ?? true) &&
      (baseRefName === undefined || baseRefName === null || pull.base.ref === baseRefName) &&
      (headRefName === undefined || headRefName === null || pull.head.ref === headRefName) &&
      // Any one of the labels is enough.
      (labels?.some((label) => pull.labels.includes(label)) ?? true),
  );
  const key = (pull: PullRequest) => (orderBy?.field === 'UPDATED_AT' ? pull.updatedAt : pull.createdAt);
  pulls.sort((one, other) => key(one).localeCompare(key(other)) || one.number - other.number);
  return orderBy?.direction === 'DESC' ? pulls.reverse() : pulls;
}
