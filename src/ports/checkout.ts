import type { Sha } from '../domain/ids.ts';

/** The user's own checkout. Only `heddle sync` writes to it, because that is what the user asks it for. */
export interface Checkout {
  /**
   * Brings the local base branch to `head`, and the checkout with it where it stands on that branch.
   * Throws a UserError, with nothing changed, when local commits or changes are in the way.
   */
  fastForward(branch: string, head: Sha): Promise<{ is: 'up to date' } | { is: 'moved'; from: Sha; to: Sha }>;
}
