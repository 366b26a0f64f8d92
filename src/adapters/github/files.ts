/** Files on a branch, as the merger reads them: a short text, and the file of issue lines, which may be long. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { TransientError, UserError } from '../../domain/errors.ts';
import { sha } from '../../domain/ids.ts';
import { MAX_ISSUES_BYTES } from '../../domain/lines.ts';
import type { Repository } from '../../ports/github.ts';
import type { MergerReader } from '../../ports/merger-github.ts';
import type { Client } from './client.ts';

/** A GraphQL query that is given `$owner` and `$repo`. Throws a UserError when the repository is not there for the token. */
export type Query = (text: string, variables?: Record<string, unknown>) => Promise<unknown>;

const blob = z.object({ text: z.string().nullable(), isTruncated: z.boolean() });
export const fileShape = z.object({ object: blob.nullable() }).nullable();
const fileAnswer = z.object({
  repository: z.object({ ref: z.object({ target: z.object({ file: fileShape.optional() }).nullable() }).nullable() }),
});
const stateAnswer = z.object({
  repository: z.object({
    ref: z
      .object({
        target: z.object({ oid: z.string(), file: z.object({ oid: z.string(), size: z.number() }).nullish() }),
      })
      .nullable(),
  }),
});

export async function fileOn(query: Query, branch: string, path: string): Promise<string | undefined> {
  const answer = fileAnswer.parse(
    await query(
      `query FileOn($owner: String!, $repo: String!, $ref: String!, $path: String!) {
        repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { ... on Commit {
          file(path: $path) { object { ... on Blob { text isTruncated } } } } } } } }`,
      { ref: `refs/heads/${branch}`, path },
    ),
  );
  return textOf(answer.repository.ref?.target?.file);
}

export function textOf(entry: z.infer<typeof fileShape> | undefined): string | undefined {
  const found = entry?.object;
  if (found === null || found === undefined) return undefined;
  if (found.isTruncated || found.text === null) {
    throw new UserError(`${CONFIG_PATH} on GitHub is no text file of ordinary size.`, {
      hint: 'Fix it on the base branch.',
      exit: 'config',
    });
  }
  return found.text;
}

/** A file that has not changed since is not fetched again. */
export function stateFileReader(query: Query, client: Client, repository: Repository): MergerReader['stateFile'] {
  let lastBlob: { oid: string; content: string } | undefined;
  return async (branch, path) => {
    const answer = stateAnswer.parse(
      await query(
        `query StateFile($owner: String!, $repo: String!, $ref: String!, $path: String!) {
          repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { target { oid ... on Commit {
            file(path: $path) { oid size } } } } } }`,
        { ref: `refs/heads/${branch}`, path },
      ),
    );
    const target = answer.repository.ref?.target;
    if (target === undefined) return undefined;
    const entry = target.file ?? undefined;
    if (entry !== undefined && lastBlob?.oid !== entry.oid) {
      lastBlob = { oid: entry.oid, content: await readBlob(client, repository, entry, `${branch}:${path}`) };
    }
    return { commit: sha(target.oid), content: entry === undefined ? undefined : lastBlob?.content };
  };
}

/** The content is held against its own name, so that half a file is never taken for the whole. */
async function readBlob(
  client: Client,
  { owner, name }: Repository,
  entry: { oid: string; size: number },
  what: string,
): Promise<string> {
  if (entry.size > MAX_ISSUES_BYTES) {
    throw new UserError(`${what} has ${entry.size} bytes, more than the limit of ${MAX_ISSUES_BYTES}.`, {
      hint: 'Delete lines of long closed issues from it and commit that.',
      exit: 'beads',
    });
  }
  const request = { owner, repo: name, file_sha: entry.oid };
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', request);
  const bytes = Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8');
  const oid = createHash(entry.oid.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
  if (oid !== entry.oid) throw new TransientError(`GitHub’s answer for ${what} is not the whole file.`);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // Bytes that are no text would go back changed.
  throw new UserError(`${what} is not valid UTF-8.`, {
    hint: 'Fix it with a commit of your own.',
    exit: 'beads',
  });
}
