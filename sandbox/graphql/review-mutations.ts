/** Mutations of reviews. */
import { permissionIn } from '../access.ts';
import { Refused } from '../refused.ts';
import { createReview, dismissReview, editReview, type ReviewEvent, reviewsOf, submitReview } from '../reviews.ts';
import { loginOf, type PullRequest, type Repository, type Review } from '../world.ts';
import { demand, type Input, pullFor, unresolved } from './demands.ts';
import type { GraphqlContext } from './graph.ts';
import { reviewObject } from './reviews.ts';

type Draft = { pullRequestId: string; event?: string | null; body?: string | null; commitOID?: string | null };
type Submission = {
  pullRequestId?: string | null;
  pullRequestReviewId?: string | null;
  event: string;
  body?: string | null;
};

export const reviewMutations = {
  addPullRequestReview: (
    { input }: Input<Draft & { comments?: unknown; threads?: unknown }>,
    context: GraphqlContext,
  ) => {
    const { repository, pull } = pullFor(input.pullRequestId, context, ['pull_requests'], { anyReader: true });
    const said = [input.comments, input.threads].flat().filter((one) => one !== undefined && one !== null);
    if (said.length > 0) throw new Error('The sandbox does not model comments on lines.');
    return inTurn(repository, context, input, async ({ world, actor }) => {
      const event = input.event === undefined || input.event === null ? null : eventOf(input.event);
      const draft = { event, body: input.body ?? '', commitSha: input.commitOID ?? undefined };
      return createReview(world, repository, pull, draft, actor);
    });
  },

  submitPullRequestReview: ({ input }: Input<Submission>, context: GraphqlContext) => {
    const { repository, pull, review } = pendingOf(input, context);
    const event = eventOf(input.event);
    return inTurn(repository, context, input, async ({ world, actor }) => {
      await submitReview(world, repository, pull, review, { event, body: input.body ?? undefined }, actor);
      return review;
    });
  },

  updatePullRequestReview: (
    { input }: Input<{ pullRequestReviewId: string; body: string }>,
    context: GraphqlContext,
  ) => {
    const { repository, pull, review } = reviewFor(input.pullRequestReviewId, context);
    if (!isOwn(review, context)) demand(repository, context, 'pull_requests');
    return inTurn(repository, context, input, async ({ world, actor }) => {
      await editReview(world, repository, pull, review, input.body, actor);
      return review;
    });
  },

  dismissPullRequestReview: ({ input }: Input<{ pullRequestReviewId: string }>, context: GraphqlContext) => {
    const { repository, pull, review } = reviewFor(input.pullRequestReviewId, context);
    demand(repository, context, 'pull_requests');
    return inTurn(repository, context, input, async ({ world, actor }) => {
      await dismissReview(world, repository, pull, review, actor);
      return review;
    });
  },
};

type Acting = { world: GraphqlContext['graph']['world']; actor: GraphqlContext['credential']['actor'] };

/** GraphQL shows as the message what REST lists below it. */
async function inTurn(
  repository: Repository,
  { graph, credential }: GraphqlContext,
  input: { clientMutationId?: string | null },
  change: (acting: Acting) => Promise<Review>,
) {
  try {
    const review = await repository.exclusively(() => change({ world: graph.world, actor: credential.actor }));
    const node = reviewObject(graph, repository, review);
    return {
      clientMutationId: input.clientMutationId ?? null,
      pullRequestReview: node,
      reviewEdge: { cursor: review.nodeId, node },
    };
  } catch (error) {
    if (error instanceof Refused && error.errors !== undefined) throw new Refused(422, String(error.errors[0]));
    throw error;
  }
}

function eventOf(name: string): ReviewEvent {
  if (name === 'APPROVE' || name === 'REQUEST_CHANGES' || name === 'COMMENT') return name;
  throw new Refused(422, `A review is not submitted by ${name}.`);
}

const isOwn = (review: Review, { credential }: GraphqlContext): boolean =>
  review.authorLogin.toLowerCase() === loginOf(credential.actor).toLowerCase();

type Found = { repository: Repository; pull: PullRequest; review: Review };

function reviewFor(id: string, context: GraphqlContext): Found {
  for (const repository of context.graph.world.repositories.values()) {
    if (permissionIn(repository, context.credential) === 'none') continue;
    for (const pull of repository.pulls.values()) {
      const seen = reviewsOf(repository, pull, loginOf(context.credential.actor));
      const review = seen.find(({ nodeId }) => nodeId === id);
      if (review !== undefined) return { repository, pull, review };
    }
  }
  throw unresolved(id);
}

/** The review that is named, or the one that this account has begun on the pull request. */
function pendingOf(input: Submission, context: GraphqlContext): Found {
  if (typeof input.pullRequestReviewId === 'string') return reviewFor(input.pullRequestReviewId, context);
  const { repository, pull } = pullFor(input.pullRequestId ?? '', context, ['pull_requests'], { anyReader: true });
  const seen = reviewsOf(repository, pull, loginOf(context.credential.actor));
  const review = seen.find(({ state }) => state === 'PENDING');
  if (review === undefined) throw unresolved(input.pullRequestId ?? '');
  return { repository, pull, review };
}
