/** Set-up, prompt, agent: what happens in the worktree before anything of it is looked at. */
import { createHash } from 'node:crypto';
import { UserError } from '../domain/errors.ts';
import type { Worktree } from '../ports/git.ts';
import type { FinalEvent } from './agents/definition.ts';
import type { Agent } from './agents/index.ts';
import type { WorkerContext } from './context.ts';
import { agentEnvironment } from './environment.ts';
import type { Result } from './job.ts';
import { judgeCommand, judgeRun, type Run } from './judge.ts';
import { promptPath } from './log-names.ts';
import { DEFAULT_PROMPT, dependencyLine, RULES, shimText, stateText } from './messages.ts';
import { stillOurs } from './ours.ts';
import { closedDependencies, fillPrompt } from './prompt.ts';
import { scrub } from './scrub.ts';
import { watch } from './watch.ts';

/** What the worker found before it started the agent. */
type Found = { ahead: number; dirty: boolean; pullRequest: number | undefined; feedback: string };

/** `denied`: tools that the agent was not allowed to use. */
type Ran = { denied: readonly string[] };

export async function runAgent(
  context: WorkerContext,
  worktree: Worktree,
  agent: Agent,
  found: Found,
): Promise<Result<Ran>> {
  const { deps, job, perform } = context;
  const { setup } = deps.settings.worktree;
  if (setup !== undefined) {
    // Before every start of an agent, since a set-up that was cut short cannot be told from a whole one.
    const ready = await runCommand(context, worktree, 'setup failed', setup);
    if (ready.is !== 'done') return ready;
  }
  // A log that is shown to the agent can hold what only this machine may know.
  const prompt = scrub(await promptOf(context, found), deps.secrets);
  const promptFile = promptPath(deps.git.stateFolder, job.task, job);
  await perform.writeFile(promptFile, prompt);
  const line = agent.definition.commandLine({ ...agent.settings, prompt, promptFile, worktree: worktree.path });
  const { limits } = deps.settings;
  let final: FinalEvent | undefined;
  let limitEnd: Date | undefined;
  const isFinal = (text: string): boolean => {
    limitEnd = agent.definition.limitEnd?.(text) ?? limitEnd;
    final = agent.definition.finalEvent?.(text, deps.clock.now()) ?? final;
    return final !== undefined;
  };
  const program = { ...line, cwd: worktree.path, env: await environmentOf(context) };
  await deps.git.requireWorktree(worktree.path);
  const watched = await watch(watching(context), `agent ${agent.name}`, program, limits, isFinal);
  if (watched.is === 'stopped' || watched.is === 'replaced') return watched;
  if (watched.is === 'alive') return notEnded(watched.pids);
  const announces = agent.definition.finalEvent !== undefined;
  if (final?.is === 'limit') final = { ...final, resetsAt: final.resetsAt ?? limitEnd };
  const outcome = judgeRun({ ...watched.run, final, announces }, limits);
  if (outcome !== undefined) return { is: 'failed', outcome };
  return { is: 'done', denied: deniedOf(final) };
}

function deniedOf(final: FinalEvent | undefined): readonly string[] {
  return final?.is === 'success' ? (final.denied ?? []) : [];
}

/** A command of the repository's own, run by the shell in the worktree. */
export async function runCommand(
  context: WorkerContext,
  worktree: Worktree,
  failure: 'setup failed' | 'verify failed',
  command: string,
): Promise<Result> {
  const { setupMs: limitMs } = context.deps.settings.limits;
  const program = { file: 'sh', args: ['-c', command], cwd: worktree.path, env: await environmentOf(context) };
  await context.deps.git.requireWorktree(worktree.path);
  // Silence means nothing here: a test suite may well say nothing until its end.
  const watched = await watch(watching(context), command, program, { wallClockMs: limitMs, silenceMs: limitMs });
  if (watched.is === 'stopped' || watched.is === 'replaced') return watched;
  if (watched.is === 'alive') return notEnded(watched.pids);
  const run: Run = watched.run;
  const outcome = judgeCommand(failure, run, limitMs);
  return outcome === undefined ? { is: 'done' } : { is: 'failed', outcome };
}

function watching({ deps, job, perform, log }: WorkerContext): Parameters<typeof watch>[0] {
  return { deps, perform, log, stillOurs: () => stillOurs(deps, job) };
}

function notEnded(pids: readonly number[]): Result & { is: 'failed' } {
  return { is: 'failed', outcome: { is: 'not ended', detail: `these processes would not end: ${pids.join(', ')}` } };
}

/** The `bd` that refuses stands in a folder named after its text, the same for all workers. */
async function environmentOf(context: WorkerContext): Promise<Record<string, string>> {
  const { deps, job, perform } = context;
  const text = shimText();
  const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const shimFolder = `${deps.git.stateFolder}/shims/${name}`;
  const shim = `${shimFolder}/bd`;
  if ((await deps.files.read(shim)) !== text) await perform.writeFile(shim, text, { executable: true });
  return agentEnvironment(deps.environment, { tag: job.tag, shimFolder, worktreeRoot: deps.git.worktreeRoot });
}

async function promptOf(context: WorkerContext, found: Found): Promise<string> {
  const { deps, job } = context;
  const { issue } = job;
  const path = deps.settings.prompt;
  const template = (await deps.files.read(`${deps.git.mainWorktree}/${path}`)) ?? DEFAULT_PROMPT;
  if (template.trim() === '') {
    throw new UserError(`${path} is empty.`, {
      hint: 'Write the prompt there, or delete the file: then the built-in one is used.',
      exit: 'config',
    });
  }
  const state = stateText(found);
  return fillPrompt(
    template,
    {
      id: issue.id,
      title: issue.title,
      description: issue.description,
      design: issue.design,
      acceptance: issue.acceptanceCriteria,
      notes: issue.notes,
      dependencies: closedDependencies(issue, job.issues).map(dependencyLine).join('\n'),
      rules: RULES,
      // A template of the user's own may not know of it.
      state: template.includes('{{feedback}}') ? state : `${state}\n\n${found.feedback}`,
      feedback: found.feedback,
      failure: found.feedback !== '' && job.attempt === 1 ? '' : (issue.metadata.reason ?? ''),
    },
    path,
  );
}
