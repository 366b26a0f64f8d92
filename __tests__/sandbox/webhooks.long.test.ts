import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { verify } from '@octokit/webhooks-methods';
import { mayStartWorkflows } from '../../sandbox/events.ts';
import { addWebhook } from '../../sandbox/webhooks.ts';
import { IDLE_MS } from '../fakes/wait.ts';
import { type Stage, setStage, where } from './stage.ts';

type Received = { event: string; delivery: string; signature: string; body: string };

let stage: Stage;
let receiver: Server;
let received: Received[];

beforeEach(async () => {
  stage = await setStage();
  received = [];
  receiver = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name]);
      received.push({
        event: header('x-github-event'),
        delivery: header('x-github-delivery'),
        signature: header('x-hub-signature-256'),
        body: Buffer.concat(chunks).toString(),
      });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const hook = { url: `http://127.0.0.1:${port}/`, secret: 'shuttle', events: ['status'] };
  addWebhook(stage.sandbox.world, stage.sandbox.repository, hook);
});
afterEach(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await stage.end();
});

const report = async (context: string): Promise<void> => {
  const sha = await stage.git('rev-parse', 'main');
  await stage.octokit.repos.createCommitStatus({ ...where, sha, state: 'success', context });
  await stage.sandbox.world.bus.settled();
};

const contexts = () => received.map(({ body }) => JSON.parse(body).context);

test('a delivery is signed, and only what was asked for is delivered', async () => {
  await stage.branch('feature', { a: '1\n' });
  await report('ci');
  const [delivery] = received;
  expect(received.map(({ event }) => event)).toEqual(['status']);
  expect(await verify('shuttle', delivery?.body ?? '', delivery?.signature ?? '')).toBe(true);
  expect(await verify('another', delivery?.body ?? '', delivery?.signature ?? '')).toBe(false);
  expect(stage.sandbox.webhooks.deliveries).toMatchObject([{ status: 202, deliveryId: delivery?.delivery }]);
});

test('deliveries get lost, come twice under one id, and come late in another order, when a test says so', async () => {
  const { webhooks } = stage.sandbox;
  webhooks.plan = () => 'lose';
  await report('lost');
  webhooks.plan = () => 'deliver twice';
  await report('twice');
  webhooks.plan = () => 'hold';
  await report('first');
  await report('second');
  expect(contexts()).toEqual(['twice', 'twice']);
  expect(received[0]?.delivery).toBe(received[1]?.delivery);
  await webhooks.release();
  expect(contexts()).toEqual(['twice', 'twice', 'second', 'first']);
  await webhooks.redeliver(received[0]?.delivery ?? '');
  expect(received.at(-1)).toEqual(received[0]);
});

test('a receiver that is gone loses the delivery; GitHub does not repeat it by itself', async () => {
  receiver.close();
  receiver.closeAllConnections();
  await report('ci');
  expect(stage.sandbox.webhooks.deliveries).toMatchObject([{ event: 'status', status: null }]);
});

test('what the Actions token causes starts no workflow, a dispatch excepted', async () => {
  const { sandbox, as, branch, events } = stage;
  await branch('ci', { '.github/workflows/weave.yml': 'on: workflow_dispatch\n' });
  await branch('feature', { a: '1\n' }, 'ci');
  await stage.git('push', '--quiet', 'origin', 'ci:main');
  await sandbox.world.bus.settled();
  events.length = 0;
  const actions = as(sandbox.tokens.actions());
  await actions.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Feature' });
  await actions.actions.createWorkflowDispatch({ ...where, workflow_id: 'weave.yml', ref: 'main' });
  await stage.octokit.pulls.update({ ...where, pull_number: 1, title: 'By a user' });
  await sandbox.world.bus.settled();
  expect(events.map((event) => [event.name, mayStartWorkflows(event)])).toEqual([
    ['pull_request', false],
    ['workflow_dispatch', true],
    ['pull_request', true],
  ]);
});
