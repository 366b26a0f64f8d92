/** Labels and comments. Issues that are no pull requests are not modelled. */
import * as z from 'zod';
import { addLabel, comment, editComment, labelPullRequest, unlabelPullRequest } from '../conversation.ts';
import { invalidField, notFound } from '../refused.ts';
import { issueShape } from '../shapes/issues.ts';
import { commentShape, commentsOf, labelShape, labelsOf } from '../shapes/pulls.ts';
import type { Comment } from '../world.ts';
import { page, parseBody, pullOf, type RepositoryRequest, type Route, reads, writes } from './router.ts';

const bodyOnly = z.object({ body: z.string() });

const names = z.object({ labels: z.array(z.union([z.string(), z.object({ name: z.string() })])) });

const issueOrPull = 'issues|pull_requests';

export const issueRoutes: Route[] = [
  reads('/labels', issueOrPull, async (request) => {
    const { world, repository } = request;
    const { items, headers } = page(request, [...repository.labels.values()]);
    return { status: 200, body: items.map((label) => labelShape(world, repository, label)), headers };
  }),

  writes('POST', '/labels', issueOrPull, async (request) => {
    const { world, repository } = request;
    const { name, color, description } = parseBody(
      z.object({ name: z.string(), color: z.string().optional(), description: z.string().optional() }),
      request,
    );
    if (repository.labels.has(name.toLowerCase())) throw invalidField('Label', 'name', 'already_exists');
    const label = addLabel(world, repository, {
      name,
      ...(color === undefined ? {} : { color }),
      description: description ?? null,
    });
    return { status: 201, body: labelShape(world, repository, label) };
  }),

  reads('/labels/{name}', issueOrPull, async ({ world, repository, params }) => {
    const label = repository.labels.get((params['name'] ?? '').toLowerCase());
    if (label === undefined) throw notFound();
    return { status: 200, body: labelShape(world, repository, label) };
  }),

  reads('/issues/{issue_number}/labels', issueOrPull, async (request) => {
    const { world, repository } = request;
    const { items, headers } = page(request, labelsOf(world, repository, pullOf(request, 'issue_number')));
    return { status: 200, body: items, headers };
  }),

  writes('POST', '/issues/{issue_number}/labels', issueOrPull, async (request) => {
    const { world, repository, credential } = request;
    const pull = pullOf(request, 'issue_number');
    const wanted = parseBody(names, request).labels.map((label) => (typeof label === 'string' ? label : label.name));
    await labelPullRequest(world, repository, pull, wanted, credential.actor);
    return { status: 200, body: labelsOf(world, repository, pull) };
  }),

  writes('DELETE', '/issues/{issue_number}/labels/{name}', issueOrPull, async (request) => {
    const { world, repository, credential, params } = request;
    const pull = pullOf(request, 'issue_number');
    await unlabelPullRequest(world, repository, pull, params['name'] ?? '', credential.actor);
    return { status: 200, body: labelsOf(world, repository, pull) };
  }),

  reads('/issues/{issue_number}/comments', issueOrPull, async (request) => {
    const { world, repository } = request;
    const pull = pullOf(request, 'issue_number');
    const { items, headers } = page(request, commentsOf(repository, pull.number));
    return { status: 200, body: items.map((item) => commentShape(world, repository, item)), headers };
  }),

  writes(
    'POST',
    '/issues/{issue_number}/comments',
    issueOrPull,
    async (request) => {
      const { world, repository, credential } = request;
      const pull = pullOf(request, 'issue_number');
      const made = await comment(world, repository, pull, parseBody(bodyOnly, request).body, credential.actor);
      return { status: 201, body: commentShape(world, repository, made) };
    },
    { anyReader: true },
  ),

  reads('/issues/comments/{comment_id}', issueOrPull, async (request) => {
    const { world, repository } = request;
    return { status: 200, body: commentShape(world, repository, commentOf(request)) };
  }),

  writes(
    'PATCH',
    '/issues/comments/{comment_id}',
    issueOrPull,
    async (request) => {
      const { world, repository, credential } = request;
      const edited = commentOf(request);
      await editComment(world, repository, edited, parseBody(bodyOnly, request).body, credential.actor);
      return { status: 200, body: commentShape(world, repository, edited) };
    },
    { orAuthor: (request) => commentOf(request).authorLogin },
  ),

  reads('/issues/{issue_number}', issueOrPull, async (request) => {
    const { world, repository } = request;
    return { status: 200, body: issueShape(world, repository, pullOf(request, 'issue_number')) };
  }),
];

function commentOf({ repository, params }: RepositoryRequest): Comment {
  const found = repository.comments.get(Number(params['comment_id']));
  if (found === undefined) throw notFound();
  return found;
}
