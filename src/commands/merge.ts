/** `heddle merge`: the merger's sweep, by hand. */
import { summaryOf } from '../merger/report.ts';
import { sweep } from '../merger/sweep.ts';
import { openForge } from '../wiring/forge.ts';
import { OWN_WORKFLOW } from '../wiring/spawner.ts';
import { command } from './command.ts';
import { json } from './options.ts';

export const mergeCommand = command({
  name: 'merge',
  summary: 'Do by hand one sweep of what the Action does: merge what is ready, close its issues',
  takes: { json },
  async run({ openCheckout, terminal }, given) {
    const checkout = await openCheckout();
    const { github, requests } = await openForge(checkout);
    const report = await sweep(github, checkout.clock, {
      base: checkout.settings.base,
      ownWorkflow: OWN_WORKFLOW,
      tell: (line) => terminal.tell(line),
      silence: checkout.silence,
      signal: checkout.stop,
    });
    if (given.json) terminal.json(report);
    else terminal.answer(summaryOf(report, requests()));
    return report.trouble?.exit ?? (checkout.stop.aborted ? 'interrupted' : 'done');
  },
});
