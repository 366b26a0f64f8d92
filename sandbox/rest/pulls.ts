/** `/repos/{owner}/{repo}/pulls…` and merges. */
import * as z from 'zod';
import { pullRange, readMergeability } from '../mergeability.ts';
import { mergeBranch, mergePullRequest } from '../merging.ts';
import { editPullRequest, openPullRequest } from '../pulls.ts';
import { moveRefs } from '../refs.ts';
import { notFound, Refused } from '../refused.ts';
import { commitShape, fileShape } from '../shapes/commits.ts';
import { pullRequest, pullRequestSimple } from '../shapes/pulls.ts';
import type { PullRequest } from '../world.ts';
import { page, parseBody, pullOf, type RepositoryRequest, type Route, reads, writes } from './router.ts';

const draft = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
});

const edit = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});

const merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
});

export const pullRoutes: Route[] = [
  reads('/pulls', 'pull_requests', async (request) => {
    const { world, repository } = request;
    const { items, headers } = page(request, listed(request));
    for (const pull of items) await readMergeability(repository, pull, false);
    return { status: 200, body: items.map((pull) => pullRequestSimple(world, repository, pull)), headers };
  }),

  writes(
    'POST',
    '/pulls',
    'pull_requests',
    async (request) => {
      const { world, repository, credential } = request;
      const { title, head, base, ...rest } = parseBody(draft, request);
      const made = await openPullRequest(
        world,
        repository,
        { title, head, base, body: rest.body ?? null, draft: rest.draft ?? false },
        credential.actor,
      );
      return { status: 201, body: await pullRequest(world, repository, made) };
    },
    { anyReader: true },
  ),

  reads('/pulls/{pull_number}', 'pull_requests', async (request) => {
    const { world, repository } = request;
    const pull = pullOf(request);
    await readMergeability(repository, pull, true);
    return { status: 200, body: await pullRequest(world, repository, pull) };
  }),

  writes(
    'PATCH',
    '/pulls/{pull_number}',
    'pull_requests',
    async (request) => {
      const { world, repository, credential } = request;
      const pull = pullOf(request);
      await editPullRequest(world, repository, pull, parseBody(edit, request), credential.actor);
      return { status: 200, body: await pullRequest(world, repository, pull) };
    },
    { orAuthor: (request) => pullOf(request).authorLogin },
  ),

  reads('/pulls/{pull_number}/files', 'pull_requests', async (request) => {
    const { world, repository } = request;
    const pull = pullOf(request);
    const { from, to } = await pullRange(repository, pull);
    const { items, headers } = page(request, await repository.git.changes(from, to));
    const files = items.map(async (change) =>
      fileShape(world, repository, to, change, await repository.git.patch(from, to, change.path)),
    );
    return { status: 200, body: await Promise.all(files), headers };
  }),

  reads('/pulls/{pull_number}/commits', 'pull_requests', async (request) => {
    const { world, repository } = request;
    const { from, to } = await pullRange(repository, pullOf(request));
    const { items, headers } = page(request, await repository.git.list(['--reverse', `${from}..${to}`]));
    const commits = await Promise.all(items.map((oid) => repository.git.commit(oid)));
    return { status: 200, body: commits.map((commit) => commitShape(world, repository, commit)), headers };
  }),

  reads('/pulls/{pull_number}/merge', 'pull_requests', async (request) => {
    if (pullOf(request).merge === null) throw notFound();
    return { status: 204 };
  }),

  writes('PUT', '/pulls/{pull_number}/merge', 'contents', async (request) => {
    const { world, repository, credential } = request;
    const { sha, merge_method: method, commit_title: title, commit_message: message } = parseBody(merge, request);
    const pull = pullOf(request);
    const commit = await mergePullRequest(world, repository, pull, { method, sha, title, message }, credential);
    return { status: 200, body: { sha: commit, merged: true, message: 'Pull Request successfully merged' } };
  }),

  writes('PUT', '/pulls/{pull_number}/update-branch', 'pull_requests', async (request) => {
    const { world, repository, credential } = request;
    const { expected_head_sha: expected } = parseBody(z.object({ expected_head_sha: z.string().optional() }), request);
    const pull = pullOf(request);
    if (expected !== undefined && expected !== pull.head.sha) {
      throw new Refused(422, 'expected head sha didn’t match current head ref.');
    }
    const before = pull.head.sha;
    const from = pull.head.repository;
    if (from !== repository) throw new Refused(403, 'The head repository is out of reach.');
    let after: string | null;
    try {
      const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}`;
      after = await mergeBranch(world, repository, { base: pull.head.ref, head: pull.base.ref, message }, credential);
    } catch (error) {
      if (error instanceof Refused && error.status === 409) {
        throw new Refused(422, 'merge conflict between base and head');
      }
      throw error;
    }
    if (after === null) throw new Refused(422, 'There are no new commits on the base branch.');
    const move = { ref: `refs/heads/${pull.head.ref}`, before, after, force: false };
    const stale = () => new Refused(422, 'expected head sha didn’t match current head ref.');
    await moveRefs(world, repository, [move], credential.actor, stale);
    const url = `${world.url}/repos/${repository.fullName}/pulls/${pull.number}`;
    return { status: 202, body: { message: 'Updating pull request branch.', url } };
  }),

  writes('POST', '/merges', 'contents', async (request) => {
    const { world, repository, credential } = request;
    const {
      base,
      head,
      commit_message: message,
    } = parseBody(z.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() }), request);
    const before = await repository.git.branch(base);
    const after = await mergeBranch(world, repository, { base, head, message }, credential);
    if (after === null || before === null) return { status: 204 };
    const move = { ref: `refs/heads/${base}`, before, after, force: false };
    await moveRefs(world, repository, [move], credential.actor, () => new Refused(409, 'Merge conflict'));
    return { status: 201, body: commitShape(world, repository, await repository.git.commit(after)) };
  }),
];

/** The list by the filters and the order of the query. */
function listed({ repository, url }: RepositoryRequest): PullRequest[] {
  const wanted = (name: string) => url.searchParams.get(name);
  const state = wanted('state') ?? 'open';
  const base = wanted('base');
  const head = wanted('head');
  const sort = wanted('sort') ?? 'created';
  const direction = wanted('direction') ?? (sort === 'created' ? 'desc' : 'asc');
  const pulls = [...repository.pulls.values()]
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === null || pull.base.ref === base)
    // GitHub ignores a head without an owner.
    .filter((pull) => !head?.includes(':') || `${pull.head.repository?.owner ?? ''}:${pull.head.ref}` === head);
  const key = (pull: PullRequest) => (sort === 'updated' ? pull.updatedAt : pull.createdAt);
  pulls.sort((one, other) => key(one).localeCompare(key(other)) || one.number - other.number);
  return direction === 'desc' ? pulls.reverse() : pulls;
}
