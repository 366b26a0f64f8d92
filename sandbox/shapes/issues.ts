/** A pull request as the issue that it also is. */
import { associationOf } from '../access.ts';
import type { PullRequest, Repository, World } from '../world.ts';
import { simpleUser } from './accounts.ts';
import { commentsOf, labelsOf, pullHtmlUrl, reactions } from './pulls.ts';
import { repositoryUrl } from './repositories.ts';

export function issueShape(world: World, repository: Repository, pull: PullRequest) {
  const url = `${repositoryUrl(world, repository)}/issues/${pull.number}`;
  const html = pullHtmlUrl(world, repository, pull);
  return {
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: pull.issueId,
    node_id: `I_${pull.issueId}`,
    number: pull.number,
    title: pull.title,
    user: simpleUser(world, pull.authorLogin),
    labels: labelsOf(world, repository, pull),
    state: pull.state,
    state_reason: null,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: commentsOf(repository, pull.number).length,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    author_association: associationOf(repository, pull.authorLogin),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl(world, repository)}/pulls/${pull.number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.merge?.at ?? null,
    },
    body: pull.body,
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
  };
}
