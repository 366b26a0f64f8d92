/** `heddle merge`: the merger's sweep, by hand. */
import { createMergerGitHub } from '../adapters/github/merger.ts';
import type { Terminal } from '../adapters/terminal.ts';
import { type Checkout, openForge } from '../connect.ts';
import type { ExitName } from '../domain/errors.ts';
import { summaryOf } from '../merger/report.ts';
import { sweep } from '../merger/sweep.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';

export async function mergeCommand(
  checkout: Checkout,
  terminal: Terminal,
  flags: { json: boolean },
): Promise<ExitName> {
  const forge = await openForge(checkout);
  const github = createMergerGitHub(forge.client, forge.address);
  const report = await sweep(github, checkout.clock, {
    base: checkout.settings.base,
    ownWorkflow: { path: WORKFLOW_PATH, name: 'Heddle' },
    tell: (line) => terminal.tell(line),
    silence: checkout.silence,
  });
  if (flags.json) terminal.json(report);
  else terminal.answer(summaryOf(report));
  return report.trouble?.exit ?? 'done';
}
