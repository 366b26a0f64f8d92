/** What the merger reads of GitHub. Each answer is whole or an error. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { TransientError, UserError } from '../../domain/errors.ts';
import { sha } from '../../domain/ids.ts';
import { MAX_ISSUES_BYTES } from '../../domain/lines.ts';
import type { Repository } from '../../ports/github.ts';
import type { MergedPullRequest, MergerReader, OpenPullRequest } from '../../ports/merger-github.ts';
import { MERGED_FIELDS, mergedNode, mergedPullRequestOf, OPEN_FIELDS, openNode, openPullRequestOf } from './answers.ts';
import { type Client, refusalOf } from './client.ts';
import { BRANCHES_PER_QUERY } from './facts.ts';
import { readDetails } from './head-details.ts';
import { notFound } from './inspect.ts';
import { chunksOf, pageOf, pagesFrom } from './pages.ts';
import { readRules } from './rules.ts';

const FILES_PER_PAGE = 100;
/** GitHub lists no more files of a pull request than this. */
const MAX_FILES = 3_000;
/** The login of the token that a workflow run is given. */
const ACTIONS_LOGIN = 'github-actions[bot]';

const blob = z.object({ text: z.string().nullable(), isTruncated: z.boolean() });
const file = z.object({ object: blob.nullable() }).nullable();
const facts = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z.object({
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    defaultBranchRef: z.object({ name: z.string(), target: z.object({ file: file.optional() }).nullable() }).nullable(),
  }),
});
const fileAnswer = z.object({
  repository: z.object({ ref: z.object({ target: z.object({ file: file.optional() }).nullable() }).nullable() }),
});
const stateAnswer = z.object({
  repository: z.object({
    ref: z
      .object({
        target: z.object({ oid: z.string(), file: z.object({ oid: z.string(), size: z.number() }).nullish() }),
      })
      .nullable(),
  }),
});
const openAnswer = z.object({ repository: z.object({ pullRequests: pageOf(openNode) }) });

export function createMergerReader(client: Client, repository: Repository): MergerReader {
  const where = { owner: repository.owner, repo: repository.name };
  const query = (text: string, variables: Record<string, unknown> = {}): Promise<unknown> =>
    client.graphql(text, { ...where, ...variables }).catch((error: unknown) => {
      throw notFound(error, repository) ?? error;
    });
  let lastBlob: { oid: string; content: string } | undefined;

  return {
    async repository() {
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
        actionsToken: [ACTIONS_LOGIN, 'github-actions'].includes(answer.viewer.login),
      };
    },

    async fileOn(branch, path) {
      const answer = fileAnswer.parse(
        await query(
          `query FileOn($owner: String!, $repo: String!, $ref: String!, $path: String!) {
            repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { ... on Commit {
              file(path: $path) { object { ... on Blob { text isTruncated } } } } } } } }`,
          { ref: `refs/heads/${branch}`, path },
        ),
      );
      return textOf(answer.repository.ref?.target?.file);
    },

    rulesOf: (base) => readRules(client, repository, base),

    async stateFile(branch, path) {
      const answer = stateAnswer.parse(
        await query(
          `query StateFile($owner: String!, $repo: String!, $ref: String!, $path: String!) {
            repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { oid ... on Commit {
              file(path: $path) { oid size } } } } } }`,
          { ref: `refs/heads/${branch}`, path },
        ),
      );
      const target = answer.repository.ref?.target;
      if (target === undefined) return undefined;
      const entry = target.file ?? undefined;
      if (entry !== undefined && lastBlob?.oid !== entry.oid) {
        lastBlob = { oid: entry.oid, content: await readBlob(client, repository, entry, `${branch}:${path}`) };
      }
      return { commit: sha(target.oid), content: entry === undefined ? undefined : lastBlob?.content };
    },

    async openPullRequests(base) {
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
    },

    details: (of, marker) => readDetails(client, repository, of, marker),

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

    async mergedInto(base, branches) {
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

function textOf(entry: z.infer<typeof file> | undefined): string | undefined {
  const found = entry?.object;
  if (found === null || found === undefined) return undefined;
  if (found.isTruncated || found.text === null) {
    throw new UserError(`${CONFIG_PATH} on GitHub is no text file of ordinary size.`, {
      hint: 'Fix it on the base branch.',
      exit: 'config',
    });
  }
  return found.text;
}

/** The content is held against its own name, so that half a file is never taken for the whole. */
async function readBlob(
  client: Client,
  { owner, name }: Repository,
  entry: { oid: string; size: number },
  what: string,
): Promise<string> {
  if (entry.size > MAX_ISSUES_BYTES) {
    throw new UserError(`${what} has ${entry.size} bytes, more than the limit of ${MAX_ISSUES_BYTES}.`, {
      hint: 'Delete lines of long closed issues from it and commit that.',
      exit: 'beads',
    });
  }
  const request = { owner, repo: name, file_sha: entry.oid };
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', request);
  const bytes = Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8');
  const oid = createHash(entry.oid.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
  if (oid !== entry.oid) throw new TransientError(`GitHub’s answer for ${what} is not the whole file.`);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // Bytes that are no text would go back changed.
  throw new UserError(`${what} is not valid UTF-8.`, {
    hint: 'Fix it with a commit of your own.',
    exit: 'beads',
  });
}
