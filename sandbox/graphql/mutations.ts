/** The mutations of GraphQL that the sandbox knows. */
import { mayChangeWorkflows } from '../access.ts';
import { comment } from '../conversation.ts';
import { type TreeEdit, ZERO_OID } from '../git.ts';
import { mergePullRequest, signatureOf } from '../merging.ts';
import { setDraft } from '../pulls.ts';
import { moveRefs } from '../refs.ts';
import { Refused } from '../refused.ts';
import { findRepository, loginOf, type MergeMethod, type Repository } from '../world.ts';
import { demand, type Input, pullFor, unresolved } from './demands.ts';
import type { GraphqlContext } from './graph.ts';
import { findRepositoryById } from './nodes.ts';
import { reviewMutations } from './review-mutations.ts';

type CommitInput = {
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: {
    additions?: readonly { path: string; contents: string }[] | null;
    deletions?: readonly { path: string }[] | null;
  } | null;
};

type RefUpdate = { name: string; afterOid: string; beforeOid?: string | null; force?: boolean | null };

export const mutations = {
  ...reviewMutations,

  createCommitOnBranch: ({ input }: Input<CommitInput>, context: GraphqlContext) => {
    const [owner = '', name = ''] = (input.branch.repositoryNameWithOwner ?? '').split('/');
    const repository = findRepository(context.graph.world, owner, name);
    const branch = input.branch.branchName ?? '';
    if (repository === undefined)
      throw new Refused(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    demand(repository, context, 'contents');
    return repository.exclusively(() =>
      commitOnBranch(repository, branch.replace(/^refs\/heads\//, ''), input, context),
    );
  },

  updateRefs: (
    { input }: Input<{ repositoryId: string; refUpdates: readonly RefUpdate[] }>,
    context: GraphqlContext,
  ) => {
    const repository = findRepositoryById(context.graph.world, input.repositoryId);
    if (repository === null) throw unresolved(input.repositoryId);
    demand(repository, context, 'contents');
    return repository.exclusively(async () => {
      await updateRefs(repository, input.refUpdates, context);
      return { clientMutationId: input.clientMutationId ?? null };
    });
  },

  markPullRequestReadyForReview: (args: Input<{ pullRequestId: string }>, context: GraphqlContext) =>
    changeDraft(args, context, false),

  convertPullRequestToDraft: (args: Input<{ pullRequestId: string }>, context: GraphqlContext) =>
    changeDraft(args, context, true),

  addComment: ({ input }: Input<{ subjectId: string; body: string }>, context: GraphqlContext) => {
    const { graph, credential } = context;
    const { repository, pull } = pullFor(input.subjectId, context, ['issues', 'pull_requests']);
    return repository.exclusively(async () => {
      const made = await comment(graph.world, repository, pull, input.body, credential.actor);
      const node = graph.comment(repository, made);
      return {
        clientMutationId: input.clientMutationId ?? null,
        commentEdge: { cursor: made.nodeId, node },
        subject: graph.pullRequest(repository, pull),
      };
    });
  },

  mergePullRequest: (
    { input }: Input<{ pullRequestId: string; expectedHeadOid?: string | null; mergeMethod?: string | null }>,
    context: GraphqlContext,
  ) => {
    const { graph, credential } = context;
    const { repository, pull } = pullFor(input.pullRequestId, context, ['contents']);
    const methods: Readonly<Record<string, MergeMethod>> = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' };
    return repository.exclusively(async () => {
      const method = methods[input.mergeMethod ?? 'MERGE'] ?? 'merge';
      const sha = input.expectedHeadOid ?? undefined;
      await mergePullRequest(graph.world, repository, pull, { method, sha }, credential);
      return { clientMutationId: input.clientMutationId ?? null, pullRequest: graph.pullRequest(repository, pull) };
    });
  },
};

function changeDraft({ input }: Input<{ pullRequestId: string }>, context: GraphqlContext, draft: boolean) {
  const { graph, credential } = context;
  const { repository, pull } = pullFor(input.pullRequestId, context, ['pull_requests'], { orAuthor: true });
  return repository.exclusively(async () => {
    await setDraft(graph.world, repository, pull, draft, credential.actor);
    return { clientMutationId: input.clientMutationId ?? null, pullRequest: graph.pullRequest(repository, pull) };
  });
}

async function commitOnBranch(
  repository: Repository,
  branch: string,
  input: CommitInput & { clientMutationId?: string | null },
  { graph, credential }: GraphqlContext,
) {
  const { git } = repository;
  const before = await git.branch(branch);
  if (before === null) throw new Refused(404, `Could not resolve to a Ref with the name '${branch}'.`);
  const expected = input.expectedHeadOid;
  const stale = () => {
    const message = `Expected branch to point to "${expected}" but it did not.  Pull and try again.`;
    return new Refused(409, message, undefined, 'STALE_DATA');
  };
  if (before !== expected) throw stale();
  const additions = input.fileChanges?.additions ?? [];
  const deletions = input.fileChanges?.deletions ?? [];
  const workflow = [...additions, ...deletions].find(({ path }) => path.startsWith('.github/workflows/'));
  if (workflow !== undefined && !mayChangeWorkflows(credential)) {
    const what = `refusing to allow a GitHub App to create or update workflow \`${workflow.path}\``;
    throw new Refused(403, `${what} without \`workflows\` permission`);
  }
  const modes = new Map((await git.tree(before, true)).map(({ path, mode }) => [path, mode]));
  const missing = deletions.find(({ path }) => !modes.has(path));
  if (missing !== undefined) {
    throw new Refused(422, `A path was requested for deletion which does not exist as of commit oid \`${before}\``);
  }
  const edits: TreeEdit[] = deletions.map(({ path }) => ({ path, mode: '100644', oid: null }));
  for (const { path, contents } of additions) {
    edits.push({ path, mode: modes.get(path) ?? '100644', oid: await git.writeBlob(Buffer.from(contents, 'base64')) });
  }
  const { headline, body } = input.message;
  const after = await git.commitTree({
    tree: await git.editTree(before, edits),
    parents: [before],
    author: signatureOf(graph.world, loginOf(credential.actor)),
    committer: { name: 'GitHub', email: 'noreply@github.com', date: graph.world.now() },
    message: body === undefined || body === null || body === '' ? headline : `${headline}\n\n${body}`,
  });
  const ref = `refs/heads/${branch}`;
  await moveRefs(graph.world, repository, [{ ref, before, after, force: false }], credential.actor, stale);
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: graph.commit(repository, await git.commit(after)),
    ref: () => graph.ref(repository, ref),
  };
}

/** The words of a refusal are not known from the live service; its being refused as a whole is documented. */
async function updateRefs(
  repository: Repository,
  updates: readonly RefUpdate[],
  { graph, credential }: GraphqlContext,
) {
  const stale = (name: string) =>
    new Refused(409, `Reference ${name} does not point to the expected object.`, undefined, 'STALE_DATA');
  const moves = [];
  for (const { name, beforeOid, afterOid, force } of updates) {
    const before = (await repository.git.resolve(name)) ?? ZERO_OID;
    if (beforeOid !== undefined && beforeOid !== null && beforeOid !== before) throw stale(name);
    moves.push({ ref: name, before, after: afterOid, force: force ?? false });
  }
  await moveRefs(graph.world, repository, moves, credential.actor, () => stale(updates[0]?.name ?? ''));
}
