/** The shapes of GraphQL answers that the merger reads, and how they become its own types. */
import * as z from 'zod';
import { branch } from '../../domain/ids.ts';
import type { MergedPullRequest } from '../../ports/merger-github.ts';
import type { CheckRun, OpenPullRequest, Suite } from '../../ports/review.ts';
import { FACTS, factsNode, factsOf, labelsOf, mergeCommit, mergeCommitOf } from './facts.ts';
import { pageOf } from './pages.ts';
import { isVerdict } from './verdict-check.ts';

export const author = z.object({ __typename: z.string(), login: z.string() }).nullable();

export const OPEN_FIELDS = `${FACTS} createdAt author { __typename login } authorAssociation mergeable mergeStateStatus
  additions deletions changedFiles
  latestOpinionatedReviews(first: 50, writersOnly: true) { pageInfo { hasNextPage endCursor }
    nodes { state author { __typename login } commit { oid } } }`;
const opinion = z.object({ state: z.string(), author, commit: z.object({ oid: z.string() }).nullable() });
export const openNode = factsNode.extend({
  createdAt: z.coerce.date(),
  author,
  authorAssociation: z.string(),
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']),
  mergeStateStatus: z.string(),
  latestOpinionatedReviews: pageOf(opinion).nullable(),
  additions: z.number(),
  deletions: z.number(),
  changedFiles: z.number(),
});

const MERGEABLE = { MERGEABLE: 'yes', CONFLICTING: 'conflict', UNKNOWN: 'unknown' } as const;
const REVIEW = { APPROVED: 'approved', CHANGES_REQUESTED: 'changes requested', REVIEW_REQUIRED: 'required' } as const;

export function openPullRequestOf(node: z.infer<typeof openNode>): OpenPullRequest {
  return {
    ...factsOf(node),
    author: { login: loginOf(node.author), association: node.authorAssociation },
    fromFork: node.isCrossRepository,
    labels: node.labels?.pageInfo.hasNextPage ? undefined : labelsOf(node),
    mergeable: MERGEABLE[node.mergeable],
    behind: node.mergeStateStatus === 'BEHIND',
    review: reviewOf(node),
    answered: isAnswered(node),
    headApproved: isHeadApproved(node),
    changedLines: node.additions + node.deletions,
    changedFiles: node.changedFiles,
    createdAt: node.createdAt,
  };
}

/** GitHub decides only where a rule asks for reviews. A request for changes counts everywhere, and one unread may be one. */
function reviewOf({ reviewDecision, latestOpinionatedReviews }: z.infer<typeof openNode>): OpenPullRequest['review'] {
  if (reviewDecision !== null) return REVIEW[reviewDecision];
  const { nodes = [], pageInfo } = latestOpinionatedReviews ?? {};
  const objects = pageInfo?.hasNextPage === true || nodes.some(({ state }) => state === 'CHANGES_REQUESTED');
  return objects ? 'changes requested' : 'none';
}

function isAnswered({ headRefOid, latestOpinionatedReviews }: z.infer<typeof openNode>): boolean {
  const { nodes = [], pageInfo } = latestOpinionatedReviews ?? {};
  const requests = nodes.filter(({ state }) => state === 'CHANGES_REQUESTED');
  if (requests.length === 0 || pageInfo?.hasNextPage === true) return false;
  return requests.every(({ commit }) => commit !== null && commit.oid !== headRefOid);
}

/** An approval is of the head that it was given for; a token of Actions may approve, and is nobody. */
function isHeadApproved({ headRefOid, latestOpinionatedReviews }: z.infer<typeof openNode>): boolean {
  const { nodes = [] } = latestOpinionatedReviews ?? {};
  return nodes.some(
    ({ state, author: who, commit }) =>
      state === 'APPROVED' && who !== null && who.__typename !== 'Bot' && commit?.oid === headRefOid,
  );
}

/** GraphQL leaves the `[bot]` off, so that a bot and a person could be taken for each other. */
export function loginOf(who: z.infer<typeof author>): string {
  if (who === null) return '';
  return who.__typename === 'Bot' && !who.login.endsWith('[bot]') ? `${who.login}[bot]` : who.login;
}

