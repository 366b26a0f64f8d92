/** Pull requests, labels, comments and reviews as REST and webhooks show them. */
import { associationOf } from '../access.ts';
import { pullRange } from '../mergeability.ts';
import { mergeableState } from '../rulesets.ts';
import type { Comment, Label, PullRequest, Repository, Review, World } from '../world.ts';
import { simpleUser } from './accounts.ts';
import { repositoryHtmlUrl, repositoryShape, repositoryUrl } from './repositories.ts';

export function labelShape(world: World, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    description: label.description,
    default: false,
  };
}

export function labelsOf(world: World, repository: Repository, pull: PullRequest) {
  return pull.labels.flatMap((name) => {
    const label = repository.labels.get(name.toLowerCase());
    return label === undefined ? [] : [labelShape(world, repository, label)];
  });
}

export function pullHtmlUrl(world: World, repository: Repository, pull: PullRequest): string {
  return `${repositoryHtmlUrl(world, repository)}/pull/${pull.number}`;
}

/** Items of `GET /repos/{owner}/{repo}/pulls`. */
export function pullRequestSimple(world: World, repository: Repository, pull: PullRequest) {
  const url = `${repositoryUrl(world, repository)}/pulls/${pull.number}`;
  const issue = `${repositoryUrl(world, repository)}/issues/${pull.number}`;
  const html = pullHtmlUrl(world, repository, pull);
  const headOwner = pull.head.repository?.owner ?? 'unknown';
  const statuses = `${repositoryUrl(world, repository)}/statuses/${pull.head.sha}`;
  return {
    url,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(world, repository)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    user: simpleUser(world, pull.authorLogin),
    body: pull.body,
    labels: labelsOf(world, repository, pull),
    milestone: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merge?.at ?? null,
    merge_commit_sha: pull.merge?.sha ?? (pull.mergeability.state === 'known' ? pull.mergeability.testMergeSha : null),
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: {
      label: `${headOwner}:${pull.head.ref}`,
      ref: pull.head.ref,
      sha: pull.head.sha,
      user: pull.head.repository === null ? null : simpleUser(world, headOwner),
      repo: pull.head.repository === null ? null : repositoryShape(world, pull.head.repository),
    },
    base: {
      label: `${repository.owner}:${pull.base.ref}`,
      ref: pull.base.ref,
      sha: pull.base.sha,
      user: simpleUser(world, repository.owner),
      repo: repositoryShape(world, repository),
    },
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(world, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(repository, pull.authorLogin),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** `GET /repos/{owner}/{repo}/pulls/{number}`, and the pull request in webhooks. Reads only: see mergeability.ts. */
export async function pullRequest(world: World, repository: Repository, pull: PullRequest) {
  const range = await pullRange(repository, pull);
  const [changes, commits] = await Promise.all([
    repository.git.changes(range.from, range.to),
    repository.git.list([`${range.from}..${range.to}`]),
  ]);
  const { mergeability } = pull;
  return {
    ...pullRequestSimple(world, repository, pull),
    merged: pull.merge !== null,
    mergeable: pull.state === 'open' && mergeability.state === 'known' ? mergeability.mergeable : null,
    rebaseable: pull.state === 'open' && mergeability.state === 'known' ? mergeability.mergeable : null,
    mergeable_state: await mergeableState(world, repository, pull),
    merged_by: pull.merge === null ? null : simpleUser(world, pull.merge.byLogin),
    comments: commentsOf(repository, pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: changes.reduce((total, { additions }) => total + additions, 0),
    deletions: changes.reduce((total, { deletions }) => total + deletions, 0),
    changed_files: changes.length,
  };
}

export function commentsOf(repository: Repository, number: number): Comment[] {
  return [...repository.comments.values()].filter(({ issueNumber }) => issueNumber === number);
}

export function commentShape(world: World, repository: Repository, comment: Comment) {
  return {
    url: `${repositoryUrl(world, repository)}/issues/comments/${comment.id}`,
    html_url: `${repositoryHtmlUrl(world, repository)}/pull/${comment.issueNumber}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(world, repository)}/issues/${comment.issueNumber}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: simpleUser(world, comment.authorLogin),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(repository, comment.authorLogin),
    performed_via_github_app: null,
    reactions: reactions(`${repositoryUrl(world, repository)}/issues/comments/${comment.id}`),
  };
}

export function reactions(url: string) {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
}

export function reviewShape(world: World, repository: Repository, review: Review) {
  const pull = `${repositoryUrl(world, repository)}/pulls/${review.pullNumber}`;
  const html = `${repositoryHtmlUrl(world, repository)}/pull/${review.pullNumber}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: review.nodeId,
    user: simpleUser(world, review.authorLogin),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(repository, review.authorLogin),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitSha,
  };
}
