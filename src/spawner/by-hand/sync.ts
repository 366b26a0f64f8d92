/** `heddle sync`: the committed closes into Beads, and the user's own checkout up to its remote, losing nothing. */
import type { IssueId } from '../../domain/ids.ts';
import { roundOf } from '../../domain/issue.ts';
import { ownerOf } from '../../domain/owner.ts';
import type { Checkout } from '../../ports/checkout.ts';
import { decideClose } from '../closing.ts';
import type { Intent, Performed } from '../intent.ts';
import { type Names, observeAll, type Readers } from '../observe.ts';
import { perform, type Writers } from '../perform.ts';

export type SyncOutcome = {
  checkout: Awaited<ReturnType<Checkout['fastForward']>>;
  closed: readonly IssueId[];
  performed: readonly Performed[];
};

/** Throws a UserError, and writes nothing, when changes in the checkout are in the way. */
export async function sync(deps: {
  readers: Readers;
  writers: Writers;
  names: Names;
  checkout: Checkout;
}): Promise<SyncOutcome> {
  const view = await observeAll(deps.readers, deps.names);
  // The checkout is moved first: when that is refused, nothing at all is written.
  const checkout = await deps.checkout.fastForward(view.base.branch, view.base.head);
  const intents: Intent[] = view.issues.flatMap((issue) => {
    if (issue.status === 'closed' || view.lines.get(issue.id)?.round !== roundOf(issue)) return [];
    const intent = decideClose(view, issue, ownerOf(issue, view))?.intent;
    return intent?.do === 'record close' || intent?.do === 'finish close' ? [intent] : [];
  });
  const performed: Performed[] = [];
  for await (const one of perform(deps.writers, intents)) performed.push(one);
  const closed = performed.flatMap(({ is, intent }) => (is === 'done' && 'task' in intent ? [intent.task] : []));
  return { checkout, closed, performed };
}
