import type { Repository } from '../../ports/github.ts';
import { type Client, refusalOf } from './client.ts';

const COLOURS: Readonly<Record<string, string>> = { heddle: '5319e7', 'heddle:needs-person': 'd93f0b' };
const PLAIN = 'ededed';

/** Puts a label on a pull request, and makes the label first where the repository has none of that name. */
export async function addLabel(client: Client, repository: Repository, number: number, label: string): Promise<void> {
  const where = { owner: repository.owner, repo: repository.name };
  const known = await client.request('GET /repos/{owner}/{repo}/labels/{name}', { ...where, name: label }).then(
    () => true,
    (error: unknown) => {
      if (refusalOf(error)?.status === 404) return false;
      throw error;
    },
  );
  if (!known) {
    const color = COLOURS[label] ?? PLAIN;
    await client.request('POST /repos/{owner}/{repo}/labels', { ...where, name: label, color }).catch((error) => {
      // Somebody else made it in between.
      if (refusalOf(error)?.status !== 422) throw error;
    });
  }
  await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
    ...where,
    issue_number: number,
    labels: [label],
  });
}

/** Takes a label off; off already is fine. */
export async function removeLabel(
  client: Client,
  repository: Repository,
  number: number,
  label: string,
): Promise<void> {
  await client
    .request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
      owner: repository.owner,
      repo: repository.name,
      issue_number: number,
      name: label,
    })
    .catch((error: unknown) => {
      if (refusalOf(error)?.status !== 404) throw error;
    });
}
