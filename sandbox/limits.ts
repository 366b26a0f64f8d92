/**
 * The primary rate limit: requests are counted per credential and hour, and the headers say so. Nobody is refused.
 * Source: GitHub docs, "Rate limits for the REST API".
 */
import type { Credential, Usage, World } from './world.ts';

type Resource = 'core' | 'graphql';

const hourS = 3600;

function limitOf(credential: Credential | null): number {
  if (credential === null) return 60;
  return credential.actor.kind === 'actions' ? 1000 : 5000;
}

function usageOf(world: World, credential: Credential | null): Usage {
  const nowS = Math.floor(Date.parse(world.now()) / 1000);
  const known = world.usage.get(credential);
  if (known !== undefined && nowS < known.resetsAt) return known;
  const fresh: Usage = { core: 0, graphql: 0, resetsAt: nowS + hourS };
  world.usage.set(credential, fresh);
  return fresh;
}

export function countRequest(world: World, credential: Credential | null, resource: Resource): void {
  usageOf(world, credential)[resource] += 1;
}

/** What is left is never said to be nothing, since a client would wait for an hour. */
export function limitState(world: World, credential: Credential | null, resource: Resource) {
  const limit = limitOf(credential);
  const usage = usageOf(world, credential);
  const used = Math.min(usage[resource], limit - 1);
  return { limit, used, remaining: limit - used, reset: usage.resetsAt };
}

export function limitHeaders(world: World, credential: Credential | null, resource: Resource) {
  const { limit, used, remaining, reset } = limitState(world, credential, resource);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': resource,
  };
}
