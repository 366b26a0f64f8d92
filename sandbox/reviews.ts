/** Reviews of pull requests: begun, submitted, edited, dismissed. Sources of the refusals: answers that users quote. */
import { nodeId } from './create.ts';
import type { Actor } from './events.ts';
import { emitReview } from './payloads.ts';
import { Refused } from './refused.ts';
import { loginOf, type PullRequest, type Remark, type Repository, type Review, type World } from './world.ts';

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

const stateByEvent = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

const refused = (message: string) => new Refused(422, 'Unprocessable Entity', [message]);

/** Without an event it is pending until it is submitted. */
export async function createReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  draft: { event: ReviewEvent | null; body: string; commitSha?: string | undefined; remarks?: readonly Remark[] },
  actor: Actor,
): Promise<Review> {
  const login = loginOf(actor);
  const pending = reviewsOf(repository, pull, login).find(({ state }) => state === 'PENDING');
  if (pending !== undefined) throw refused('User can only have one pending review per pull request');
  if (draft.event !== null) refuseSubmission(pull, actor, draft.event, draft.body);
  const id = world.nextId();
  const made: Review = {
    id,
    nodeId: nodeId('PRR', id),
    pullNumber: pull.number,
    authorLogin: login,
    state: draft.event === null ? 'PENDING' : stateByEvent[draft.event],
    body: draft.body,
    remarks: draft.remarks ?? [],
    commitSha: draft.commitSha ?? pull.head.sha,
    submittedAt: draft.event === null ? null : world.now(),
  };
  repository.reviews.push(made);
  if (draft.event !== null) await emitReview(world, repository, pull, made, 'submitted', actor);
  return made;
}

export async function submitReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  { event, body }: { event: ReviewEvent; body: string | undefined },
  actor: Actor,
): Promise<void> {
  if (review.state !== 'PENDING') throw refused('Can not submit a review that is not pending');
  refuseSubmission(pull, actor, event, body ?? review.body);
  // Reviews are listed in the order in which they were submitted.
  repository.reviews.push(...repository.reviews.splice(repository.reviews.indexOf(review), 1));
  Object.assign(review, { state: stateByEvent[event], body: body ?? review.body, submittedAt: world.now() });
  await emitReview(world, repository, pull, review, 'submitted', actor);
}

function refuseSubmission(pull: PullRequest, actor: Actor, event: ReviewEvent, body: string): void {
  if (event === 'APPROVE' && actor.kind === 'actions') {
    throw refused('GitHub Actions is not permitted to approve pull requests.');
  }
  if (event !== 'COMMENT' && loginOf(actor).toLowerCase() === pull.authorLogin.toLowerCase()) {
    const what = event === 'APPROVE' ? 'approve' : 'request changes on';
    throw refused(`Review Can not ${what} your own pull request`);
  }
  // Documented; GitHub's words are not known for sure.
  if (event !== 'APPROVE' && body === '') throw refused('Review body is required');
}

export async function editReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  body: string,
  actor: Actor,
): Promise<void> {
  const changes = { body: { from: review.body } };
  review.body = body;
  if (review.state !== 'PENDING') await emitReview(world, repository, pull, review, 'edited', actor, { changes });
}

/** Its words stay, its opinion counts no more. */
export async function dismissReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  actor: Actor,
): Promise<void> {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw refused(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  }
  review.state = 'DISMISSED';
  await emitReview(world, repository, pull, review, 'dismissed', actor);
}

export function deletePending(repository: Repository, review: Review): void {
  if (review.state !== 'PENDING') throw refused('Can not delete a non-pending pull request review');
  repository.reviews.splice(repository.reviews.indexOf(review), 1);
}

/** The reviews that this account sees, oldest first. */
export function reviewsOf(repository: Repository, pull: PullRequest, login: string | null): Review[] {
  return repository.reviews.filter(
    ({ pullNumber, state, authorLogin }) =>
      pullNumber === pull.number && (state !== 'PENDING' || authorLogin.toLowerCase() === login?.toLowerCase()),
  );
}
