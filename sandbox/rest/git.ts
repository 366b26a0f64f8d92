/** The git database: blobs, trees, commits and refs. */
import * as z from 'zod';
import { ZERO_OID } from '../git.ts';
import { signatureOf } from '../merging.ts';
import { moveRefs } from '../refs.ts';
import { notFound, Refused } from '../refused.ts';
import { commitShape, gitCommit, refShape } from '../shapes/commits.ts';
import { repositoryUrl } from '../shapes/repositories.ts';
import { loginOf, type Repository, type World } from '../world.ts';
import { wrapped } from './contents.ts';
import { commitOf, page, parseBody, type Route, reads, writes } from './router.ts';

const signature = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });

const treeItem = z.object({
  path: z.string(),
  mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
  type: z.enum(['blob', 'tree', 'commit']).optional(),
  sha: z.string().nullish(),
  content: z.string().optional(),
});

export const gitRoutes: Route[] = [
  writes('POST', '/git/blobs', 'contents', async (request) => {
    const { world, repository } = request;
    const { content, encoding } = parseBody(
      z.object({ content: z.string(), encoding: z.string().default('utf-8') }),
      request,
    );
    const sha = await repository.git.writeBlob(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'));
    return { status: 201, body: { sha, url: `${repositoryUrl(world, repository)}/git/blobs/${sha}` } };
  }),

  reads('/git/blobs/{file_sha}', 'contents', async ({ world, repository, params }) => {
    const sha = params['file_sha'] ?? '';
    if ((await repository.git.type(sha)) !== 'blob') throw notFound();
    const content = await repository.git.read('blob', sha);
    const url = `${repositoryUrl(world, repository)}/git/blobs/${sha}`;
    const body = { sha, node_id: `B_${sha}`, size: content.length, url, content: wrapped(content), encoding: 'base64' };
    return { status: 200, body };
  }),

  writes('POST', '/git/trees', 'contents', async (request) => {
    const { world, repository } = request;
    const { tree: items, base_tree: base } = parseBody(
      z.object({ tree: z.array(treeItem), base_tree: z.string().optional() }),
      request,
    );
    const from = base === undefined ? null : await repository.git.resolve(`${base}^{tree}`);
    if (base !== undefined && from === null) throw new Refused(422, 'base_tree is not a valid tree oid');
    const edits = await Promise.all(
      items.map(async ({ path, mode, sha, content }) => {
        if (content !== undefined) return { path, mode, oid: await repository.git.writeBlob(Buffer.from(content)) };
        if (typeof sha === 'string' && (await repository.git.type(sha)) === null) {
          throw new Refused(422, 'tree.sha is not a valid object');
        }
        return { path, mode, oid: sha ?? null };
      }),
    );
    const sha = await repository.git.editTree(from, edits);
    return { status: 201, body: await treeShape(world, repository, sha, false) };
  }),

  reads('/git/trees/{tree_sha}', 'contents', async ({ world, repository, params, url }) => {
    const sha = await repository.git.resolve(`${params['tree_sha'] ?? ''}^{tree}`);
    if (sha === null) throw notFound();
    return { status: 200, body: await treeShape(world, repository, sha, url.searchParams.has('recursive')) };
  }),

  writes('POST', '/git/commits', 'contents', async (request) => {
    const { world, repository, credential } = request;
    const body = parseBody(
      z.object({
        message: z.string(),
        tree: z.string(),
        parents: z.array(z.string()).default([]),
        author: signature.optional(),
        committer: signature.optional(),
      }),
      request,
    );
    if ((await repository.git.type(body.tree)) !== 'tree') throw new Refused(422, 'Tree SHA does not exist');
    for (const parent of body.parents) {
      if ((await repository.git.type(parent)) !== 'commit')
        throw new Refused(422, 'Parent SHA does not exist or is not a commit object');
    }
    const own = signatureOf(world, loginOf(credential.actor));
    const author = body.author === undefined ? own : { ...body.author, date: body.author.date ?? world.now() };
    const committer =
      body.committer === undefined ? author : { ...body.committer, date: body.committer.date ?? world.now() };
    const { tree, parents, message } = body;
    const sha = await repository.git.commitTree({ tree, parents, author, committer, message });
    return { status: 201, body: gitCommit(world, repository, await repository.git.commit(sha)) };
  }),

  reads('/git/commits/{commit_sha}', 'contents', async ({ world, repository, params }) => {
    const sha = params['commit_sha'] ?? '';
    if ((await repository.git.type(sha)) !== 'commit') throw notFound();
    return { status: 200, body: gitCommit(world, repository, await repository.git.commit(sha)) };
  }),

  reads('/git/ref/{ref}', 'contents', async ({ world, repository, params }) => {
    const ref = `refs/${params['ref'] ?? ''}`;
    const oid = await repository.git.resolve(ref);
    if (oid === null) throw notFound();
    return { status: 200, body: refShape(world, repository, ref, oid, (await repository.git.type(oid)) ?? 'commit') };
  }),

  reads('/git/matching-refs/{ref}', 'contents', async (request) => {
    const { world, repository, params } = request;
    const { items, headers } = page(request, await repository.git.matchingRefs(`refs/${params['ref'] ?? ''}`));
    return { status: 200, body: items.map(({ ref, oid }) => refShape(world, repository, ref, oid)), headers };
  }),

  writes('POST', '/git/refs', 'contents', async (request) => {
    const { world, repository, credential } = request;
    const { ref, sha } = parseBody(z.object({ ref: z.string(), sha: z.string() }), request);
    if (!/^refs\/[^/]+\/.+/.test(ref)) throw new Refused(422, `${ref} is not a valid ref name.`);
    await demandObject(repository, ref, sha);
    const exists = () => new Refused(422, 'Reference already exists');
    await moveRefs(world, repository, [{ ref, before: ZERO_OID, after: sha, force: false }], credential.actor, exists);
    return { status: 201, body: refShape(world, repository, ref, sha) };
  }),

  writes('PATCH', '/git/refs/{ref}', 'contents', async (request) => {
    const { world, repository, credential, params } = request;
    const { sha, force } = parseBody(z.object({ sha: z.string(), force: z.boolean().default(false) }), request);
    const ref = `refs/${params['ref'] ?? ''}`;
    const before = await repository.git.resolve(ref);
    if (before === null) throw new Refused(422, 'Reference does not exist');
    await demandObject(repository, ref, sha);
    const stale = () => new Refused(422, 'Update is not a fast forward');
    await moveRefs(world, repository, [{ ref, before, after: sha, force }], credential.actor, stale);
    return { status: 200, body: refShape(world, repository, ref, sha) };
  }),

  writes('DELETE', '/git/refs/{ref}', 'contents', async (request) => {
    const { world, repository, credential, params } = request;
    const ref = `refs/${params['ref'] ?? ''}`;
    const before = await repository.git.resolve(ref);
    if (before === null) throw new Refused(422, 'Reference does not exist');
    const gone = () => new Refused(422, 'Reference does not exist');
    await moveRefs(world, repository, [{ ref, before, after: ZERO_OID, force: true }], credential.actor, gone);
    return { status: 204 };
  }),

  // Last, since its `{ref}` swallows every longer path below /commits.
  reads('/commits/{ref}', 'contents', async ({ world, repository, params }) => {
    const oid = await commitOf(repository, params['ref'] ?? '');
    return { status: 200, body: commitShape(world, repository, await repository.git.commit(oid)) };
  }),
];

async function demandObject(repository: Repository, ref: string, sha: string): Promise<void> {
  const type = await repository.git.type(sha);
  if (type === null) throw new Refused(422, 'Object does not exist');
  if (ref.startsWith('refs/heads/') && type !== 'commit') throw new Refused(422, 'Reference update failed');
}

async function treeShape(world: World, repository: Repository, sha: string, recursive: boolean) {
  const url = repositoryUrl(world, repository);
  const entries = await repository.git.tree(sha, recursive);
  return {
    sha,
    url: `${url}/git/trees/${sha}`,
    tree: entries.map(({ path, mode, type, oid, size }) => ({
      path,
      mode,
      type,
      sha: oid,
      ...(size === null ? {} : { size }),
      url: `${url}/git/${type}s/${oid}`,
    })),
    truncated: false,
  };
}
