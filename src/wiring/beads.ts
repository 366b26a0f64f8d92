/** Beads of a checkout, through a `bd` that is new enough. */
import { type BdOptions, createBeads } from '../adapters/bd/beads.ts';
import { findBd } from '../adapters/bd/find-bd.mjs';
import { userError } from '../domain/errors.ts';
import type { Beads } from '../ports/beads.ts';
import type { Checkout } from './checkout.ts';
import type { Environment } from './environment.ts';

export function openBeads({ place, env }: Checkout): Beads {
  return createBeads(bdOf(place.mainWorktree, env));
}

/** Throws a UserError (`missing`) without such a `bd`. */
export function bdOf(mainWorktree: string, env: Environment): BdOptions {
  const found = findBd(env);
  if ('problem' in found) throw userError(found, 'missing');
  return { bd: found.path, mainWorktree, actor: 'heddle', env };
}
