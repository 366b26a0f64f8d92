/** `/repos/{owner}/{repo}/pulls/{pull_number}/reviews…` */
import * as z from 'zod';
import { notFound } from '../refused.ts';
import { createReview, deletePending, dismissReview, editReview, reviewsOf, submitReview } from '../reviews.ts';
import { reviewShape } from '../shapes/pulls.ts';
import { loginOf, type Review } from '../world.ts';
import {
  page,
  parseBody,
  pullOf,
  type RepositoryRequest,
  type Route,
  reads,
  type WriteRequest,
  writes,
} from './router.ts';

const event = z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
const draft = z.object({
  body: z.string().default(''),
  event: event.optional(),
  commit_id: z.string().optional(),
  comments: z.array(z.object({ path: z.string(), line: z.number().optional(), body: z.string() })).default([]),
});

const seenBy = ({ credential }: RepositoryRequest): string | null =>
  credential === null ? null : loginOf(credential.actor);

function reviewOf(request: RepositoryRequest): Review {
  const id = Number(request.params['review_id']);
  const found = reviewsOf(request.repository, pullOf(request), seenBy(request)).find((review) => review.id === id);
  if (found === undefined) throw notFound();
  return found;
}

const authorOf = (request: RepositoryRequest): string => reviewOf(request).authorLogin;

const answer = ({ world, repository }: RepositoryRequest, review: Review) => ({
  status: 200,
  body: reviewShape(world, repository, review),
});

const at = '/pulls/{pull_number}/reviews/{review_id}';

export const reviewRoutes: Route[] = [
  reads('/pulls/{pull_number}/reviews', 'pull_requests', async (request) => {
    const { world, repository } = request;
    const { items, headers } = page(request, reviewsOf(repository, pullOf(request), seenBy(request)));
    return { status: 200, body: items.map((one) => reviewShape(world, repository, one)), headers };
  }),

  writes('POST', '/pulls/{pull_number}/reviews', 'pull_requests', create, { anyReader: true }),

  reads(at, 'pull_requests', async (request) => answer(request, reviewOf(request))),

  writes(
    'PUT',
    at,
    'pull_requests',
    async (request) => {
      const { world, repository, credential } = request;
      const review = reviewOf(request);
      const { body } = parseBody(z.object({ body: z.string() }), request);
      await editReview(world, repository, pullOf(request), review, body, credential.actor);
      return answer(request, review);
    },
    { orAuthor: authorOf },
  ),

  writes(
    'DELETE',
    at,
    'pull_requests',
    async (request) => {
      const review = reviewOf(request);
      deletePending(request.repository, review);
      return answer(request, review);
    },
    { orAuthor: authorOf },
  ),

  writes(
    'POST',
    `${at}/events`,
    'pull_requests',
    async (request) => {
      const { world, repository, credential } = request;
      const review = reviewOf(request);
      const said = parseBody(z.object({ event, body: z.string().optional() }), request);
      await submitReview(
        world,
        repository,
        pullOf(request),
        review,
        { event: said.event, body: said.body },
        credential.actor,
      );
      return answer(request, review);
    },
    { orAuthor: authorOf },
  ),

  writes('PUT', `${at}/dismissals`, 'pull_requests', async (request) => {
    const { world, repository, credential } = request;
    const review = reviewOf(request);
    parseBody(z.object({ message: z.string().min(1) }), request);
    await dismissReview(world, repository, pullOf(request), review, credential.actor);
    return answer(request, review);
  }),
];

async function create(request: WriteRequest) {
  const { world, repository, credential } = request;
  const { event: submits, body, commit_id: commitSha, comments: remarks } = parseBody(draft, request);
  const wanted = { event: submits ?? null, body, commitSha, remarks };
  return answer(request, await createReview(world, repository, pullOf(request), wanted, credential.actor));
}
