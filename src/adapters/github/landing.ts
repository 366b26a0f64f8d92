/** A merge of one pull request, as far as its head is the one that was looked at. */
import { isSha, sha } from '../../domain/ids.ts';
import type { Repository } from '../../ports/github.ts';
import type { LandingWriter, MergeOutcome } from '../../ports/landing.ts';
import { type Client, refusalOf, UnclearError } from './client.ts';

export function createLandingWriter(client: Client, repository: Repository): LandingWriter {
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
