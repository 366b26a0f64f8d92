/** What the merger writes. No request here is ever repeated by the client; every refusal becomes a value. */
import { UserError } from '../../domain/errors.ts';
import type { Repository } from '../../ports/github.ts';
import type { MergerWriter } from '../../ports/merger-github.ts';
import { type Client, refusalOf } from './client.ts';
import { commitFile } from './commit-file.ts';
import { verdictSayer } from './verdict-check.ts';

export function createMergerWriter(client: Client, repository: Repository): MergerWriter {
  const where = { owner: repository.owner, repo: repository.name };
  return {
    commitFile: (commit) => commitFile(client, repository, commit),
    sayVerdict: verdictSayer(client, repository),

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
  };
}

async function permitted(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    throw new UserError(`GitHub refuses a comment: ${refusal.message}`, {
      hint: 'The token needs `pull-requests: write` and `issues: write`.',
      exit: 'access',
      cause: error,
    });
  }
}
