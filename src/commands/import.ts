/** `heddle import`: a plan in Markdown into Beads. */
import { readPlanSource } from '../adapters/host/plan-source.ts';
import type { Terminal } from '../adapters/terminal.ts';
import { type Checkout, openBeads } from '../connect.ts';
import type { ExitName } from '../domain/errors.ts';
import { sayImport } from '../import/messages.ts';
import { importPlan } from '../import/run.ts';

export async function importCommand(
  checkout: Checkout,
  terminal: Terminal,
  path: string,
  flags: { dryRun: boolean },
): Promise<ExitName> {
  const said = sayImport(await importPlan({ beads: openBeads(checkout), readSource: readPlanSource }, path, flags));
  for (const line of said.stdout) terminal.answer(line);
  for (const line of said.stderr) terminal.tell(line);
  return said.exit;
}
