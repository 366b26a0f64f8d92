/** `heddle init`: looks, plans, does what is missing, and finds what of it is still to be committed. */
import { dirname } from 'node:path';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { type InitReaders, observeInit } from './observe.ts';
import { type InitWriters, performInit } from './perform.ts';
import { type Plan, planInit, type Step, type Wanted } from './plan.ts';

type InitOutcome = {
  plan: Plan;
  /** Of the files in question, what the user has to commit, sorted; in a dry run also what there would be. */
  uncommitted: readonly string[];
};

/**
 * `tell` gets each step once it is done; in a dry run, each that would be. Throws a UserError, with nothing written, when
 * something asked for is not usable or changes of the user's are in the way.
 */
export async function init(
  { readers, writers }: { readers: InitReaders; writers: InitWriters },
  asked: Omit<Wanted, 'knownAction'> & { dryRun: boolean },
  tell: (step: Step) => void,
): Promise<InitOutcome> {
  const found = await observeInit(readers);
  const knownAction = asked.action === undefined ? await readers.ownAction() : undefined;
  const plan = planInit(found, { ...asked, knownAction });
  if (asked.dryRun) plan.steps.forEach(tell);
  else for await (const step of performInit(writers, plan.steps)) tell(step);
  return { plan, uncommitted: uncommittedOf(plan, await readers.pending()) };
}

function uncommittedOf(plan: Plan, { staged, changed }: Awaited<ReturnType<InitReaders['pending']>>): string[] {
  const written = plan.steps.flatMap((step) => (step.do === 'write' ? [step.path] : []));
  // The CI that the merger's workflow names has to be there as well.
  const workflows = [...staged, ...changed].filter((path) => dirname(path) === dirname(WORKFLOW_PATH));
  const ours = new Set([...written, ...plan.same, ...plan.differing.map(({ path }) => path), ...workflows]);
  return [...ours].filter((path) => written.includes(path) || staged.includes(path) || changed.includes(path)).sort();
}
