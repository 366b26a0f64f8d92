/** One file committed on exactly the head that was read, or not at all. */
import * as z from 'zod';
import { type Sha, sha } from '../../domain/ids.ts';
import type { Repository } from '../../ports/github.ts';
import type { CommitOutcome, FileCommit } from '../../ports/merger-github.ts';
import { type Client, graphqlErrorsOf, refusalOf, UnclearError } from './client.ts';

/** The one-call commit carries the whole file in its query; a larger one goes through Git Data, blob first. */
export const MAX_ONE_CALL_BYTES = 8 * 1024 * 1024;

const MUTATION = `mutation CommitFile($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } } }`;
const answerShape = z.object({ createCommitOnBranch: z.object({ commit: z.object({ oid: z.string() }) }) });

export async function commitFile(client: Client, repository: Repository, commit: FileCommit): Promise<CommitOutcome> {
  const contents = Buffer.from(commit.content).toString('base64');
  try {
    return Buffer.byteLength(commit.content) > MAX_ONE_CALL_BYTES
      ? await inSteps(client, repository, commit, contents)
      : await inOneCall(client, repository, commit, contents);
  } catch (error) {
    if (error instanceof UnclearError) return { is: 'unclear', why: error.message };
    const refusal = refusalOf(error);
    if (refusal !== undefined) return { is: 'refused', why: refusal.message };
    throw error;
  }
}

async function inOneCall(
  client: Client,
  repository: Repository,
  commit: FileCommit,
  contents: string,
): Promise<CommitOutcome> {
  const input = {
    branch: { repositoryNameWithOwner: `${repository.owner}/${repository.name}`, branchName: commit.branch },
    expectedHeadOid: commit.expectedHead,
    message: { headline: commit.headline, body: commit.body },
    fileChanges: { additions: [{ path: commit.path, contents }] },
  };
  try {
    const answer = answerShape.parse(await client.graphql(MUTATION, { input }));
    return { is: 'committed', commit: sha(answer.createCommitOnBranch.commit.oid) };
  } catch (error) {
    const errors = graphqlErrorsOf(error);
    if (errors === undefined) throw error;
    const why = errors.map(({ message }) => message).join('; ');
    const lost = errors.some(
      ({ type, message }) => type === 'STALE_DATA' || /expected branch to point to/i.test(message),
    );
    return lost ? { is: 'lost the race' } : { is: 'refused', why };
  }
}

/** All but the last step make objects that nobody sees, so only the last one can be lost or be unclear in effect. */
async function inSteps(
  client: Client,
  repository: Repository,
  commit: FileCommit,
  contents: string,
): Promise<CommitOutcome> {
  const where = { owner: repository.owner, repo: repository.name };
  const blob = await client.request('POST /repos/{owner}/{repo}/git/blobs', {
    ...where,
    content: contents,
    encoding: 'base64',
  });
  const parent = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...where,
    commit_sha: commit.expectedHead,
  });
  const tree = await client.request('POST /repos/{owner}/{repo}/git/trees', {
    ...where,
    base_tree: parent.data.tree.sha,
    tree: [{ path: commit.path, mode: '100644', type: 'blob', sha: blob.data.sha }],
  });
  const made = await client.request('POST /repos/{owner}/{repo}/git/commits', {
    ...where,
    message: `${commit.headline}\n\n${commit.body}`,
    tree: tree.data.sha,
    parents: [commit.expectedHead],
  });
  return moveRef(client, repository, commit.branch, sha(made.data.sha));
}

/** Without force, a branch that moved is not a fast-forward. */
async function moveRef(client: Client, repository: Repository, branch: string, to: Sha): Promise<CommitOutcome> {
  const request = { owner: repository.owner, repo: repository.name, ref: `heads/${branch}`, sha: to, force: false };
  try {
    await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', request);
    return { is: 'committed', commit: to };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.status === 422 && /fast.forward/i.test(refusal.message)) return { is: 'lost the race' };
    throw error;
  }
}
