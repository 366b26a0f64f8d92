/**
 * The way to GitHub: an Octokit whose every request has a deadline, whose answers are whole, and which repeats reads alone.
 *
 * The retry and throttling plugins are left out on purpose: the one repeats a merge four times unless each call says no,
 * the other holds every GraphQL query for a second as if it were a write, and neither takes its waits from a clock.
 */
import { Octokit } from '@octokit/rest';
import { BOUNDS } from '../../domain/bounds.ts';
import { Interrupted, TransientError, UserError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Silence } from '../../ports/silence.ts';
import { createSilence } from '../host/silence.ts';
import { within } from './within.ts';

export type Client = Pick<Octokit, 'request' | 'graphql' | 'paginate'>;
type Hooked = Pick<Octokit, 'hook'>;
/** What an error of a request has, known by its shape: the Action's client brings a copy of the library of its own. */
type RequestFailure = Error & { status: number; response?: { headers?: Record<string, unknown> } };
type Answer = { status: number; headers: Record<string, unknown>; data: unknown };

/** A request is given up after this long, its body included. A merge of a large repository takes GitHub up to 10 s. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** A mutation whose answer was lost: it may have been done. Look before anything else. */
export class UnclearError extends TransientError {
  override name = 'UnclearError';
}

export type Bounds = {
  /** What the tries, back-offs and waits of all requests share; without it each request has its own time alone. */
  silence?: Silence;
  /** Ends reads in flight; a mutation in flight is waited for. No request begins after it. */
  stop?: AbortSignal;
  /** Told of each request that goes out, a repeated one too. */
  onRequest?: (() => void) | undefined;
};

export function createClient(
  options: { token: string; apiUrl: string; clock: Clock; userAgent?: string } & Bounds,
): Client {
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl,
    userAgent: options.userAgent ?? 'heddle',
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  guardClient(octokit, options.clock, options);
  return octokit;
}

/** Puts the deadline, the check of answers and the retries of reads around a client that somebody else has made. */
export function guardClient(
  octokit: Hooked,
  clock: Clock,
  { stop, silence = endless, onRequest = () => {} }: Bounds = {},
): void {
  octokit.hook.wrap('request', async (send, options) => {
    const read = isRead(options);
    silence.begin();
    for (let failed = 0; ; failed += 1) {
      if (stop?.aborted) throw new Interrupted();
      const timeoutMs = Math.min(REQUEST_TIMEOUT_MS, silence.leftMs());
      if (timeoutMs <= 0) throw new TransientError(`GitHub has given no answer for ${inSeconds(silence.limitMs)}.`);
      const late = () => lost(`GitHub gave no whole answer within ${inSeconds(timeoutMs)}.`, read);
      const calledOff = { by: read ? stop : undefined, as: () => new Interrupted() };
      onRequest();
      const once = () => within(options, timeoutMs, late, calledOff, async () => await send(options));
      const result = await tryOnce(once, clock, read);
      if ('answer' in result) {
        silence.answered();
        return result.answer as Awaited<ReturnType<typeof send>>;
      }
      const waitMs = read ? waitBefore(result.failure, failed) : undefined;
      if (waitMs === undefined || waitMs >= silence.leftMs()) {
        if (isAnswer(result.failure)) silence.answered();
        throw result.failure;
      }
      await clock.sleep(waitMs, stop);
    }
  });
}

const endless = createSilence({ limitMs: Number.POSITIVE_INFINITY });

function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/** A refusal, or a word about a limit: GitHub is there. */
function isAnswer(failure: unknown): boolean {
  return !(failure instanceof TransientError) || failure.retryAfterMs !== undefined;
}

async function tryOnce(
  send: () => unknown,
  clock: Clock,
  read: boolean,
): Promise<{ answer: unknown } | { failure: unknown }> {
  try {
    const answer = parsed((await send()) as Answer);
    if (isLimitOfQueries(answer)) return { failure: limited(limitOf(answer.headers, clock) ?? BOUNDS.limitWait.value) };
    const broken = brokenAnswer(answer);
    if (broken === undefined) return { answer };
    return { failure: lost(broken, read) };
  } catch (error) {
    return { failure: classify(error, clock, read) };
  }
}

/**
 * Before Node 22, the library's parser of JSON gives up on texts of several megabytes, and returns them as they came.
 * Source: json-with-bigint, whose expression for long numbers overflows the stack where `JSON.parse` shows no source text.
 */
function parsed(answer: Answer): Answer {
  if (typeof answer.data !== 'string' || !/json/.test(String(answer.headers['content-type']))) return answer;
  try {
    return { ...answer, data: JSON.parse(answer.data) };
  } catch {
    return answer;
  }
}

/**
 * A body that was cut off arrives as status 200 with an empty string, which a pager reads as "nothing there".
 * GraphQL may answer half of a query with `errors` beside it; which of them pass is seen here, the rest by the caller.
 */
