/** `heddle init`: what a repository needs for Heddle, as far as it is missing. */
import { init } from '../init/init.ts';
import { describeDiffering, describeStep, NOTHING_TO_DO, nextSteps } from '../init/messages.ts';
import { initPorts } from '../wiring/init.ts';
import { command, flag, option, recipesOf, text } from './command.ts';

export const initCommand = command({
  name: 'init',
  summary: 'Write what a repository needs for Heddle; what is there already stays',
  example: '--dry-run',
  // A repository of somebody else gets its recipes from it.
  recipe: 'own justfile only',
  takes: {
    dryRun: option(flag, { what: 'say what would be written, and write nothing' }),
    action: option(text.optional(), {
      value: 'owner/name@ref',
      what: 'the Action that the merger workflow uses',
    }),
    prefix: option(text.optional(), { value: 'prefix', what: 'of the ids of issues, where Beads is not set up yet' }),
  },
  /** Throws a UserError, with nothing written, when `bd` is missing or changes of the user's are in the way. */
  async run({ openCheckout, terminal, commands }, { dryRun, action, prefix }) {
    const ports = initPorts(await openCheckout());
    const asked = { dryRun, action, prefix, recipes: recipesOf(commands, 'heddle.just') };
    const { plan, uncommitted } = await init(ports, asked, (step) => terminal.answer(describeStep(step)));
    for (const file of plan.differing) terminal.answer(describeDiffering(file));
    if (plan.steps.length === 0) terminal.answer(NOTHING_TO_DO);
    terminal.tell('Next:');
    for (const step of nextSteps(plan, uncommitted)) terminal.tell(`- ${step}`);
    return 'done';
  },
});
