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
import { type Client, graphqlErrorsOf, refusalOf } from './client.ts';
import { BRANCHES_PER_QUERY } from './facts.ts';
import { fileOn, fileShape, type Query, stateFileReader, textOf } from './files.ts';
import { readDetails, readJobNames } from './head-details.ts';
import { notFound } from './inspect.ts';
import { chunksOf, pageOf, pagesFrom } from './pages.ts';
import { BRANCH_RULES, branchRules, readRules, rulesIn } from './rules.ts';
import { type Ask, together } from './together.ts';

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
      .object({ name: z.string(), target: z.object({ file: fileShape.optional() }).nullable(), ...branchRules })
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

  const ask = together(client, repository);

  return {
    repository: () => repositoryFacts(query, repository),
    fileOn: (branch, path) => fileOn(query, branch, path),
    stateFile: stateFileReader(ask, client, repository),
    openPullRequests: (base) => openPullRequests(ask, base),
    mergedInto: (base, branches) => mergedInto(ask, base, branches),
    rulesOf: (base) => readRules(client, repository, base),
    details: (of, marker) => readDetails({ client, ask, repository }, of, marker),
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
  const text = (rules: string) => `query RepositoryFacts($owner: String!, $repo: String!) {
      viewer { login }
      repository(owner: $owner, name: $repo) {
        mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
        defaultBranchRef { name ${rules} target { ... on Commit {
          file(path: "${CONFIG_PATH}") { object { ... on Blob { text isTruncated } } } } } } } }`;
  const answer = facts.parse(
    await query(text(BRANCH_RULES)).catch((error: unknown) => {
      // A token that may not see rules here can still ask for them by themselves.
      if (graphqlErrorsOf(error)?.some(({ type }) => type === 'FORBIDDEN')) return query(text(''));
      throw error;
    }),
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
    rules: rulesIn(defaultBranchRef),
    actionsToken: isActionsToken(answer.viewer.login),
    appToken: isAppToken(answer.viewer.login),
  };
}

async function openPullRequests(ask: Ask, base: string): Promise<OpenPullRequest[]> {
  const pageAfter = async (after: string | null) => {
    const answer = openAnswer.parse(
      await ask({
        name: 'OpenPullRequests',
        declare: { base: 'String!', after: 'String' },
        variables: { base, after },
        fields: `pullRequests(states: OPEN, baseRefName: $base, first: 50, after: $after, orderBy: {field: CREATED_AT, direction: ASC}) {
          pageInfo { hasNextPage endCursor } nodes { ${OPEN_FIELDS} } }`,
      }),
    );
    return answer.repository.pullRequests;
  };
  const found: OpenPullRequest[] = [];
  for await (const { nodes } of pagesFrom(await pageAfter(null), pageAfter)) {
    found.push(...nodes.map(openPullRequestOf));
  }
  return found;
}

async function mergedInto(ask: Ask, base: string, branches: readonly Branch[]): Promise<MergedPullRequest[]> {
  const found: MergedPullRequest[] = [];
  for (const chunk of chunksOf(branches, BRANCHES_PER_QUERY)) {
    const aliases = chunk.map(
      (_, index) => `b${index}: pullRequests(headRefName: $b${index}, baseRefName: $base, states: MERGED, first: 20,
        orderBy: {field: CREATED_AT, direction: DESC}) { pageInfo { hasNextPage endCursor } nodes { ${MERGED_FIELDS} } }`,
    );
    const answer = z.object({ repository: z.record(z.string(), pageOf(mergedNode)) }).parse(
      await ask({
        name: 'MergedPullRequests',
        declare: { base: 'String!', ...Object.fromEntries(chunk.map((_, index) => [`b${index}`, 'String!'])) },
        variables: { base, ...Object.fromEntries(chunk.map((name, index) => [`b${index}`, name])) },
        fields: aliases.join('\n'),
      }),
    );
    found.push(...Object.values(answer.repository).flatMap(({ nodes }) => nodes.flatMap(mergedPullRequestOf)));
  }
  return found;
}
