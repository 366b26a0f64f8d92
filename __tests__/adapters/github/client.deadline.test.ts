/** How long a request may take, how long a command goes on without an answer, and what a signal ends. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import {
  type Bounds,
  type Client,
  createClient,
  guardClient,
  REQUEST_TIMEOUT_MS,
  UnclearError,
} from '../../../src/adapters/github/client.ts';
import { createSilence } from '../../../src/adapters/host/silence.ts';
import { Interrupted, TransientError } from '../../../src/domain/errors.ts';
import { until } from '../../fakes/wait.ts';
import {
  type Answer,
  cutOff,
  halfABody,
  json,
  type ScriptedServer,
  serve,
  silent,
  trickling,
} from './scripted-server.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const clock = { now: () => new Date(0), sleep: async () => undefined, nonce: () => 'nonce' };
async function against(bounds: Bounds, ...answers: Answer[]): Promise<Client> {
  server = await serve(...answers);
  return createClient({ token: 't', apiUrl: server.url, clock, ...bounds });
}
const where = { owner: 'acme', repo: 'loom' };
const read = (client: Client) => client.request('GET /repos/{owner}/{repo}/pulls', where);
const write = (client: Client) =>
  client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...where, pull_number: 1 });
const fine = json(200, [{ number: 1 }]);
const soon = () => createSilence({ limitMs: 500 });

describe.each<[string, Answer]>([
  ['says nothing', silent],
  ['sends a byte a second', trickling],
  ['stops in half a body', halfABody],
])('from a GitHub that %s', (_, answer) => {
  test('a read is given up in time, and nobody waits for it any more', async () => {
    await expect(read(await against({ silence: soon() }, answer))).rejects.toThrow(TransientError);
    await until('nobody to wait any more', () => server.waiting() === 0);
  });

  test('a mutation is given up in time, and may have been done', async () => {
    await expect(write(await against({ silence: soon() }, answer))).rejects.toThrow(UnclearError);
    await until('nobody to wait any more', () => server.waiting() === 0);
  });
});

/** Of a clock that passes with requests alone; no request takes so long in truth. */
const LIMIT_MS = 50_000;

describe('the silence of a command', () => {
  /** Time passes with each request alone. */
  function slowly(ms: number, answer: Answer): { silence: ReturnType<typeof createSilence>; slow: Answer } {
    let now = 0;
    const silence = createSilence({ limitMs: LIMIT_MS, now: () => now });
    const slow: Answer = (response) => {
      now += ms;
      answer(response);
    };
    return { silence, slow };
  }

  test('ends with each whole answer, so what answers slowly but steadily goes on', async () => {
    const { silence, slow } = slowly(0.9 * LIMIT_MS, fine);
    const client = await against({ silence }, slow);
    for (let reads = 0; reads < 5; reads += 1) await read(client);
    expect(server.requests).toHaveLength(5);
  });

  test('ends with a refusal, which is an answer', async () => {
    const { silence, slow } = slowly(0.9 * LIMIT_MS, json(404, { message: 'Not Found' }));
    const client = await against({ silence }, slow);
    for (let reads = 0; reads < 3; reads += 1) await expect(read(client)).rejects.toMatchObject({ status: 404 });
  });

  test('is shared by the tries of all requests, and when it is over none is begun', async () => {
    const { silence, slow } = slowly(0.6 * LIMIT_MS, cutOff);
    const client = await against({ silence }, slow);
    await expect(read(client)).rejects.toThrow('cut off');
    expect(server.requests).toHaveLength(2);
    await expect(write(client)).rejects.toThrow('GitHub has given no answer for 50 s.');
    await expect(read(client)).rejects.toThrow('GitHub has given no answer for 50 s.');
    expect(server.requests).toHaveLength(2);
  });

  test('is no wait that would outlast it', async () => {
    const { silence, slow } = slowly(0.9 * LIMIT_MS, json(429, { message: 'Too many' }, { 'retry-after': '7' }));
    await expect(read(await against({ silence }, slow))).rejects.toMatchObject({ retryAfterMs: 7_000 });
    expect(server.requests).toHaveLength(1);
    // GitHub has spoken.
    expect(silence.leftMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('of a worker, which sits outages out, begins anew with each request', async () => {
    let now = 0;
    const silence = createSilence({ limitMs: 1_000, sitsOut: true, now: () => now });
    silence.begin();
    now = 5_000;
    silence.begin();
    expect(silence.leftMs()).toBe(1_000);
  });
});

describe('a signal', () => {
  test('ends a read in flight, which is not repeated', async () => {
    const stop = new AbortController();
    const reading = read(await against({ stop: stop.signal }, silent));
    await until('the request', () => server.requests.length === 1);
    stop.abort();
    let failure: unknown;
    void reading.catch((error: unknown) => {
      failure = error;
    });
    // Long before a request is given up.
    await until('the end of the read', () => failure !== undefined, REQUEST_TIMEOUT_MS / 2);
    expect(failure).toBeInstanceOf(Interrupted);
    await until('nobody to wait any more', () => server.waiting() === 0);
    expect(server.requests).toHaveLength(1);
  });

  test('never ends a mutation in flight, and none is begun after it', async () => {
    const stop = new AbortController();
    const answers: (() => void)[] = [];
    const late: Answer = (response) => void answers.push(() => json(200, { merged: true })(response));
    const client = await against({ stop: stop.signal }, late);
    const writing = write(client);
    await until('the request', () => answers.length === 1);
    stop.abort();
    answers[0]?.();
    expect((await writing).data).toMatchObject({ merged: true });
    await expect(write(client)).rejects.toThrow(Interrupted);
    await expect(read(client)).rejects.toThrow(Interrupted);
    expect(server.requests).toHaveLength(1);
  });
});

test('options that a caller uses twice are as they were, and each use has a signal of its own', async () => {
  server = await serve(fine);
  const octokit = new Octokit({ baseUrl: server.url });
  guardClient(octokit, clock);
  const own = new AbortController();
  const request = { signal: own.signal };
  const options = {
    method: 'GET' as const,
    baseUrl: server.url,
    url: '/x',
    headers: { accept: '', 'user-agent': '' },
    mediaType: { format: '' },
    operationName: '',
    query: '',
    request,
  };
  const seen: unknown[] = [];
  const send = async (given: { request: { signal?: AbortSignal } }) => {
    seen.push(given.request.signal);
    return { status: 200, headers: {}, data: {} };
  };
  for (let uses = 0; uses < 2; uses += 1) await octokit.hook('request', send as never, options);
  expect(options.request).toBe(request);
  expect(request.signal).toBe(own.signal);
  expect(new Set([...seen, own.signal]).size).toBe(3);
});
