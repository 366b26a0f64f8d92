/** Every command that asks GitHub for anything, against one that is there and does not answer. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EXIT } from '../src/domain/errors.ts';
import {
  type Answer,
  halfABody,
  type ScriptedServer,
  serve,
  silent,
  trickling,
} from './adapters/github/scripted-server.ts';
import { createHarness, type Ended, type Harness, jobEnvironment, remoteOn } from './commands/harness.ts';
import { cloneOf, cloneWithoutEpic } from './stories/clones.ts';

/** The limit is a second; what a command does besides takes some more on a busy machine. */
const LIMITS = { limits: { github_seconds: 1 } };
const MOST_AT_ONCE = 10;

const SERVERS: readonly [what: string, Answer][] = [
  ['says nothing', silent],
  ['sends a byte a second', trickling],
  ['stops in half a body', halfABody],
];
const TOKEN = 'heddle-elsewhere-abcdef12';
const COMMANDS = [
  'spawn --epic EPIC',
  'spawn --epic EPIC --once',
  'spawn --epic EPIC --dry-run',
  'status',
  'retry TASK',
  'publish --epic EPIC',
  'sync',
  'cleanup',
  'recover',
  'merge',
  'doctor',
  `worker TASK --token ${TOKEN} --round 1 --agent scripted`,
];
/** With the base named in heddle.yml, these come to git before they come to the API. */
const BY_GIT = ['status', 'cleanup', 'recover'];

let harness: Harness;
const servers: ScriptedServer[] = [];
const ends = new Map<string, Promise<Ended>>();
const free: (() => void)[] = [];
let running = 0;

/** In the order in which it is asked for, so many at once. */
async function inTurn(run: () => Promise<Ended>): Promise<Ended> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => free.push(resolve));
  running += 1;
  try {
    return await run();
  } finally {
    running -= 1;
    free.shift()?.();
  }
}

beforeAll(async () => {
  const [made, clone, empty] = await Promise.all([createHarness(), cloneOf([[2]]), cloneWithoutEpic()]);
  harness = made;
  const { epic = '' } = clone;
  for (const [what, answer] of SERVERS) {
    const server = await serve(answer);
    servers.push(server);
    const remote = remoteOn(server.url);
    const plain = await harness.clone(clone, remote, LIMITS);
    const based = await harness.clone(clone, remote, { ...LIMITS, base: 'main' });
    const bare = await harness.clone(empty, remote, { ...LIMITS, state_branch: 'heddle-state' });
    const begin = (name: string, text: string, where: typeof plain) => {
      const args = text.replace('EPIC', epic).replace('TASK', `${epic}.1`).split(' ');
      ends.set(
        `${what}: ${name}`,
        inTurn(() => harness.begin(harness.cli, args, where).ended),
      );
    };
    for (const text of COMMANDS) begin(text, text, plain);
    for (const text of BY_GIT) begin(`${text}, by git`, text, based);
    begin('init', 'init', bare);
    const env = await jobEnvironment(server.url, join(plain.checkout, '..', 'job'), {
      token: 't',
      github_seconds: '1',
    });
    ends.set(
      `${what}: the Action`,
      inTurn(() => harness.begin(harness.action, [], { ...plain, env }).ended),
    );
  }
});

afterAll(async () => {
  await harness.clear();
  await Promise.all(servers.map((server) => server.close()));
});

describe.each(SERVERS)('a GitHub that %s', (what) => {
  test.each([...COMMANDS, ...BY_GIT.map((name) => `${name}, by git`), 'init'])(
    'ends `%s` as something that did not answer in time',
    async (name) => {
      const { exitCode, said } = (await ends.get(`${what}: ${name}`)) ?? {};
      expect([exitCode, said]).toEqual([EXIT.transient.code, expect.stringMatching(/GitHub gave no|git fetch failed/)]);
    },
  );

  test('fails the job of the Action, with a message and what to do', async () => {
    const { exitCode, said } = (await ends.get(`${what}: the Action`)) ?? {};
    expect([exitCode, said]).toEqual([
      1,
      expect.stringMatching(
        /^::error::GitHub gave no whole answer within 1 s\.%0AHint: Run it again; nothing was lost\.$/m,
      ),
    ]);
  });
});
