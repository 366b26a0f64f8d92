/** Webhooks out of the sandbox: signed for real, and lost, doubled or reordered when a test says so. */
import { createHmac } from 'node:crypto';
import type { SandboxEvent } from './events.ts';
import { findRepository, type Repository, type Webhook, type World } from './world.ts';

type Delivery = {
  deliveryId: string;
  hookId: number;
  event: string;
  /** Null when nobody answered. */
  status: number | null;
  what: SandboxEvent;
};

/** How the next deliveries fare. The default delivers each once, in order. */
type DeliveryPlan = (event: SandboxEvent, hook: Webhook) => 'deliver' | 'lose' | 'deliver twice' | 'hold';

export type Deliverer = {
  plan: DeliveryPlan;
  /** Everything that was sent, with its answer; GitHub keeps these for manual redelivery. */
  deliveries: readonly Delivery[];
  /** Sends what was held, in an order of the test's choice (by default backwards). */
  release(order?: (held: readonly SandboxEvent[]) => readonly SandboxEvent[]): Promise<void>;
  /** Sends a delivery again: the same id, the same body. */
  redeliver(deliveryId: string): Promise<void>;
};

/** GitHub gives a receiver ten seconds. */
const answerTimeoutMs = 10_000;

export function addWebhook(world: World, repository: Repository, hook: Omit<Webhook, 'id' | 'active'>): Webhook {
  const made: Webhook = { ...hook, id: world.nextId(), active: true };
  repository.webhooks.set(made.id, made);
  return made;
}

/** Listens on the bus. GitHub does not repeat a failed delivery by itself, and neither does this. */
export function createDeliverer(world: World): Deliverer {
  const deliveries: Delivery[] = [];
  const held: SandboxEvent[] = [];

  async function send(event: SandboxEvent, hook: Webhook): Promise<void> {
    const status = await post(event, hook);
    deliveries.push({ deliveryId: event.deliveryId, hookId: hook.id, event: event.name, status, what: event });
  }

  const deliverer: Deliverer = {
    plan: () => 'deliver',
    deliveries,
    async release(order = (events) => events.toReversed()) {
      for (const event of order(held.splice(0))) for (const hook of hooksFor(world, event)) await send(event, hook);
    },
    async redeliver(deliveryId) {
      const delivery = deliveries.find((one) => one.deliveryId === deliveryId);
      if (delivery === undefined) throw new Error(`no delivery ${deliveryId}`);
      for (const hook of hooksFor(world, delivery.what)) await send(delivery.what, hook);
    },
  };

  world.bus.subscribe(async (event) => {
    for (const hook of hooksFor(world, event)) {
      switch (deliverer.plan(event, hook)) {
        case 'deliver':
          await send(event, hook);
          break;
        case 'deliver twice':
          await send(event, hook);
          await send(event, hook);
          break;
        case 'hold':
          held.push(event);
          break;
        case 'lose':
          break;
      }
    }
  });
  return deliverer;
}

function hooksFor(world: World, event: SandboxEvent): Webhook[] {
  const [owner = '', name = ''] = event.repository.split('/');
  const hooks = [...(findRepository(world, owner, name)?.webhooks.values() ?? [])];
  // A schedule is no webhook event: it only starts workflows.
  if (event.name === 'schedule') return [];
  return hooks.filter(({ active, events }) => active && (events.includes('*') || events.includes(event.name)));
}

function signature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

async function post(event: SandboxEvent, hook: Webhook): Promise<number | null> {
  const body = JSON.stringify(event.payload);
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(answerTimeoutMs),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/sandbox',
        'x-github-event': event.name,
        'x-github-delivery': event.deliveryId,
        'x-github-hook-id': String(hook.id),
        'x-hub-signature-256': signature(hook.secret, body),
      },
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
