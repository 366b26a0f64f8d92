/** Git over HTTP with a remote that is there and does not answer. */
import { afterEach, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { asTyped } from '../../../src/adapters/git/work-tree.ts';
import { createSilence } from '../../../src/adapters/host/silence.ts';
import { Interrupted } from '../../../src/domain/errors.ts';
import { until } from '../../fakes/wait.ts';
import { type Answer, halfABody, type ScriptedServer, serve, silent, trickling } from '../github/scripted-server.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const ask = ['ls-remote', '--heads'] as const;

test.each<[string, Answer]>([
  ['says nothing', silent],
  ['sends a byte a second', trickling],
  ['stops in half an answer', halfABody],
])('a remote that %s is given up, and not asked again when the time of the command is over', async (_, answer) => {
  server = await serve(answer);
  const git = createGitCommand(process.env, undefined, { silence: createSilence({ limitMs: 1_000 }) });
  const { exitCode, stderr } = await git.try(asTyped('.'), [...ask, `${server.url}/you/tally.git`]);
  expect([exitCode, stderr]).toEqual([128, expect.stringContaining('Less than 10 bytes/sec')]);
  await expect(git.try(asTyped('.'), [...ask, `${server.url}/you/tally.git`])).rejects.toThrow(
    'no answer for too long',
  );
  expect(server.requests).toHaveLength(1);
});

const packet = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
/** All that git needs to ask what it came for. */
const advertised: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
  const can = ['version 2\n', 'ls-refs\n', 'fetch\n'].map(packet).join('');
  response.end(`${packet('# service=git-upload-pack\n')}0000${can}0000`);
};
const headersOnly: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' }).flushHeaders();
};

test.each<[string, Answer]>([
  ['nothing', silent],
  ['the headers of an answer, and nothing more,', headersOnly],
])('a remote that says %s after a first answer is given up in the same way', async (_, answer) => {
  server = await serve(advertised, answer);
  const git = createGitCommand(process.env, undefined, { silence: createSilence({ limitMs: 1_000 }) });
  const { exitCode } = await git.try(asTyped('.'), [...ask, `${server.url}/you/tally.git`]);
  expect([exitCode, server.requests.length]).toEqual([128, 2]);
  await expect(git.try(asTyped('.'), [...ask, `${server.url}/you/tally.git`])).rejects.toThrow(
    'no answer for too long',
  );
});

test('a signal ends a read of the remote at once, and no other is begun', async () => {
  server = await serve(silent);
  const stop = new AbortController();
  const git = createGitCommand(process.env, undefined, { stop: stop.signal });
  const reading = git.try(asTyped('.'), [...ask, `${server.url}/you/tally.git`]);
  await until('the request', () => server.requests.length === 1);
  stop.abort();
  let failure: unknown;
  void reading.catch((error: unknown) => {
    failure = error;
  });
  await until('the end of the read', () => failure !== undefined);
  expect(failure).toBeInstanceOf(Interrupted);
  await until('nobody to wait any more', () => server.waiting() === 0);
  await expect(git.try(asTyped('.'), [...ask, `${server.url}/you/tally.git`])).rejects.toThrow(Interrupted);
  expect(server.requests).toHaveLength(1);
});
