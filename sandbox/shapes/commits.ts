/** Commits, files, refs and trees as REST shows them. */
import type { Commit, FileChange, Signature } from '../git.ts';
import type { Repository, World } from '../world.ts';
import { simpleUser } from './accounts.ts';
import { repositoryHtmlUrl, repositoryUrl } from './repositories.ts';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** The account of an author, where the address is one that GitHub itself gives out. */
export function accountOf(world: World, signature: Signature): string | null {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(signature.email)?.[1];
  if (login !== undefined && world.users.has(login.toLowerCase())) return login;
  return signature.email === 'noreply@github.com' ? 'web-flow' : null;
}

const userOrNull = (world: World, signature: Signature) => {
  const login = accountOf(world, signature);
  return login === null ? null : simpleUser(world, login);
};

/** `GET /repos/{owner}/{repo}/git/commits/{sha}` */
export function gitCommit(world: World, repository: Repository, commit: Commit) {
  const url = repositoryUrl(world, repository);
  const html = repositoryHtmlUrl(world, repository);
  return {
    sha: commit.oid,
    node_id: `C_${commit.oid}`,
    url: `${url}/git/commits/${commit.oid}`,
    html_url: `${html}/commit/${commit.oid}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: unsigned,
  };
}

/** `GET /repos/{owner}/{repo}/commits/{ref}` without statistics, and items of lists. */
export function commitShape(world: World, repository: Repository, commit: Commit) {
  const url = repositoryUrl(world, repository);
  const html = repositoryHtmlUrl(world, repository);
  return {
    sha: commit.oid,
    node_id: `C_${commit.oid}`,
    url: `${url}/commits/${commit.oid}`,
    html_url: `${html}/commit/${commit.oid}`,
    comments_url: `${url}/commits/${commit.oid}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.oid}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification: unsigned,
    },
    author: userOrNull(world, commit.author),
    committer: userOrNull(world, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
  };
}

/** The short form in check suites and workflow runs. */
export function simpleCommit(commit: Commit) {
  return {
    id: commit.oid,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

export function fileShape(world: World, repository: Repository, sha: string, change: FileChange, patch: string) {
  const file = change.path.split('/').map(encodeURIComponent).join('/');
  const html = repositoryHtmlUrl(world, repository);
  return {
    sha: change.oid,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${html}/blob/${sha}/${file}`,
    raw_url: `${html}/raw/${sha}/${file}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${file}?ref=${sha}`,
    ...(patch === '' ? {} : { patch }),
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
  };
}

export function refShape(world: World, repository: Repository, ref: string, oid: string, type = 'commit') {
  const url = repositoryUrl(world, repository);
  return {
    ref,
    node_id: `REF_${Buffer.from(ref).toString('base64url')}`,
    url: `${url}/git/${ref}`,
    object: { sha: oid, type, url: `${url}/git/${type}s/${oid}` },
  };
}
