/** What was said of a head commit (every page of it), and the merger's own comment on its pull request. */
import * as z from 'zod';
import type { Sha } from '../../domain/ids.ts';
import type { Repository } from '../../ports/github.ts';
import type { CheckRun, CommitStatus, HeadDetails, OwnComment, SaidVerdict, Suite } from '../../ports/review.ts';
import {
  accountOf,
  author,
  isAppToken,
  loginOf,
  RUN_FIELDS,
  type runNode,
  runOf,
  runPage,
  SUITE_FIELDS,
  type suiteNode,
  suiteOf,
  suitePage,
} from './answers.ts';
import { type Client, refusalOf } from './client.ts';
import { chunksOf, pageOf, pagesFrom } from './pages.ts';
import type { Ask } from './together.ts';
import { isVerdict, saidByRun, saidByStatus } from './verdict-check.ts';

type Asked = { number: number; head: Sha };

/** Heads per query: GitHub counts the nodes that a query could return. */
const HEADS_PER_QUERY = 10;
const SUITES = `checkSuites(first: 40, after: $suitesAfter) { pageInfo { hasNextPage endCursor } nodes { ${SUITE_FIELDS} } }`;
const COMMENTS = `comments(first: 50, after: $commentsAfter) {
  pageInfo { hasNextPage endCursor } nodes { fullDatabaseId body author { __typename login } } }`;

const commentNode = z.object({
  fullDatabaseId: z.union([z.string(), z.number(), z.bigint()]).nullable(),
  body: z.string(),
  author,
});
const commentPage = pageOf(commentNode);
const commit = z.object({
  oid: z.string(),
  committedDate: z.coerce.date(),
  status: z
    .object({
      contexts: z.array(
        z.object({
          context: z.string(),
          state: z.string(),
          description: z.string().nullable(),
          createdAt: z.coerce.date(),
        }),
      ),
    })
    .nullable(),
  checkSuites: suitePage.nullable(),
});
const pullRequest = z.object({ comments: commentPage });

/** A head that GitHub does not know (any more) is left out. */
export async function readDetails(
  { client, ask, repository }: { client: Client; ask: Ask; repository: Repository },
  asked: readonly Asked[],
  marker: string | undefined,
): Promise<Map<number, HeadDetails>> {
  const details = new Map<number, HeadDetails>();
  for (const chunk of chunksOf(asked, HEADS_PER_QUERY)) {
    const { account, answer } = await readChunk(ask, chunk);
    const own = { marker, account };
    for (const [index, one] of chunk.entries()) {
      const head = commit.nullable().parse(answer[`c${index}`] ?? null);
      const request = pullRequest.nullable().parse(answer[`p${index}`] ?? null);
      if (head === null || request === null || head.oid !== one.head) continue;
      const suites = await allSuites(client, repository, head);
      const statuses = head.status?.contexts ?? [];
      details.set(one.number, {
        checks: {
          committedAt: head.committedDate,
          suites: suites.map(({ suite }) => suite),
          runs: suites.flatMap(({ runs }) => runs),
          statuses: statuses.map(statusOf),
        },
        said: isAppToken(account) ? newest(suites.flatMap(saidIn(account))) : saidByStatus(statuses),
        comment: await ownComment(client, repository, one.number, request.comments, own),
      });
    }
  }
  return details;
}

/** `account`: the login that the token belongs to. */
async function readChunk(
  ask: Ask,
  chunk: readonly Asked[],
): Promise<{ account: string; answer: Record<string, unknown> }> {
  const fields = chunk.map(
    (_, at) => `c${at}: object(oid: $o${at}) {
      ... on Commit { oid committedDate status { contexts { context state description createdAt } } ${SUITES} } }
      p${at}: pullRequest(number: $n${at}) { ${COMMENTS} }`,
  );
  const heads = chunk.flatMap(({ number, head }, at) => [
    [`o${at}`, 'GitObjectID!', head] as const,
    [`n${at}`, 'Int!', number] as const,
  ]);
  const { viewer, repository } = await ask({
    name: 'HeadDetails',
    declare: {
      suitesAfter: 'String',
      commentsAfter: 'String',
      ...Object.fromEntries(heads.map(([name, type]) => [name, type])),
    },
    variables: {
      suitesAfter: null,
      commentsAfter: null,
      ...Object.fromEntries(heads.map(([name, , value]) => [name, value])),
    },
    fields: fields.join('\n'),
  });
  return { account: accountOf(viewer), answer: z.record(z.string(), z.unknown()).parse(repository) };
}

