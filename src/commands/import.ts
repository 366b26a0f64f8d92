/** `heddle import`: a plan in Markdown into Beads. */
import { readPlanSource } from '../adapters/host/plan-source.ts';
import { sayImport } from '../import/messages.ts';
import { importPlan } from '../import/run.ts';
import { openBeads } from '../wiring/beads.ts';
import { argument, command, flag, option, text } from './command.ts';

export const importCommand = command({
  name: 'import',
  summary: 'Turn a Markdown epic, or a folder of task files, into Beads',
  example: 'FILE',
  takes: {
    path: argument(text, { what: 'the Markdown file, or the .plan folder', completes: 'files' }),
    dryRun: option(flag, { what: 'say what would be created, and write nothing' }),
  },
  async run({ openCheckout, terminal }, { path, dryRun }) {
    const beads = openBeads(await openCheckout());
    const said = sayImport(await importPlan({ beads, readSource: readPlanSource }, path, { dryRun }));
    for (const line of said.stdout) terminal.answer(line);
    for (const line of said.stderr) terminal.tell(line);
    return said.exit;
  },
});
