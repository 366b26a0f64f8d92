/** `heddle merge`: the merger's sweep, by hand. */
import { summaryOf } from '../merger/report.ts';
import { sweep } from '../merger/sweep.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { openForge } from '../wiring/forge.ts';
import { command } from './command.ts';
import { json } from './options.ts';

export const mergeCommand = command({
  name: 'merge',
  summary: 'Do by hand one sweep of what the Action does: merge what is ready, close its issues',
  takes: { json },
  async run({ openCheckout, terminal }, given) {
    const checkout = await openCheckout();
    const { github } = await openForge(checkout);
    const report = await sweep(github, checkout.clock, {
      base: checkout.settings.base,
      ownWorkflow: { path: WORKFLOW_PATH, name: 'Heddle' },
      tell: (line) => terminal.tell(line),
      silence: checkout.silence,
      signal: checkout.stop,
    });
    if (given.json) terminal.json(report);
    else terminal.answer(summaryOf(report));
    return report.trouble?.exit ?? (checkout.stop.aborted ? 'interrupted' : 'done');
  },
});
