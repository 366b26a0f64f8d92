import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
let grace: Octokit;
const at = { ...where, pull_number: 1 };

beforeEach(async () => {
  stage = await setStage();
  await stage.branch('feature', { 'a.txt': 'a\n' });
  await stage.octokit.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Feature' });
  grace = stage.as(stage.sandbox.tokens.userAs('grace'));
});
afterEach(() => stage.end());

const refusal = async (request: Promise<unknown>): Promise<string> => {
  try {
    await request;
    return 'not refused';
  } catch (error) {
    return error instanceof Error ? (error.message.split(' - ')[0] ?? '') : '';
  }
};

const told = async () => {
  await stage.sandbox.world.bus.settled();
  return stage.events.flatMap(({ name, action, payload }) => {
    const { state, user } = Object(payload['review']);
    return name === 'pull_request_review' ? [`${action} ${String(state)} by ${String(Object(user).login)}`] : [];
  });
};

const reviewFields = `
  reviewDecision
  reviews(first: 9) { nodes { state authorAssociation author { login } } }
  latestReviews(first: 9) { nodes { state } }
  latestOpinionatedReviews(first: 9, writersOnly: true) { nodes { state body comments(first: 9) { nodes { path line body } } } }
`;
const look = async () => {
  const query = `{ repository(owner: "acme", name: "project") { pullRequest(number: 1) { ${reviewFields} } } }`;
  const { repository } = await stage.octokit.graphql<{ repository: { pullRequest: unknown } }>(query);
  return repository.pullRequest;
};

test('a review is told when it is submitted, edited and dismissed, and no word of it while it is pending', async () => {
  const { data: begun } = await grace.pulls.createReview({ ...at, body: 'Wait' });
  const review = { ...at, review_id: begun.id };
  expect((await stage.octokit.pulls.listReviews(at)).data).toEqual([]);
  expect((await grace.pulls.listReviews(at)).data.map(({ state }) => state)).toEqual(['PENDING']);
  expect(await refusal(stage.octokit.pulls.getReview(review))).toBe('Not Found');
  expect(await told()).toEqual([]);
  await grace.pulls.submitReview({ ...review, event: 'REQUEST_CHANGES' });
  await grace.pulls.updateReview({ ...review, body: 'Not like this' });
  await stage.octokit.pulls.dismissReview({ ...review, message: 'Seen to' });
  expect(await told()).toEqual([
    'submitted changes_requested by grace',
    'edited changes_requested by grace',
    'dismissed dismissed by grace',
  ]);
});

test('a dismissed review counts no more, neither for the decision nor against the merge', async () => {
  stage.sandbox.addRuleset(stage.sandbox.repository, { rules: [{ type: 'pull_request', approvals: 1 }] });
  const by = { authorAssociation: 'COLLABORATOR', author: { login: 'grace' } };
  const { data: approval } = await grace.pulls.createReview({ ...at, event: 'APPROVE' });
  expect(await look()).toMatchObject({
    reviewDecision: 'APPROVED',
    reviews: { nodes: [{ state: 'APPROVED', ...by }] },
  });
  await grace.pulls.createReview({ ...at, body: 'Draft' });
  expect(await look()).toMatchObject({ reviewDecision: 'APPROVED', latestReviews: { nodes: [{ state: 'APPROVED' }] } });
  await stage.octokit.pulls.dismissReview({ ...at, review_id: approval.id, message: 'Changed since' });
  expect(await look()).toEqual({
    reviewDecision: 'REVIEW_REQUIRED',
    reviews: { nodes: [{ state: 'DISMISSED', ...by }] },
    latestReviews: { nodes: [{ state: 'DISMISSED' }] },
    // What is read before a pull request goes back to its worker; comments on lines cannot be made.
    latestOpinionatedReviews: { nodes: [{ state: 'DISMISSED', body: '', comments: { nodes: [] } }] },
  });
  expect(await stage.status(stage.octokit.pulls.merge(at))).toBe(405);
});

test('GraphQL begins, submits, edits and dismisses reviews as REST does', async () => {
  const { data: pull } = await stage.octokit.pulls.get(at);
  const mutate = async (name: string, input: string, fields = 'state body') => {
    const text = `mutation { ${name}(input: {${input}}) { pullRequestReview { id ${fields} } } }`;
    const answer = await grace.graphql<Record<string, { pullRequestReview: { id: string } }>>(text);
    return answer[name]?.pullRequestReview;
  };
  const begun = await mutate('addPullRequestReview', `pullRequestId: "${pull.node_id}", body: "Hm"`);
  expect(begun).toMatchObject({ state: 'PENDING', body: 'Hm' });
  const id = `pullRequestReviewId: "${begun?.id}"`;
  const submitted = await mutate('submitPullRequestReview', `pullRequestId: "${pull.node_id}", event: REQUEST_CHANGES`);
  expect(submitted).toEqual({ id: begun?.id, state: 'CHANGES_REQUESTED', body: 'Hm' });
  expect(await mutate('updatePullRequestReview', `${id}, body: "No"`)).toMatchObject({ body: 'No' });
  expect(await mutate('dismissPullRequestReview', `${id}, message: "Fine"`)).toMatchObject({ state: 'DISMISSED' });
  await expect(mutate('dismissPullRequestReview', `${id}, message: "Fine"`)).rejects.toThrow(
    'Can not dismiss a dismissed pull request review',
  );
  expect(await told()).toHaveLength(3);
});

test('what GitHub refuses: own verdicts, empty words, a second draft, a comment dismissed, and approval by Actions', async () => {
  const { octokit, sandbox, as } = stage;
  const says = (who: Octokit, more: object) => refusal(who.pulls.createReview({ ...at, ...more }));
  const unprocessable = (what: string) => expect.stringContaining(what);
  expect(await says(octokit, { event: 'APPROVE' })).toEqual(unprocessable('Review Can not approve your own'));
  expect(await says(octokit, { event: 'REQUEST_CHANGES', body: 'No' })).toEqual(
    unprocessable('Review Can not request changes on your own'),
  );
  expect(await says(octokit, { event: 'COMMENT', body: 'By the way' })).toBe('not refused');
  expect(await says(grace, { event: 'REQUEST_CHANGES' })).toEqual(unprocessable('body'));
  expect(await says(as(sandbox.tokens.actions()), { event: 'APPROVE' })).toEqual(
    unprocessable('GitHub Actions is not permitted to approve pull requests.'),
  );
  await grace.pulls.createReview({ ...at });
  expect(await says(grace, { event: 'APPROVE' })).toEqual(unprocessable('one pending review per pull request'));
  const [comment] = (await octokit.pulls.listReviews(at)).data;
  const dismissal = { ...at, review_id: comment?.id ?? 0, message: 'Gone' };
  expect(await refusal(octokit.pulls.dismissReview(dismissal))).toEqual(
    unprocessable('Can not dismiss a commented pull request review'),
  );
});

test('anybody who reads may review, but nobody without write access dismisses or edits what others said', async () => {
  const eve = stage.as(stage.sandbox.tokens.userAs('eve', 'read'));
  await eve.pulls.createReview({ ...at, event: 'REQUEST_CHANGES', body: 'No' });
  const { data: approval } = await grace.pulls.createReview({ ...at, event: 'APPROVE' });
  const review = { ...at, review_id: approval.id };
  expect(await stage.status(eve.pulls.dismissReview({ ...review, message: 'No' }))).toBe(403);
  expect(await stage.status(eve.pulls.updateReview({ ...review, body: 'No' }))).toBe(403);
  expect((await stage.octokit.pulls.getReview(review)).data.state).toBe('APPROVED');
});
