/** What is asked of GitHub about a pull request that does not land as it is. */
import * as z from 'zod';
import { TransientError } from '../../domain/errors.ts';
import type { Repository } from '../../ports/github.ts';
import type { CheckWriter, HandBackReader, RequestedChanges, ReviewReader } from '../../ports/review.ts';
import { type Client, REQUEST_TIMEOUT_MS, refusalOf } from './client.ts';

/** Reviews and remarks beyond these are not read: a prompt has no room for more. */
const REVIEWS = 20;
const REMARKS = 30;

const login = z.object({ login: z.string() }).nullable();
const review = z.object({
  state: z.string(),
  body: z.string(),
  author: login,
  comments: z.object({
    nodes: z.array(z.object({ path: z.string(), line: z.number().nullable(), body: z.string() })),
  }),
});
const reviewsAnswer = z.object({
  repository: z.object({
    pullRequest: z.object({ latestOpinionatedReviews: z.object({ nodes: z.array(review) }).nullable() }).nullable(),
  }),
});

export function createHandBackReader(client: Client, repository: Repository, reviews: ReviewReader): HandBackReader {
  const where = { owner: repository.owner, repo: repository.name };
  return {
    ...reviews,

    async mergeable(number) {
      const request = { ...where, pull_number: number };
      const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', request);
      return data.mergeable === null ? 'unknown' : data.mergeable ? 'yes' : 'conflict';
    },

    async attemptsOf(workflowRun) {
      const request = { ...where, run_id: workflowRun };
      const { data } = await client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', request);
      return { started: data.run_attempt ?? 1, complete: data.status === 'completed' };
    },

    async logEnd(job, maxBytes) {
      try {
        const { data } = await client.request('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
          ...where,
          job_id: job,
          // Logs can have gigabytes: it comes as a stream.
          request: { parseSuccessResponseBody: false },
        });
        return await endOf(data as unknown as ReadableStream<Uint8Array>, maxBytes);
      } catch (error) {
        if (refusalOf(error) !== undefined) return undefined;
        throw error;
      }
    },

    async requestedChanges(number) {
      const answer = reviewsAnswer.parse(
        await client.graphql(
          `query RequestedChanges($owner: String!, $repo: String!, $number: Int!) {
            repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
              latestOpinionatedReviews(first: ${REVIEWS}, writersOnly: true) { nodes {
                state body author { login } comments(first: ${REMARKS}) { nodes { path line body } } } } } } }`,
          { ...where, number },
        ),
      );
      const all = answer.repository.pullRequest?.latestOpinionatedReviews?.nodes ?? [];
      return all.filter(({ state }) => state === 'CHANGES_REQUESTED').map(changesOf);
    },
  };
}

export function createCheckWriter(client: Client, { owner, name }: Repository): CheckWriter {
  return {
    async rerunFailed(workflowRun) {
      try {
        const request = { owner, repo: name, run_id: workflowRun };
        await client.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', request);
        return { is: 'started' };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return { is: 'refused', why: refusal.message };
      }
    },
  };
}

function changesOf({ author, body, comments }: z.infer<typeof review>): RequestedChanges {
  const remarks = comments.nodes.map((one) => `${one.path}${one.line === null ? '' : `:${one.line}`}: ${one.body}`);
  return { login: author?.login ?? '', text: [body, ...remarks].filter((text) => text.trim() !== '').join('\n') };
}

/** Reads to its end, keeps no more than what is asked for, and waits no longer than any request may take. */
async function endOf(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  let end = Buffer.alloc(0);
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel().catch(() => undefined);
  }, REQUEST_TIMEOUT_MS);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      end = Buffer.concat([end, part.value]);
      if (end.length > maxBytes) end = end.subarray(end.length - maxBytes);
    }
  } catch (cause) {
    throw new TransientError('The log of a job was cut off.', { cause });
  } finally {
    clearTimeout(timer);
  }
  if (late) throw new TransientError('The log of a job did not come in time.');
  return end.toString('utf8').replace(/^\uFFFD+/, '');
}