type SuiteWithRuns = { suite: Suite; runs: CheckRun[]; verdicts: readonly z.infer<typeof runNode>[] };

function newest(said: readonly SaidVerdict[]): SaidVerdict | undefined {
  return said.toSorted((a, b) => (b.run ?? 0) - (a.run ?? 0))[0];
}

/** An app changes no check run but its own. */
function saidIn(account: string): (one: SuiteWithRuns) => SaidVerdict[] {
  return ({ suite, verdicts }) =>
    `${suite.app}[bot]` === account ? verdicts.flatMap((node) => saidByRun(node) ?? []) : [];
}

async function allSuites(client: Client, where: Repository, head: z.infer<typeof commit>): Promise<SuiteWithRuns[]> {
  const more = async (after: string) => {
    const answer = await client.graphql(
      `query MoreSuites($owner: String!, $repo: String!, $oid: GitObjectID!, $suitesAfter: String) {
        repository(owner: $owner, name: $repo) { object(oid: $oid) { ... on Commit { ${SUITES} } } } }`,
      { owner: where.owner, repo: where.name, oid: head.oid, suitesAfter: after },
    );
    return z.object({ repository: z.object({ object: z.object({ checkSuites: suitePage }) }) }).parse(answer).repository
      .object.checkSuites;
  };
  const found: SuiteWithRuns[] = [];
  for await (const { nodes } of pagesFrom(head.checkSuites, more)) {
    for (const node of nodes) found.push(await withAllRuns(client, node));
  }
  return found;
}

async function withAllRuns(client: Client, node: z.infer<typeof suiteNode>): Promise<SuiteWithRuns> {
  const suite = suiteOf(node);
  const more = async (after: string) => {
    const answer = await client.graphql(
      `query MoreRuns($id: ID!, $after: String) { node(id: $id) { ... on CheckSuite {
        checkRuns(first: 100, after: $after, filterBy: {checkType: ALL}) {
          pageInfo { hasNextPage endCursor } nodes { ${RUN_FIELDS} } } } } }`,
      { id: node.id, after },
    );
    return z.object({ node: z.object({ checkRuns: runPage }) }).parse(answer).node.checkRuns;
  };
  const all: z.infer<typeof runNode>[] = [];
  for await (const { nodes } of pagesFrom(node.checkRuns, more)) all.push(...nodes);
  return { suite, runs: all.map((run) => runOf(run, suite)), verdicts: all.filter(isVerdict) };
}

/** Of all attempts, as the check runs are. A job has the name of its check run. */
export async function readJobNames(
  client: Client,
  { owner, name: repo }: Repository,
  runId: number,
): Promise<ReadonlySet<string> | undefined> {
  const request = { owner, repo, run_id: runId, filter: 'all', per_page: 100 } as const;
  try {
    const jobs = await client.paginate('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', request);
    return new Set(jobs.map(({ name }) => name));
  } catch (error) {
    if (refusalOf(error) !== undefined) return undefined;
    throw error;
  }
}

async function ownComment(
  client: Client,
  where: Repository,
  number: number,
  first: z.infer<typeof commentPage>,
  { marker, account }: { marker: string | undefined; account: string },
): Promise<OwnComment | undefined> {
  if (marker === undefined) return undefined;
  const more = async (after: string) => {
    const answer = await client.graphql(
      `query MoreComments($owner: String!, $repo: String!, $number: Int!, $commentsAfter: String) {
        repository(owner: $owner, name: $repo) { pullRequest(number: $number) { ${COMMENTS} } } }`,
      { owner: where.owner, repo: where.name, number, commentsAfter: after },
    );
    return z.object({ repository: z.object({ pullRequest }) }).parse(answer).repository.pullRequest.comments;
  };
  for await (const { nodes } of pagesFrom(first, more)) {
    const own = nodes.find((comment) => comment.body.includes(marker) && isBy(comment, account));
    if (own !== undefined && own.fullDatabaseId !== null) return { id: String(own.fullDatabaseId), body: own.body };
  }
  return undefined;
}

/** Anybody can write the marker into a comment: ours is only what this very account has written. */
function isBy({ author }: z.infer<typeof commentNode>, account: string): boolean {
  return loginOf(author).toLowerCase() === account.toLowerCase();
}

function statusOf({ context, state, createdAt }: { context: string; state: string; createdAt: Date }): CommitStatus {
  const known = state === 'SUCCESS' ? 'success' : state === 'PENDING' || state === 'EXPECTED' ? 'pending' : 'failure';
  return { name: context, state: known, at: createdAt };
}
