/**
 * Conditional requests: what a GET answers has an ETag, and who names it again gets a 304 without a body.
 * Source: GitHub docs, "Best practices for using the REST API"; that a tag holds for one token alone, GitHub's support has
 * told users.
 */
import { createHash } from 'node:crypto';
import type { RestAnswer } from './rest/router.ts';

type Asked = { method: string; authorization: string | undefined; ifNoneMatch: string | undefined };

/** The answer with its tag, or what says that nothing has changed. */
export function conditional(answer: RestAnswer, { method, authorization, ifNoneMatch }: Asked): RestAnswer {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const { link = '' } = answer.headers ?? {};
  const seen = [authorization ?? '', link, JSON.stringify(answer.body)].join('\n');
  const etag = `W/"${createHash('sha256').update(seen).digest('hex')}"`;
  const headers = { ...answer.headers, etag, vary: 'Accept, Authorization, Cookie, X-GitHub-OTP' };
  return matches(ifNoneMatch, etag) ? { status: 304, headers } : { ...answer, headers };
}

/** By the weak comparison, as HTTP has it for this header. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag)) ?? false;
}
