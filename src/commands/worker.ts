/** `heddle worker`: what `spawn` starts for each task; hidden, because only a claim makes a token. */
import { files } from '../adapters/host/files.ts';
import { programs } from '../adapters/host/programs.ts';
import { UserError } from '../domain/errors.ts';
import { isNameable, isToken } from '../domain/ids.ts';
import { createReviews } from '../review/reviews.ts';
import { openBeads } from '../wiring/beads.ts';
import { namesOf, openForge } from '../wiring/forge.ts';
import { OWN_WORKFLOW } from '../wiring/spawner.ts';
import { handedConfig } from '../wiring/worker.ts';
import { secretsOf } from '../worker/scrub.ts';
import { runWorker } from '../worker/worker.ts';
import { argument, command, option, text, wholeNumber } from './command.ts';

export const workerCommand = command({
  name: 'worker',
  summary: 'Work on one task, as a spawner has claimed it',
  hidden: true,
  recipe: 'none',
  takes: {
    task: argument(text, { what: 'the task' }),
    token: option(text, { value: 'token', what: 'what the claim wrote' }),
    round: option(wholeNumber, { value: 'n', what: 'the round of the task' }),
    agent: option(text, { value: 'name', what: 'the agent to run' }),
  },
  async run({ openCheckout, terminal, env: environment, stop }, { task, token, round, agent }) {
    const checkout = await openCheckout({ configText: handedConfig(environment), sitsOut: true });
    if (!isNameable(task) || !isToken(token)) {
      throw new UserError('`heddle worker` is started by `heddle spawn`, with a task and a token of its own.', {
        hint: 'Start tasks with: heddle spawn --epic ID',
        exit: 'usage',
      });
    }
    const forge = await openForge(checkout);
    const { base } = await namesOf(checkout, forge);
    const { git, processes, locks, clock, settings } = checkout;
    const { pullRequests, reviewed } = forge;
    const secrets = [...new Set([...secretsOf(environment), forge.token])];
    const beads = openBeads(checkout);
    const reviews = createReviews(reviewed, { ...settings, base, ownWorkflow: OWN_WORKFLOW });
    const world = { beads, git, pullRequests, reviews, reviewed, processes, locks, clock, programs, files };
    const end = await runWorker(
      { ...world, settings, base, environment, secrets, stop },
      { task, token, round, agent },
    );
    terminal.tell(`${task}: ${end.is}`);
    return 'done';
  },
});
