/** What spawner and worker ask of GitHub: the pull requests of branches, and opening and closing one. */
import * as z from 'zod';
import { TransientError, UserError } from '../../domain/errors.ts';
import { type Branch, sha } from '../../domain/ids.ts';
import type { Opening, PullRequest, PullRequests, Repository } from '../../ports/github.ts';
import { type Client, refusalOf, UnclearError } from './client.ts';
import { BRANCHES_PER_QUERY, FACTS, factsNode, factsOf, labelsOf, mergeCommit, mergeCommitOf } from './facts.ts';
import { inspectRepository, notFound } from './inspect.ts';
import { chunksOf } from './pages.ts';

/** A branch belongs to one round of one task, so it has one pull request, seldom a few. GitHub counts what is asked for. */
const PER_BRANCH = 5;
const MOST_PER_BRANCH = 100;

const FIELDS = `${FACTS} state mergeCommit { oid }`;
const node = factsNode.extend({ state: z.enum(['OPEN', 'CLOSED', 'MERGED']), mergeCommit });
const connection = z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(node) });

export function createPullRequests(client: Client, repository: Repository): PullRequests {
  const where = { owner: repository.owner, repo: repository.name };

  /** What became of one that was opened before: that which is open, else the newest. */
  async function known(head: Branch): Promise<PullRequest | undefined> {
    const all = await reader.pullRequestsOf([head]);
    return all.find(({ state }) => state === 'open') ?? all[0];
  }

  async function make({ branch: head, base, title, body }: Opening): Promise<PullRequest> {
    const request = { ...where, head, base, title, body };
    try {
      const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', request);
      const { number, html_url: url } = data;
      const made = { number, url, branch: head, head: sha(data.head.sha), base, title, body };
      return { ...made, state: 'open', draft: false, labels: [], mergeCommit: undefined };
    } catch (failure) {
      // It may have been made all the same, or by somebody else a moment ago.
      const found = await known(head);
      if (found === undefined) throw unopened(failure, head);
      return found;
    }
  }

  const reader: PullRequests = {
    defaultBranch: async () => (await inspectRepository(client, repository)).defaultBranch,

    async pullRequestsOf(branches) {
      const found: PullRequest[] = [];
      for (const chunk of chunksOf(branches, BRANCHES_PER_QUERY)) {
        found.push(...(await ofChunk(client, repository, chunk, PER_BRANCH)));
      }
      return found;
    },

    open: async (want) => (await known(want.branch)) ?? (await make(want)),

    async close(number) {
      await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...where,
        pull_number: number,
        state: 'closed',
      });
    },
  };
  return reader;
}

/** Of so many branches as one query takes. A branch that has more than `first` is asked about once more, by itself. */
async function ofChunk(
  client: Client,
  repository: Repository,
  branches: readonly Branch[],
  first: number,
): Promise<PullRequest[]> {
  const aliases = branches.map(
    (
      _,
      at,
    ) => `b${at}: pullRequests(headRefName: $b${at}, first: ${first}, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage } nodes { ${FIELDS} } }`,
  );
  const declared = branches.map((_, at) => `$b${at}: String!`).join(', ');
  const query = `query PullRequestsOfBranches($owner: String!, $repo: String!, ${declared}) {
    repository(owner: $owner, name: $repo) { ${aliases.join('\n')} } }`;
  const variables = Object.fromEntries(branches.map((name, at) => [`b${at}`, name]));
  const answer = await client
    .graphql<{ repository: Record<string, unknown> | null }>(query, {
      owner: repository.owner,
      repo: repository.name,
      ...variables,
    })
    .catch((error: unknown) => {
      throw notFound(error, repository) ?? error;
    });
  const found: PullRequest[] = [];
  for (const [at, name] of branches.entries()) {
    const page = connection.parse(answer.repository?.[`b${at}`]);
    if (!page.pageInfo.hasNextPage) {
      // A fork may have a branch of the same name; it is none of ours.
      found.push(...page.nodes.filter((one) => !one.isCrossRepository).map(pullRequestOf));
    } else if (first === MOST_PER_BRANCH) {
      throw new TransientError(`The branch ${name} has more than ${first} pull requests.`);
    } else {
      found.push(...(await ofChunk(client, repository, [name], MOST_PER_BRANCH)));
    }
  }
  return found;
}

function pullRequestOf(one: z.infer<typeof node>): PullRequest {
  return {
    ...factsOf(one),
    state: one.state === 'OPEN' ? 'open' : one.state === 'MERGED' ? 'merged' : 'closed',
    labels: labelsOf(one),
    mergeCommit: mergeCommitOf(one),
  };
}

/** Why there is no pull request: a refusal is for people, everything else passes. */
function unopened(failure: unknown, head: Branch): unknown {
  const refusal = refusalOf(failure);
  if (failure instanceof UnclearError || refusal === undefined) return failure;
  return new UserError(`GitHub refuses a pull request of ${head}: ${refusal.message}`, {
    hint:
      refusal.status === 403 || refusal.status === 404
        ? 'The token needs the rights to write contents and pull requests of this repository.'
        : 'Look at the branch on GitHub; `heddle retry` goes on when it is repaired.',
    exit: refusal.status === 422 ? 'person' : 'access',
    cause: failure,
  });
}
