/** What is read of a pull request wherever one is read, and how it becomes our own. */
import * as z from 'zod';
import { branch, type Sha, sha } from '../../domain/ids.ts';
import type { PullRequestFacts } from '../../ports/github.ts';
import { pageOf } from './pages.ts';

/** Branches asked for in one query; each is one search of GitHub's. */
export const BRANCHES_PER_QUERY = 40;

export const FACTS = `number url title body isDraft isCrossRepository headRefName headRefOid baseRefName reviewDecision
  labels(first: 50) { pageInfo { hasNextPage endCursor } nodes { name } }`;
export const factsNode = z.object({
  number: z.number(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  isDraft: z.boolean(),
  isCrossRepository: z.boolean(),
  headRefName: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  reviewDecision: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED']).nullable(),
  labels: pageOf(z.object({ name: z.string() })).nullable(),
});

export function factsOf(node: z.infer<typeof factsNode>): PullRequestFacts {
  return {
    number: node.number,
    url: node.url,
    title: node.title,
    body: node.body,
    branch: branch(node.headRefName),
    head: sha(node.headRefOid),
    base: node.baseRefName,
    draft: node.isDraft,
  };
}

/** Those of the first page. */
export function labelsOf({ labels }: Pick<z.infer<typeof factsNode>, 'labels'>): readonly string[] {
  return (labels?.nodes ?? []).map(({ name }) => name);
}

export const mergeCommit = z.object({ oid: z.string() }).nullable();

/** Undefined while it is not merged. */
export function mergeCommitOf(node: { mergeCommit: z.infer<typeof mergeCommit> }): Sha | undefined {
  return node.mergeCommit === null ? undefined : sha(node.mergeCommit.oid);
}
