/** What the first signal ends, what it waits for, and what the second one ends. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { EXIT } from '../src/domain/errors.ts';
import { type ScriptedServer, serve, silent } from './adapters/github/scripted-server.ts';
import { createHarness, type Harness, type Running, remoteOn } from './commands/harness.ts';
import { IDLE_MS, until } from './fakes/wait.ts';
import { cloneOf } from './stories/clones.ts';
import { type Story, tell } from './stories/story.ts';

/** Far beyond what any test waits for: what ends here has ended by its signal. */
const PATIENCE = { limits: { github_seconds: 3_600 } };
/** A request is given up after longer than that. */
const AT_ONCE_MS = 20_000;

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.clear());

/** Its exit code, when it ends at once. */
async function endOf(running: Running): Promise<number | null> {
  let ended: { exitCode: number | null } | undefined;
  void running.ended.then((end) => (ended = end));
  return (await until('the command to end', () => ended, AT_ONCE_MS)).exitCode;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

let server: ScriptedServer | undefined;
async function asking(args: readonly string[], config: object = {}): Promise<Running> {
  const asked = await serve(silent);
  server = asked;
  closing.push(asked.close);
  const clone = await harness.clone(await cloneOf([[2]]), remoteOn(asked.url), { ...PATIENCE, ...config });
  const running = harness.begin(harness.cli, args, clone);
  await until('a request', () => asked.requests.length === 1);
  return running;
}

test.each([
  ['SIGINT', ['status'], {}],
  ['SIGTERM', ['doctor'], {}],
  ['SIGINT', ['status'], { base: 'main' }],
  ['SIGINT', ['merge'], {}],
] as const)(
  'the first %s ends a command that reads (%j %j) at once, and what it has asked is not waited for',
  async (name, args, config) => {
    const running = await asking(args, config);
    running.signal(name);
    expect(await endOf(running)).toBe(EXIT.interrupted.code);
    await until('nobody to wait any more', () => server?.waiting() === 0);
    expect(server?.requests).toHaveLength(1);
  },
);

test('the first signal ends a command that reads also while it waits for something on this machine', async () => {
  const clone = await harness.clone(await cloneOf([[2]]), remoteOn('http://127.0.0.1:1'), { base: 'main' });
  const { HEDDLE_BD: bd = '' } = clone.env;
  const [hanging, pidFile] = [join(clone.checkout, '..', 'hanging-bd'), join(clone.checkout, '..', 'pid')];
  await writeFile(
    hanging,
    `#!/bin/sh\ntest "$1" = version && exec '${bd}' "$@"\necho $$ > '${pidFile}'\nexec sleep 100\n`,
  );
  await chmod(hanging, 0o755);
  const running = harness.begin(harness.cli, ['status'], { ...clone, env: { ...clone.env, HEDDLE_BD: hanging } });
  const pid = await until('bd to hang', async () => Number(await readFile(pidFile, 'utf8').catch(() => '')) || false);
  closing.push(async () => void process.kill(pid));
  running.signal('SIGINT');
  expect(await endOf(running)).toBe(EXIT.interrupted.code);
});

/** In front of a GitHub: everything goes through, but pushes are held. */
async function holdPushes(url: string): Promise<{ url: string; held: (() => void)[]; close(): Promise<void> }> {
  const held: (() => void)[] = [];
  const front = createServer({ keepAliveTimeout: IDLE_MS }, (incoming, response: ServerResponse) => {
    const { method, headers } = incoming;
    const forward = () => {
      const onward = request(`${url}${incoming.url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    };
    if (method === 'POST' && incoming.url?.endsWith('/git-receive-pack')) held.push(forward);
    else forward();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    held,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        front.closeAllConnections();
      }),
  };
}

/** A spawner that is at its first publish, which does not come to an end. */
async function publishing(): Promise<{
  story: Story;
  front: Awaited<ReturnType<typeof holdPushes>>;
  spawner: Running;
}> {
  const story = await tell({ tasks: [[2]], config: PATIENCE });
  const front = await holdPushes(story.sandbox.url);
  closing.push(front.close);
  await story.git('remote', 'set-url', 'origin', remoteOn(front.url));
  const where = { checkout: story.checkout, env: { ...story.env, GITHUB_API_URL: front.url } };
  const spawner = harness.begin(harness.cli, ['spawn', '--epic', story.epic], where);
  await until('the push', () => front.held.length === 1);
  spawner.signal('SIGINT');
  await until('a word on what it waits for', () => spawner.said().includes('Ending after this step: publish '));
  return { story, front, spawner };
}

test('a spawner that is writing says what it still waits for, and ends after that, with nothing begun', async () => {
  const { story, front, spawner } = await publishing();
  for (const forward of front.held) forward();
  expect(await endOf(spawner)).toBe(EXIT.interrupted.code);
  expect(spawner.said()).toContain('The spawner has ended; no worker is running.');
  expect(await story.line(2)).toMatchObject({ open: true });
  expect(await story.workers()).toEqual([]);
});

test('a second signal ends a spawner that is writing at once', async () => {
  const { story, spawner } = await publishing();
  spawner.signal('SIGINT');
  expect(await endOf(spawner)).toBe(EXIT.interrupted.code);
  expect(await story.line(2)).toBeUndefined();
});