/** The login of the token that a workflow run is given. */
const ACTIONS_LOGIN = 'github-actions[bot]';

/** The account of a token, as its own answer names it, spelled as `loginOf` spells authors. */
export function accountOf(viewerLogin: string): string {
  return `${viewerLogin}[bot]` === ACTIONS_LOGIN ? ACTIONS_LOGIN : viewerLogin;
}

/** The login of an app's token ends so; no person's can. */
export function isAppToken(viewerLogin: string): boolean {
  return accountOf(viewerLogin).endsWith('[bot]');
}

export function isActionsToken(viewerLogin: string): boolean {
  return accountOf(viewerLogin) === ACTIONS_LOGIN;
}

export const MERGED_FIELDS = 'number url body headRefName isCrossRepository mergeCommit { oid }';
export const mergedNode = factsNode
  .pick({ number: true, url: true, body: true, headRefName: true, isCrossRepository: true })
  .extend({ mergeCommit });

/** None for a fork's branch of the same name, nor for one whose merge commit GitHub does not know. */
export function mergedPullRequestOf(node: z.infer<typeof mergedNode>): MergedPullRequest[] {
  const commit = mergeCommitOf(node);
  if (node.isCrossRepository || commit === undefined) return [];
  const { number, url, body } = node;
  return [{ number, url, body, branch: branch(node.headRefName), commit }];
}

export const RUN_FIELDS = 'name status conclusion startedAt completedAt detailsUrl externalId url title';
export const runNode = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  startedAt: z.coerce.date().nullable(),
  completedAt: z.coerce.date().nullable(),
  detailsUrl: z.string().nullable(),
  externalId: z.string().nullable(),
  url: z.string(),
  title: z.string().nullable(),
});
export const runPage = pageOf(runNode);

/** Check runs of all attempts: of a job that was started once more the latest can be one that tested nothing. */
export const SUITE_FIELDS = `id createdAt status conclusion app { databaseId slug }
  workflowRun { url event workflow { name } file { path } }
  checkRuns(first: 50, filterBy: {checkType: ALL}) {
    pageInfo { hasNextPage endCursor } nodes { ${RUN_FIELDS} } }`;
export const suiteNode = z.object({
  id: z.string(),
  createdAt: z.coerce.date(),
  status: z.string(),
  conclusion: z.string().nullable(),
  app: z.object({ databaseId: z.number().nullable(), slug: z.string() }).nullable(),
  workflowRun: z
    .object({
      url: z.string(),
      event: z.string(),
      workflow: z.object({ name: z.string() }),
      file: z.object({ path: z.string() }).nullable(),
    })
    .nullable(),
  checkRuns: runPage.nullable(),
});
export const suitePage = pageOf(suiteNode);

export function suiteOf(node: z.infer<typeof suiteNode>): Suite {
  const { workflowRun } = node;
  return {
    id: node.id,
    createdAt: node.createdAt,
    app: node.app?.slug ?? '',
    appId: node.app?.databaseId ?? 0,
    workflow: workflowRun === null ? undefined : { path: workflowRun.file?.path, name: workflowRun.workflow.name },
    event: workflowRun?.event,
    runId: numberIn(workflowRun?.url, /\/actions\/runs\/(\d+)/),
    complete: node.status === 'COMPLETED',
    conclusion: node.conclusion?.toLowerCase(),
  };
}

export function runOf(node: z.infer<typeof runNode>, suite: Suite): CheckRun {
  return {
    id: numberIn(node.detailsUrl, /\/actions\/runs\/\d+\/job\/(\d+)/),
    name: node.name,
    suite,
    complete: node.status === 'COMPLETED',
    conclusion: node.conclusion?.toLowerCase(),
    startedAt: node.startedAt ?? undefined,
    completedAt: node.completedAt ?? undefined,
    ...(isVerdict(node) ? { isVerdict: true } : {}),
  };
}

/** The addresses have the numbers of runs and jobs whole; the fields that have them are too small for them. */
function numberIn(url: string | null | undefined, at: RegExp): number | undefined {
  const [, number] = at.exec(url ?? '') ?? [];
  return number === undefined ? undefined : Number(number);
}
