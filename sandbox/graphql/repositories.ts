/** The repository of GraphQL: the way to everything else. */
import { Refused } from '../refused.ts';
import { repositoryHtmlUrl } from '../shapes/repositories.ts';
import type { PullRequest, Repository, World } from '../world.ts';
import { actor, gitObject, refObject, stateOf } from './commits.ts';
import { connection, type PageArguments } from './connection.ts';
import { labelObject, pullRequest } from './pulls.ts';

type PullRequestFilter = PageArguments & {
  states?: readonly string[] | null;
  baseRefName?: string | null;
  headRefName?: string | null;
  labels?: readonly string[] | null;
  orderBy?: { field: string; direction: string } | null;
};

export function repositoryObject(world: World, repository: Repository): Record<string, unknown> {
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
    parent: () => (repository.parent === null ? null : repositoryObject(world, repository.parent)),
    mergeCommitAllowed: settings.allowMergeCommit,
    squashMergeAllowed: settings.allowSquashMerge,
    rebaseMergeAllowed: settings.allowRebaseMerge,
    deleteBranchOnMerge: settings.deleteBranchOnMerge,
    autoMergeAllowed: false,
    defaultBranchRef: () => refObject(world, repository, `refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) => refNamed(world, repository, qualifiedName),
    refs: async (args: PageArguments & { refPrefix: string; query?: string | null }) => {
      const refs = await repository.git.matchingRefs(args.refPrefix);
      const wanted = refs.filter(({ ref }) => ref.slice(args.refPrefix.length).includes(args.query ?? ''));
      return connection('refs', wanted, args, ({ ref }) => refObject(world, repository, ref));
    },
    object: async ({ expression, oid }: { expression?: string | null; oid?: string | null }) => {
      const wanted = expression ?? oid ?? 'HEAD';
      return wanted.startsWith('-') ? null : gitObject(world, repository, await repository.git.resolve(wanted));
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number);
      if (pull !== undefined) return pullRequest(world, repository, pull);
      throw new Refused(404, `Could not resolve to a PullRequest with the number of ${number}.`);
    },
    pullRequests: (filter: PullRequestFilter) =>
      connection('pullRequests', filtered(repository, filter), filter, (pull) => pullRequest(world, repository, pull)),
    label: ({ name }: { name: string }) => {
      const label = repository.labels.get(name.toLowerCase());
      return label === undefined ? null : labelObject(world, repository, label);
    },
    labels: (page: PageArguments) =>
      connection('labels', [...repository.labels.values()], page, (label) => labelObject(world, repository, label)),
  };
}

async function refNamed(world: World, repository: Repository, name: string) {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const ref = await refObject(world, repository, candidate);
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
