/** Files and folders by path, and comparisons, as the routes of repos.ts answer them. */
import { notFound, Refused } from '../refused.ts';
import { commitShape, fileShape } from '../shapes/commits.ts';
import { repositoryHtmlUrl, repositoryUrl } from '../shapes/repositories.ts';
import type { Repository, World } from '../world.ts';
import { commitOf } from './router.ts';

/** The Contents API gives no content above this. */
const maxContentBytes = 1024 * 1024;
/** And nothing at all above this. */
const maxRawBytes = 100 * 1024 * 1024;

export async function contents(world: World, repository: Repository, path: string, ref: string) {
  const commit = await commitOf(repository, ref).catch(() => {
    throw new Refused(404, `No commit found for the ref ${ref}`);
  });
  const oid = await repository.git.resolve(`${commit}:${path}`);
  if (oid === null) throw notFound();
  const url = `${repositoryUrl(world, repository)}/contents/${path}?ref=${ref}`;
  const html = repositoryHtmlUrl(world, repository);
  const entry = (name: string, sha: string, type: 'file' | 'dir', size: number) => {
    const at = type === 'dir' ? 'tree' : 'blob';
    const full = path === name || path.endsWith(`/${name}`) ? path : `${path === '' ? '' : `${path}/`}${name}`;
    const self = `${repositoryUrl(world, repository)}/contents/${full}?ref=${ref}`;
    const git = `${repositoryUrl(world, repository)}/git/${at}s/${sha}`;
    const page = `${html}/${at}/${ref}/${full}`;
    const download = type === 'dir' ? null : `${html}/raw/${ref}/${full}`;
    const links = { git, self, html: page };
    return {
      name,
      path: full,
      sha,
      size,
      type,
      url: self,
      git_url: git,
      html_url: page,
      download_url: download,
      _links: links,
    };
  };
  if ((await repository.git.type(oid)) === 'tree') {
    const entries = await repository.git.tree(oid, false);
    return entries.map(({ path: name, oid: sha, type, size }) =>
      entry(name, sha, type === 'tree' ? 'dir' : 'file', size ?? 0),
    );
  }
  const blob = await repository.git.read('blob', oid);
  if (blob.length > maxRawBytes) throw new Refused(403, 'This API returns blobs up to 100 MB in size.');
  const large = blob.length > maxContentBytes;
  return {
    ...entry(path.split('/').at(-1) ?? '', oid, 'file', blob.length),
    url,
    content: large ? '' : wrapped(blob),
    encoding: large ? 'none' : 'base64',
  };
}

/** GitHub breaks base64 after 60 characters. */
export function wrapped(content: Buffer): string {
  return content.toString('base64').replace(/.{60}/g, '$&\n');
}

export async function comparison(
  world: World,
  repository: Repository,
  baseName: string,
  headName: string,
  basehead: string,
) {
  const missing = () => {
    throw notFound();
  };
  const base = await commitOf(repository, baseName).catch(missing);
  const head = await commitOf(repository, headName).catch(missing);
  const { git } = repository;
  const mergeBase = await git.mergeBase(base, head);
  if (mergeBase === null) throw new Refused(404, `No common ancestor between ${baseName} and ${headName}.`);
  const [ahead, behind, changes] = await Promise.all([
    git.list(['--reverse', `${base}..${head}`]),
    git.list([`${head}..${base}`]),
    git.changes(mergeBase, head),
  ]);
  const status =
    ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical';
  const html = `${repositoryHtmlUrl(world, repository)}/compare/${basehead}`;
  const commits = await Promise.all(ahead.slice(0, 250).map((oid) => git.commit(oid)));
  const files = await Promise.all(
    changes
      .slice(0, 300)
      .map(async (change) => fileShape(world, repository, head, change, await git.patch(mergeBase, head, change.path))),
  );
  return {
    url: `${repositoryUrl(world, repository)}/compare/${basehead}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitShape(world, repository, await git.commit(base)),
    merge_base_commit: commitShape(world, repository, await git.commit(mergeBase)),
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: commits.map((commit) => commitShape(world, repository, commit)),
    files,
  };
}
