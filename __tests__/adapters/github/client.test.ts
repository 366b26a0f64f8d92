import { afterEach, expect, test } from '@jest/globals';
import { type Client, createClient, UnclearError } from '../../../src/adapters/github/client.ts';
import { BOUNDS } from '../../../src/domain/bounds.ts';
import { TransientError, UserError } from '../../../src/domain/errors.ts';
import { type Answer, cutOff, garbled, hangUp, json, type ScriptedServer, serve } from './scripted-server.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const slept: number[] = [];
async function against(...answers: Answer[]): Promise<Client> {
  server = await serve(...answers);
  slept.length = 0;
  const clock = {
    now: () => new Date('2026-11-20T12:00:00Z'),
    sleep: async (ms: number) => {
      slept.push(ms);
    },
    nonce: () => 'nonce',
  };
  return createClient({ token: 't', apiUrl: server.url, clock });
}

const where = { owner: 'acme', repo: 'loom' };
const read = (client: Client) => client.request('GET /repos/{owner}/{repo}/pulls', where);
const write = (client: Client) =>
  client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...where, pull_number: 1 });
const query = (client: Client) => client.graphql('query { viewer { login } }');
const mutation = (client: Client) => client.graphql('mutation Close { x }');
const fine = json(200, [{ number: 1 }]);
const viewer = json(200, { data: { viewer: { login: 'ada' } } });

test.each<[string, Answer]>([
  ['cut off', cutOff],
  ['garbled', garbled],
  ['lost', hangUp],
  ['a 500', json(500, { message: 'oops' })],
  ['a 502', json(502, { message: 'oops' })],
  ['empty', json(200, '')],
])('a read whose answer is %s is repeated, and never read as “nothing there”', async (_, answer) => {
  const client = await against(answer, fine);
  expect((await read(client)).data).toHaveLength(1);
  expect(server.requests).toHaveLength(2);
});

test('an answer of many megabytes is read whole, on every Node', async () => {
  const content = 'eA'.repeat(6_000_000);
  expect((await read(await against(json(200, [{ content }])))).data).toEqual([{ content }]);
  expect(server.requests).toHaveLength(1);
});

test('a read that keeps failing ends after three tries', async () => {
  const client = await against(cutOff);
  await expect(read(client)).rejects.toThrow(TransientError);
  expect(server.requests).toHaveLength(3);
});

test('a GraphQL query is a read, a mutation is not', async () => {
  expect(await query(await against(json(502, {}), viewer))).toMatchObject({ viewer: { login: 'ada' } });
  await server.close();
  await expect(mutation(await against(json(502, {}), viewer))).rejects.toThrow(UnclearError);
  expect(server.requests).toHaveLength(1);
});

test('a query that GitHub gave up on is repeated', async () => {
  const gaveUp = json(200, { data: null, errors: [{ message: 'Something went wrong while executing your query.' }] });
  expect(await query(await against(gaveUp, viewer))).toMatchObject({ viewer: { login: 'ada' } });
});

test('half of a GraphQL answer is an error', async () => {
  const half = json(200, { data: { viewer: null }, errors: [{ type: 'NOT_FOUND', message: 'no' }] });
  await expect(query(await against(half))).rejects.toThrow('no');
});

test.each<[string, Answer]>([
  ['cut off', cutOff],
  ['lost', hangUp],
  ['a 500', json(500, { message: 'oops' })],
  ['a 502', json(502, { message: 'oops' })],
])('a mutation whose answer is %s may have been done, and is not repeated', async (_, answer) => {
  const client = await against(answer, json(200, { merged: true }));
  await expect(write(client)).rejects.toThrow(UnclearError);
  expect(server.requests).toHaveLength(1);
});

test.each([403, 429])('a limit (%i) that ends soon is waited for', async (status) => {
  const client = await against(json(status, { message: 'secondary rate limit' }, { 'retry-after': '7' }), fine);
  expect((await read(client)).data).toHaveLength(1);
  expect(slept).toEqual([7_000]);
});

test('a limit that ends late ends the pass, and says when it may go on', async () => {
  const reset = String(new Date('2026-11-20T12:30:00Z').getTime() / 1000);
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  const client = await against(json(403, { message: 'API rate limit exceeded' }, headers));
  await expect(read(client)).rejects.toMatchObject({ name: 'TransientError', retryAfterMs: 30 * 60_000 + 1_000 });
  expect(server.requests).toHaveLength(1);
});

test('a 429 without a word is waited for as long as any', async () => {
  const client = await against(json(429, { message: 'Too many' }), fine);
  await read(client);
  expect(slept).toEqual([BOUNDS.limitWait.value]);
});

test('a mutation that met a limit was not done, and is not repeated either', async () => {
  const client = await against(json(403, { message: 'secondary rate limit' }, { 'retry-after': '1' }), fine);
  const failure = await write(client).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransientError);
  expect(failure).not.toBeInstanceOf(UnclearError);
  expect(server.requests).toHaveLength(1);
});

test('a limit that GraphQL tells with a 200 is one, for queries and for mutations', async () => {
  const used = { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] };
  expect(await query(await against(json(200, used, { 'retry-after': '7' }), viewer))).toMatchObject({
    viewer: { login: 'ada' },
  });
  expect(slept).toEqual([7_000]);
  await server.close();
  const failure = await mutation(await against(json(200, used), viewer)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransientError);
  expect(failure).not.toBeInstanceOf(UnclearError);
  expect(failure).toMatchObject({ retryAfterMs: BOUNDS.limitWait.value });
  expect(server.requests).toHaveLength(1);
});

test('a token that GitHub refuses is told with what repairs it', async () => {
  const failure = await read(await against(json(401, { message: 'Bad credentials' }))).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ exit: 'access' });
});

test('a refusal is passed on as it is', async () => {
  await expect(read(await against(json(404, { message: 'Not Found' })))).rejects.toMatchObject({ status: 404 });
  expect(server.requests).toHaveLength(1);
});
