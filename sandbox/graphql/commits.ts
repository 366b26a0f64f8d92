/** Git objects and refs of GraphQL. */
import { suitesOf } from '../check-summary.ts';
import { nodeId } from '../create.ts';
import type { Commit, TreeEntry } from '../git.ts';
import { rulesFor } from '../rulesets.ts';
import { repositoryHtmlUrl } from '../shapes/repositories.ts';
import type { Repository, Rule } from '../world.ts';
import { gitActor } from './actors.ts';
import { type CheckSuiteFilter, ofSuites } from './checks.ts';
import { connection, type PageArguments } from './connection.ts';
import { demandRead } from './demands.ts';
import type { Fields, Graph, GraphqlContext } from './graph.ts';
import { stateOf } from './pulls.ts';

export async function gitObject(graph: Graph, repository: Repository, oid: string | null): Promise<Fields | null> {
  if (oid === null) return null;
  switch (await repository.git.type(oid)) {
    case 'commit':
      return graph.commit(repository, await repository.git.commit(oid));
    case 'blob':
      return blobObject(repository, oid);
    case 'tree':
      return treeObject(graph, repository, oid);
    default:
      return null;
  }
}

/** Longer texts are cut. GitHub's documentation names no size; about half a megabyte was observed by users. */
const maxTextBytes = 512_000;

async function blobObject(repository: Repository, oid: string) {
  const content = await repository.git.read('blob', oid);
  const isBinary = content.includes(0);
  return {
    __typename: 'Blob',
    id: nodeId('B', oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > maxTextBytes,
    text: isBinary ? null : content.subarray(0, maxTextBytes).toString(),
  };
}

function treeObject(graph: Graph, repository: Repository, oid: string) {
  return {
    __typename: 'Tree',
    id: nodeId('T', oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    entries: async () => {
      const entries = await repository.git.tree(oid, false);
      return entries.map((entry) => treeEntry(graph, repository, entry));
    },
  };
}

function treeEntry(graph: Graph, repository: Repository, entry: TreeEntry) {
  return {
    name: entry.path.split('/').at(-1) ?? entry.path,
    path: entry.path,
    oid: entry.oid,
    mode: Number.parseInt(entry.mode, 8),
    type: entry.type,
    size: entry.size ?? 0,
    object: () => graph.gitObject(repository, entry.oid),
  };
}

export function commitObject(graph: Graph, repository: Repository, commit: Commit): Fields {
  const { world } = graph;
  const [messageHeadline = '', ...rest] = commit.message.split('\n');
  const url = `${repositoryHtmlUrl(world, repository)}/commit/${commit.oid}`;
  const commits = async (name: string, oids: readonly string[], page: PageArguments) => {
    const all = await Promise.all(oids.map((oid) => repository.git.commit(oid)));
    return connection(name, all, page, (one) => graph.commit(repository, one));
  };
  return {
    __typename: 'Commit',
    id: nodeId('C', `${repository.id}/${commit.oid}`),
    oid: commit.oid,
    abbreviatedOid: commit.oid.slice(0, 7),
    message: commit.message,
    messageHeadline,
    messageBody: rest.join('\n').trim(),
    authoredDate: commit.author.date,
    committedDate: commit.committer.date,
    author: gitActor(world, commit.author),
    committer: gitActor(world, commit.committer),
    url,
    commitUrl: url,
    tree: () => treeObject(graph, repository, commit.tree),
    file: async ({ path }: { path: string }) => {
      const entry = await repository.git.entry(commit.oid, path);
      return entry === null ? null : treeEntry(graph, repository, entry);
    },
    parents: (page: PageArguments) => commits('parents', commit.parents, page),
    history: async (page: PageArguments) => commits('history', await repository.git.list([commit.oid]), page),
    statusCheckRollup: () => graph.rollup(repository, commit),
    status: (_args: unknown, context: GraphqlContext) => {
      demandRead(repository, context, 'statuses');
      return graph.status(repository, commit);
    },
    checkSuites: (args: PageArguments & { filterBy?: CheckSuiteFilter | null }, context: GraphqlContext) => {
      demandRead(repository, context, 'checks');
      const suites = ofSuites(repository, suitesOf(repository, commit.oid), args.filterBy ?? {});
      return connection('checkSuites', suites, args, (suite) => graph.checkSuite(repository, suite));
    },
    associatedPullRequests: async (page: PageArguments) => {
      const pulls = [...repository.pulls.values()].filter(
        ({ head, merge }) => head.sha === commit.oid || merge?.sha === commit.oid,
      );
      return connection('associatedPullRequests', pulls, page, (pull) => graph.pullRequest(repository, pull));
    },
  };
}

export async function refObject(graph: Graph, repository: Repository, qualified: string): Promise<Fields | null> {
  const oid = await repository.git.resolve(qualified);
  if (oid === null) return null;
  const [, kind = '', ...rest] = qualified.split('/');
  return {
    id: nodeId('REF', `${repository.id}/${qualified}`),
    name: rest.join('/'),
    prefix: `refs/${kind}/`,
    target: () => graph.gitObject(repository, oid),
    // Classic branch protection is not modelled: rulesets are the only protection here.
    branchProtectionRule: null,
    refUpdateRule: null,
    rules: (page: PageArguments) =>
      connection('rules', rulesFor(repository, qualified), page, ({ rule, ruleset }) => ({
        id: nodeId('RR', `${ruleset.id}/${rule.type}`),
        type: rule.type.toUpperCase(),
        parameters: ruleParameters(rule),
      })),
    associatedPullRequests: (args: PageArguments & { states?: readonly string[] | null }) => {
      const pulls = [...repository.pulls.values()].filter(
        (pull) => pull.head.repository === repository && `refs/heads/${pull.head.ref}` === qualified,
      );
      const wanted = pulls.filter((pull) => (args.states ?? ['OPEN', 'CLOSED', 'MERGED']).includes(stateOf(pull)));
      return connection('associatedPullRequests', wanted, args, (pull) => graph.pullRequest(repository, pull));
    },
  };
}

function ruleParameters(rule: Rule) {
  switch (rule.type) {
    case 'required_status_checks':
      return {
        __typename: 'RequiredStatusChecksParameters',
        strictRequiredStatusChecksPolicy: rule.strict ?? false,
        doNotEnforceOnCreate: false,
        requiredStatusChecks: rule.contexts.map(({ context, appId }) => ({ context, integrationId: appId ?? null })),
      };
    case 'pull_request':
      return {
        __typename: 'PullRequestParameters',
        requiredApprovingReviewCount: rule.approvals,
        allowedMergeMethods: (rule.methods ?? ['merge', 'squash', 'rebase']).map((method) => method.toUpperCase()),
        dismissStaleReviewsOnPush: false,
        requireCodeOwnerReview: false,
        requireLastPushApproval: false,
        requiredReviewThreadResolution: false,
      };
    case 'update':
      return { __typename: 'UpdateParameters', updateAllowsFetchAndMerge: false };
    default:
      return null;
  }
}
