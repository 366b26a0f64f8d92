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
import type { Ask } from './together.ts';

/** A GraphQL query that is given `$owner` and `$repo`. Throws a UserError when the repository is not there for the token. */
export type Query = (text: string, variables?: Record<string, unknown>) => Promise<unknown>;

const blob = z.object({ text: z.string().nullable(), isTruncated: z.boolean() });
export const fileShape = z.object({ object: blob.nullable() }).nullable();
const fileAnswer = z.object({
  repository: z.object({ ref: z.object({ target: z.object({ file: fileShape.optional() }).nullable() }).nullable() }),
});
const stateEntry = z.object({ oid: z.string(), size: z.number(), object: blob.partial().nullish() });
const stateAnswer = z.object({
  repository: z.object({
    ref: z
      .object({
        target: z.object({ oid: z.string(), file: stateEntry.nullish() }),
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
export function stateFileReader(ask: Ask, client: Client, repository: Repository): MergerReader['stateFile'] {
  let lastBlob: { oid: string; content: string } | undefined;
  return async (branch, path) => {
    const answer = stateAnswer.parse(
      await ask({
        name: 'StateFile',
        declare: { ref: 'String!', path: 'String!' },
        variables: { ref: `refs/heads/${branch}`, path },
        fields: `ref(qualifiedName: $ref) { target { oid ... on Commit {
          file(path: $path) { oid size object { ... on Blob { text isTruncated } } } } } }`,
      }),
    );
    const target = answer.repository.ref?.target;
    if (target === undefined) return undefined;
    const entry = target.file ?? undefined;
    if (entry !== undefined && lastBlob?.oid !== entry.oid) {
      const content = wholeText(entry) ?? (await readBlob(client, repository, entry, `${branch}:${path}`));
      lastBlob = { oid: entry.oid, content };
    }
    return { commit: sha(target.oid), content: entry === undefined ? undefined : lastBlob?.content };
  };
}

/** The text that came with the entry; undefined where GitHub gave it cut off, changed or not at all. */
function wholeText({ oid, object }: z.infer<typeof stateEntry>): string | undefined {
  if (object?.isTruncated !== false || typeof object.text !== 'string') return undefined;
  return oidOf(Buffer.from(object.text), oid.length) === oid ? object.text : undefined;
}

function oidOf(bytes: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
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
  if (oidOf(bytes, entry.oid.length) !== entry.oid)
    throw new TransientError(`GitHub’s answer for ${what} is not the whole file.`);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // Bytes that are no text would go back changed.
  throw new UserError(`${what} is not valid UTF-8.`, {
    hint: 'Fix it with a commit of your own.',
    exit: 'beads',
  });
}