function brokenAnswer(answer: Answer): string | undefined {
  if (answer.status === 204 || answer.status === 205) return undefined;
  if (typeof answer.data !== 'object' || answer.data === null) return 'GitHub’s answer was cut off.';
  const errors = errorsIn(answer);
  const passing = errors.find((error) =>
    error.type === undefined ? /something went wrong|timeout|timed out/i.test(String(error.message)) : false,
  );
  return passing === undefined ? undefined : `GitHub could not answer: ${String(passing.message).slice(0, 200)}`;
}

/** GraphQL says with status 200 that its limit is used up, and has done nothing then. */
function isLimitOfQueries(answer: Answer): boolean {
  return errorsIn(answer).some(({ type }) => type === 'RATE_LIMITED' || type === 'RATE_LIMIT');
}

function errorsIn({ data }: Answer): readonly { type?: unknown; message?: unknown }[] {
  const errors = (data as { errors?: unknown } | null | undefined)?.errors;
  return Array.isArray(errors) ? errors : [];
}

function classify(error: unknown, clock: Clock, read: boolean): unknown {
  if (!(error instanceof Error)) return error;
  const status = (error as { status?: unknown }).status;
  if (typeof status !== 'number') return error;
  const limitMs = limitOfFailure(error as RequestFailure, clock);
  if (limitMs !== undefined) return limited(limitMs, error);
  if (status === 401) {
    return new UserError('GitHub refuses the token.', {
      hint: 'Give a valid one in GITHUB_TOKEN or GH_TOKEN, or run `gh auth login`.',
      exit: 'access',
      cause: error,
    });
  }
  return status >= 500 || status === 408
    ? lost(`GitHub did not answer: ${error.message.slice(0, 200)}`, read, error)
    : error;
}

function lost(message: string, read: boolean, cause?: Error): TransientError {
  return read ? new TransientError(message, { cause }) : new UnclearError(message, { cause });
}

function limited(retryAfterMs: number, cause?: Error): TransientError {
  return new TransientError('GitHub asks for fewer requests.', { retryAfterMs, ...(cause && { cause }) });
}

/** Milliseconds to wait if the refusal is a rate limit, else undefined. */
function limitOfFailure(error: RequestFailure, clock: Clock): number | undefined {
  if (error.status !== 403 && error.status !== 429) return undefined;
  const limitMs = limitOf(error.response?.headers ?? {}, clock);
  return limitMs ?? (error.status === 429 || /rate limit/i.test(error.message) ? BOUNDS.limitWait.value : undefined);
}

/** Milliseconds until GitHub takes requests again, as its headers say; undefined if they do not. */
function limitOf(headers: Record<string, unknown>, clock: Clock): number | undefined {
  const retryAfter = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(retryAfter)) return Math.max(1, retryAfter) * 1000;
  if (String(headers['x-ratelimit-remaining']) === '0') {
    return Math.max(1_000, Number(headers['x-ratelimit-reset']) * 1000 - clock.now().getTime() + 1_000);
  }
  return undefined;
}

const readWaitsMs: readonly number[] = BOUNDS.readWaits.value;

/** How long to wait before a read is tried again; undefined when it is not. */
function waitBefore(failure: unknown, failed: number): number | undefined {
  const backOffMs = readWaitsMs[failed];
  if (!(failure instanceof TransientError) || backOffMs === undefined) return undefined;
  if (failure.retryAfterMs === undefined) return backOffMs;
  return failure.retryAfterMs <= BOUNDS.limitWait.value ? failure.retryAfterMs : undefined;
}

function isRead(options: { method: string; url: string; query?: unknown }): boolean {
  if (options.method === 'GET' || options.method === 'HEAD') return true;
  const { query } = options;
  return options.url.endsWith('/graphql') && typeof query === 'string' && !/^\s*mutation\b/.test(query);
}

/** The refusal of a request (4xx that is no limit), or undefined for every other error. */
export function refusalOf(error: unknown): { status: number; message: string } | undefined {
  if (!(error instanceof Error) || error instanceof TransientError) return undefined;
  const status = (error as { status?: unknown }).status;
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  return { status, message: error.message.replace(/ - https?:\S+$/, '') };
}

/** The `errors` of a GraphQL answer, or undefined for every other error. */
export function graphqlErrorsOf(error: unknown): readonly { type: string; message: string }[] | undefined {
  const errors = (error as { errors?: unknown } | null)?.errors;
  if (!(error instanceof Error) || error.name !== 'GraphqlResponseError' || !Array.isArray(errors)) return undefined;
  return errors.map((one: { type?: unknown; message?: unknown }) => ({
    type: typeof one.type === 'string' ? one.type : '',
    message: String(one.message),
  }));
}
