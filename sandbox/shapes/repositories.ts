/** Repositories as REST and webhooks show them. */
import type { Repository, World } from '../world.ts';
import { simpleUser } from './accounts.ts';

export const repositoryUrl = (world: World, repository: Repository): string =>
  `${world.url}/repos/${repository.fullName}`;

export const repositoryHtmlUrl = (world: World, repository: Repository): string =>
  `${world.url}/${repository.fullName}`;

export const cloneUrl = (world: World, repository: Repository): string => `${repositoryHtmlUrl(world, repository)}.git`;

/** The fields that every form of a repository has. */
export function minimalRepository(world: World, repository: Repository) {
  const url = repositoryUrl(world, repository);
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: repository.fullName,
    private: repository.settings.private,
    owner: simpleUser(world, repository.owner),
    html_url: repositoryHtmlUrl(world, repository),
    description: null,
    fork: repository.parent !== null,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}

export function repositoryShape(world: World, repository: Repository) {
  const open = [...repository.pulls.values()].filter((pull) => pull.state === 'open').length;
  const { settings } = repository;
  return {
    ...minimalRepository(world, repository),
    clone_url: cloneUrl(world, repository),
    git_url: cloneUrl(world, repository),
    ssh_url: cloneUrl(world, repository),
    svn_url: repositoryHtmlUrl(world, repository),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    visibility: settings.private ? 'private' : 'public',
    topics: [],
    is_template: false,
    archived: false,
    disabled: false,
    web_commit_signoff_required: false,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    size: 0,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: open,
    open_issues_count: open,
    allow_forking: true,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
  };
}

/** `GET /repos/{owner}/{repo}`. The merge settings are shown to those who may push. */
export function fullRepository(world: World, repository: Repository, mayPush: boolean) {
  const { settings } = repository;
  const parent = repository.parent === null ? {} : { parent: repositoryShape(world, repository.parent) };
  const merging = {
    allow_merge_commit: settings.allowMergeCommit,
    allow_squash_merge: settings.allowSquashMerge,
    allow_rebase_merge: settings.allowRebaseMerge,
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: settings.deleteBranchOnMerge,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    merge_commit_title: 'MERGE_MESSAGE',
    merge_commit_message: 'PR_TITLE',
  };
  return {
    ...repositoryShape(world, repository),
    ...parent,
    ...(mayPush ? merging : {}),
    permissions: { admin: mayPush, maintain: mayPush, push: mayPush, triage: mayPush, pull: true },
    network_count: 0,
    subscribers_count: 0,
  };
}
