/** What the merger writes. No request here is ever repeated by the client; every refusal becomes a value. */
import { UserError } from '../../domain/errors.ts';
import { isSha, sha } from '../../domain/ids.ts';
import type { Repository } from '../../ports/github.ts';
import type { MergeOutcome, MergerWriter } from '../../ports/merger-github.ts';
import { type Client, refusalOf, UnclearError } from './client.ts';
import { commitFile } from './commit-file.ts';
import { addLabel, removeLabel } from './labels.ts';

export function createMergerWriter(client: Client, repository: Repository): MergerWriter {
  const where = { owner: repository.owner, repo: repository.name };
  return {
    async askMergeability(number) {
      // Only this read starts the computation; its answer is often not there yet.
      await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...where, pull_number: number });
    },

    async merge({ number, head, method }) {
      const request = { ...where, pull_number: number, sha: head, merge_method: method };
      try {
        const { data } = await client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', request);
        if (data.merged && isSha(data.sha)) return { is: 'merged', commit: sha(data.sha) };
        return { is: 'unclear', why: `GitHub answered ${JSON.stringify(data.message)}` };
      } catch (error) {
        if (error instanceof UnclearError) return { is: 'unclear', why: error.message };
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return outcomeOf(refusal);
      }
    },

    commitFile: (commit) => commitFile(client, repository, commit),

    async comment(number, { id, body }) {
      await permitted(
        id === undefined
          ? client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
              ...where,
              issue_number: number,
              body,
            })
          : client.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
              ...where,
              comment_id: Number(id),
              body,
            }),
      );
    },

    label: (number, label) => permitted(addLabel(client, repository, number, label)),
    unlabel: (number, label) => permitted(removeLabel(client, repository, number, label)),
  };
}

/**
 * 405 has three meanings, told apart by GitHub's words alone; words that are not known count as permanent.
 * Source: GitHub's REST documentation of "Merge a pull request", and what its users were answered.
 */
export function outcomeOf({ status, message }: { status: number; message: string }): MergeOutcome {
  if (/base branch was modified/i.test(message)) return { is: 'base moved' };
  if (status === 409) return { is: 'head moved' };
  if (status === 405 && /not mergeable/i.test(message)) return { is: 'not mergeable' };
  return { is: 'refused', why: message };
}

async function permitted(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    throw new UserError(`GitHub refuses a comment or a label: ${refusal.message}`, {
      hint: 'The token needs `pull-requests: write` and `issues: write`.',
      exit: 'access',
      cause: error,
    });
  }
}
