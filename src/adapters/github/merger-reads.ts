/** What the merger reads of GitHub. Each answer is whole or an error. */
import * as z from 'zod';
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { UserError } from '../../domain/errors.ts';
import type { Branch } from '../../domain/ids.ts';
import type { Repository } from '../../ports/github.ts';
import type { MergedPullRequest, MergerReader } from '../../ports/merger-github.ts';
import type { OpenPullRequest, RepositoryFacts } from '../../ports/review.ts';
import {
  isActionsToken,
  isAppToken,
  MERGED_FIELDS,
  mergedNode,
  mergedPullRequestOf,
  OPEN_FIELDS,
  openNode,
  openPullRequestOf,
} from './answers.ts';
import { type Client, refusalOf } from './client.ts';
import { BRANCHES_PER_QUERY } from './facts.ts';
import { fileOn, fileShape, type Query, stateFileReader, textOf } from './files.ts';
import { readDetails, readJobNames } from './head-details.ts';
import { notFound } from './inspect.ts';
import { chunksOf, pageOf, pagesFrom } from './pages.ts';
import { readRules } from './rules.ts';

const FILES_PER_PAGE = 100;
/** GitHub lists no more files of a pull request than this. */
const MAX_FILES = 3_000;

const facts = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z.object({
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    defaultBranchRef: z
      .object({ name: z.string(), target: z.object({ file: fileShape.optional() }).nullable() })
      .nullable(),
  }),
});
const openAnswer = z.object({ repository: z.object({ pullRequests: pageOf(openNode) }) });

export function createMergerReader(client: Client, repository: Repository): MergerReader {
  const where = { owner: repository.owner, repo: repository.name };
  const query: Query = (text, variables = {}) =>
    client.graphql(text, { ...where, ...variables }).catch((error: unknown) => {
      throw notFound(error, repository) ?? error;
    });

  return {
    repository: () => repositoryFacts(query, repository),
    fileOn: (branch, path) => fileOn(query, branch, path),
    stateFile: stateFileReader(query, client, repository),
    openPullRequests: (base) => openPullRequests(query, base),
    mergedInto: (base, branches) => mergedInto(query, base, branches),
    rulesOf: (base) => readRules(client, repository, base),
    details: (of, marker) => readDetails(client, repository, of, marker),
    jobNames: (runId) => readJobNames(client, repository, runId),

    async changedFiles({ number, changedFiles }) {
      const request = { ...where, pull_number: number, per_page: FILES_PER_PAGE };
      let listed = 0;
      const paths = await client.paginate(
        'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
        request,
        ({ data }, done) => {
          listed += data.length;
          if (listed >= Math.min(changedFiles, MAX_FILES)) done();
          return data.flatMap((one) => [one.filename, ...(one.previous_filename ? [one.previous_filename] : [])]);
        },
      );
      return { paths, complete: listed === changedFiles };
    },

    async mayWrite(username) {
      try {
        const request = { ...where, username };
        const { data } = await client.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', request);
        return data.permission === 'admin' || data.permission === 'write';
      } catch (error) {
        if (refusalOf(error) !== undefined) return false;
        throw error;
      }
    },

    async contains(branch, commit) {
      try {
        const basehead = `${branch}...${commit}`;
        const request = { ...where, basehead, per_page: 1 };
        const { data } = await client.request('GET /repos/{owner}/{repo}/compare/{basehead}', request);
        return data.status === 'behind' || data.status === 'identical';
      } catch (error) {
        if (refusalOf(error)?.status === 404) return false;
        throw error;
      }
    },
  };
}

async function repositoryFacts(query: Query, repository: Repository): Promise<RepositoryFacts> {
  const answer = facts.parse(
    await query(`query RepositoryFacts($owner: String!, $repo: String!) {
      viewer { login }
      repository(owner: $owner, name: $repo) {
        mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
        defaultBranchRef { name target { ... on Commit {
          file(path: "${CONFIG_PATH}") { object { ... on Blob { text isTruncated } } } } } } } }`),
  );
  const { defaultBranchRef, mergeCommitAllowed, squashMergeAllowed, rebaseMergeAllowed } = answer.repository;
  if (defaultBranchRef === null) {
    throw new UserError(`The repository ${repository.owner}/${repository.name} is empty.`, {
      hint: 'Push a first commit, then publish the epic.',
      exit: 'repository',
    });
  }
  const allowed = { merge: mergeCommitAllowed, squash: squashMergeAllowed, rebase: rebaseMergeAllowed };
  const methods = (['merge', 'squash', 'rebase'] as const).filter((method) => allowed[method]);
  return {
    defaultBranch: defaultBranchRef.name,
    methods,
    config: textOf(defaultBranchRef.target?.file),
    actionsToken: isActionsToken(answer.viewer.login),
    appToken: isAppToken(answer.viewer.login),
  };
}

async function openPullRequests(query: Query, base: string): Promise<OpenPullRequest[]> {
  const pageAfter = async (after: string | null) => {
    const answer = openAnswer.parse(
      await query(
        `query OpenPullRequests($owner: String!, $repo: String!, $base: String!, $after: String) {
          repository(owner: $owner, name: $repo) {
            pullRequests(states: OPEN, baseRefName: $base, first: 50, after: $after, orderBy: {field: CREATED_AT, direction: ASC}) {
              pageInfo { hasNextPage endCursor } nodes { ${OPEN_FIELDS} } } } }`,
        // For `mergeStateStatus` on older GitHub Enterprise Servers.
        { base, after, mediaType: { previews: ['merge-info'] } },
      ),
    );
    return answer.repository.pullRequests;
  };
  const found: OpenPullRequest[] = [];
  for await (const { nodes } of pagesFrom(await pageAfter(null), pageAfter)) {
    found.push(...nodes.map(openPullRequestOf));
  }
  return found;
}

async function mergedInto(query: Query, base: string, branches: readonly Branch[]): Promise<MergedPullRequest[]> {
  const found: MergedPullRequest[] = [];
  for (const chunk of chunksOf(branches, BRANCHES_PER_QUERY)) {
    const declared = chunk.map((_, index) => `$b${index}: String!`).join(', ');
    const aliases = chunk.map(
      (_, index) => `b${index}: pullRequests(headRefName: $b${index}, baseRefName: $base, states: MERGED, first: 20,
        orderBy: {field: CREATED_AT, direction: DESC}) { pageInfo { hasNextPage endCursor } nodes { ${MERGED_FIELDS} } }`,
    );
    const answer = z.object({ repository: z.record(z.string(), pageOf(mergedNode)) }).parse(
      await query(
        `query MergedPullRequests($owner: String!, $repo: String!, $base: String!, ${declared}) {
          repository(owner: $owner, name: $repo) { ${aliases.join('\n')} } }`,
        { base, ...Object.fromEntries(chunk.map((name, index) => [`b${index}`, name])) },
      ),
    );
    found.push(...Object.values(answer.repository).flatMap(({ nodes }) => nodes.flatMap(mergedPullRequestOf)));
  }
  return found;
}
