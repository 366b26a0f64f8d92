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
  const at = addressesOf(world, repository, pull);
  return {
    url: at.self,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: at.html,
    diff_url: `${at.html}.diff`,
    patch_url: `${at.html}.patch`,
    issue_url: at.issue,
    commits_url: at.commits,
    review_comments_url: at.review_comments,
    review_comment_url: at.review_comment,
    comments_url: at.comments,
    statuses_url: at.statuses,
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
    head: side(world, pull.head.repository, pull.head),
    base: side(world, repository, pull.base),
    _links: Object.fromEntries(Object.entries(at).map(([name, href]) => [name, { href }])),
    author_association: associationOf(repository, pull.authorLogin),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** By the names that they have in `_links`. */
function addressesOf(world: World, repository: Repository, pull: PullRequest) {
  const api = repositoryUrl(world, repository);
  const self = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  return {
    self,
    html: pullHtmlUrl(world, repository, pull),
    issue,
    comments: `${issue}/comments`,
    review_comments: `${self}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${self}/commits`,
    statuses: `${api}/statuses/${pull.head.sha}`,
  };
}

/** Of the head, the repository is null when the fork was deleted. */
function side(world: World, repository: Repository | null, { ref, sha }: { ref: string; sha: string }) {
  return {
    label: `${repository?.owner ?? 'unknown'}:${ref}`,
    ref,
    sha,
    user: repository === null ? null : simpleUser(world, repository.owner),
    repo: repository === null ? null : repositoryShape(world, repository),
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
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitSha,
  };
}
