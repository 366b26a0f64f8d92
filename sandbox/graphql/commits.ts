/** Actors, git objects and refs of GraphQL. */

import { suitesOf } from '../check-summary.ts';
import { addUser, nodeId } from '../create.ts';
import type { Commit, Signature, TreeEntry } from '../git.ts';
import { rulesFor } from '../rulesets.ts';
import { accountOf } from '../shapes/commits.ts';
import { repositoryHtmlUrl } from '../shapes/repositories.ts';
import type { Repository, Rule, World } from '../world.ts';
import { type CheckSuiteFilter, checkSuite, ofSuites, rollupObject, statusObject } from './checks.ts';
import { connection, type PageArguments } from './connection.ts';
import { pullRequest } from './pulls.ts';

/** A bot's login has no `[bot]` here, unlike in REST. */
export function actor(world: World, login: string) {
  const user = addUser(world, login);
  const shown = user.type === 'Bot' ? user.login.replace(/\[bot\]$/, '') : user.login;
  return {
    __typename: user.type,
    id: user.nodeId,
    databaseId: user.id,
    login: shown,
    name: user.name,
    avatarUrl: `${world.url}/avatars/${user.id}`,
    url: `${world.url}/${shown}`,
    resourcePath: `/${shown}`,
  };
}

function gitActor(world: World, signature: Signature) {
  const login = accountOf(world, signature);
  return { ...signature, avatarUrl: `${world.url}/avatars/0`, user: login === null ? null : actor(world, login) };
}

/** The object with that id as its type says, or null. */
export async function gitObject(world: World, repository: Repository, oid: string | null) {
  if (oid === null) return null;
  switch (await repository.git.type(oid)) {
    case 'commit':
      return commitObject(world, repository, await repository.git.commit(oid));
    case 'blob':
      return blobObject(repository, oid);
    case 'tree':
      return treeObject(world, repository, oid);
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

function treeObject(world: World, repository: Repository, oid: string) {
  return {
    __typename: 'Tree',
    id: nodeId('T', oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    entries: async () => {
      const entries = await repository.git.tree(oid, false);
      return entries.map((entry) => treeEntry(world, repository, entry));
    },
  };
}

function treeEntry(world: World, repository: Repository, entry: TreeEntry) {
  return {
    name: entry.path.split('/').at(-1) ?? entry.path,
    path: entry.path,
    oid: entry.oid,
    mode: Number.parseInt(entry.mode, 8),
    type: entry.type,
    size: entry.size ?? 0,
    object: () => gitObject(world, repository, entry.oid),
  };
}

export function commitObject(world: World, repository: Repository, commit: Commit) {
  const [messageHeadline = '', ...rest] = commit.message.split('\n');
  const url = `${repositoryHtmlUrl(world, repository)}/commit/${commit.oid}`;
  const commits = async (name: string, oids: readonly string[], page: PageArguments) => {
    const all = await Promise.all(oids.map((oid) => repository.git.commit(oid)));
    return connection(name, all, page, (one): unknown => commitObject(world, repository, one));
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
    tree: () => treeObject(world, repository, commit.tree),
    file: async ({ path }: { path: string }) => {
      const entry = await repository.git.entry(commit.oid, path);
      return entry === null ? null : treeEntry(world, repository, entry);
    },
    parents: (page: PageArguments) => commits('parents', commit.parents, page),
    history: async (page: PageArguments) => commits('history', await repository.git.list([commit.oid]), page),
    statusCheckRollup: () => rollupObject(world, repository, commit),
    status: () => statusObject(world, repository, commit),
    checkSuites: (args: PageArguments & { filterBy?: CheckSuiteFilter | null }) => {
      const suites = ofSuites(repository, suitesOf(repository, commit.oid), args.filterBy ?? {});
      return connection('checkSuites', suites, args, (suite) => checkSuite(world, repository, suite));
    },
    associatedPullRequests: async (page: PageArguments) => {
      const pulls = [...repository.pulls.values()].filter(
        ({ head, merge }) => head.sha === commit.oid || merge?.sha === commit.oid,
      );
      return connection('associatedPullRequests', pulls, page, (pull): unknown => pullRequest(world, repository, pull));
    },
  };
}

export async function refObject(world: World, repository: Repository, qualified: string) {
  const oid = await repository.git.resolve(qualified);
  if (oid === null) return null;
  const [, kind = '', ...rest] = qualified.split('/');
  return {
    id: nodeId('REF', `${repository.id}/${qualified}`),
    name: rest.join('/'),
    prefix: `refs/${kind}/`,
    target: () => gitObject(world, repository, oid),
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
      return connection('associatedPullRequests', wanted, args, (pull): unknown =>
        pullRequest(world, repository, pull),
      );
    },
  };
}

export const stateOf = (pull: { state: string; merge: unknown }): string =>
  pull.merge !== null ? 'MERGED' : pull.state.toUpperCase();

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
