/** One job: an empty workspace, its steps in order, and nothing of it left afterwards. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { interpolate, isConditionMet, type Scope, type Value } from '../workflow/expression.ts';
import type { Job, Step } from '../workflow/file.ts';
import type { JobStep } from '../world.ts';
import { githubContext, type JobFacts, type JobFolders, jobEnvironment } from './environment.ts';
import { endOrphans } from './processes.ts';
import { runStep, type StepContext, type StepResult, type StepTools } from './steps.ts';

type JobConclusion = 'success' | 'failure' | 'cancelled';

export type JobResult = {
  conclusion: JobConclusion;
  /** Exit code of the last step that ran. */
  exitCode: number | null;
  /** Outputs of all steps, the later over the earlier. */
  stepOutputs: Record<string, string>;
  /** The job's own `outputs:`. */
  outputs: Record<string, string>;
  summary: string;
  steps: JobStep[];
};

type JobRun = { facts: JobFacts; job: Job; tools: StepTools; contexts: Readonly<Record<string, Value>> };

export async function makeJobFolders(root: string, repositoryName: string, payload: unknown): Promise<JobFolders> {
  const folders = {
    home: path.join(root, 'home'),
    // As on GitHub: the repository's name twice.
    workspace: path.join(root, 'work', repositoryName, repositoryName),
    temp: path.join(root, 'work', '_temp'),
    toolCache: path.join(root, 'tools'),
    eventPath: path.join(root, 'work', '_temp', '_github_workflow', 'event.json'),
  };
  for (const folder of [folders.home, folders.workspace, folders.toolCache, path.dirname(folders.eventPath)]) {
    await mkdir(folder, { recursive: true });
  }
  await writeFile(folders.eventPath, JSON.stringify(payload));
  return folders;
}

/** Never rejects: what goes wrong is in the log and fails the job. */
export async function runJob({ facts, job, tools, contexts }: JobRun): Promise<JobResult> {
  const state: State = {
    env: { ...jobEnvironment(facts), ...textsOf(contexts['env']) },
    status: 'success',
    steps: {},
    posts: [],
    result: { exitCode: null, stepOutputs: {}, summary: '' },
    done: [],
  };
  note(state, facts, 'Set up job', facts.world.now(), 'success');
  const scope = (): Scope => ({
    contexts: {
      ...contexts,
      github: githubContext(facts),
      runner: runnerContext(facts),
      steps: state.steps,
      env: textsOf(state.env),
    },
    status: tools.signal.aborted ? 'cancelled' : state.status,
  });
  let outputs: Record<string, string> = {};
  try {
    for (const [name, value] of Object.entries(job.env)) state.env[name] = interpolate(value, scope());
    for (const [at, step] of job.steps.entries()) await oneStep(step, at, { facts, tools, scope, state });
    for (const post of state.posts.reverse())
      take(state, await post(contextFor(`post-${state.posts.indexOf(post)}`, { facts, tools, scope, state })));
    outputs = Object.fromEntries(
      Object.entries(job.outputs).map(([name, value]) => [name, interpolate(value, scope())]),
    );
  } catch (error) {
    tools.onOutput(`##[error]${error instanceof Error ? error.message : String(error)}\n`);
    state.status = 'failure';
  } finally {
    endOrphans(facts.trackingId);
    await rm(path.dirname(facts.folders.home), { recursive: true, force: true, maxRetries: 5 });
  }
  note(state, facts, 'Complete job', facts.world.now(), 'success');
  const conclusion = tools.signal.aborted ? 'cancelled' : state.status;
  return { conclusion, ...state.result, outputs, steps: state.done };
}

/** What GitHub shows as a step of the job. */
function note(state: State, { world }: JobFacts, name: string, startedAt: string, conclusion: JobStep['conclusion']) {
  state.done.push({ name, number: state.done.length + 1, conclusion, startedAt, completedAt: world.now() });
}

type State = {
  env: Record<string, string>;
  status: 'success' | 'failure';
  steps: Record<string, Value>;
  posts: NonNullable<StepResult['post']>[];
  result: { exitCode: number | null; stepOutputs: Record<string, string>; summary: string };
  done: JobStep[];
};

type Running = { facts: JobFacts; tools: StepTools; scope: () => Scope; state: State };

async function oneStep(step: Step, at: number, running: Running): Promise<void> {
  const { facts, tools, scope, state } = running;
  const name = step.name ?? `Run ${step.uses ?? step.run?.trim().split('\n')[0] ?? ''}`;
  const startedAt = facts.world.now();
  if (!isConditionMet(step.if, scope())) {
    note(state, facts, name, startedAt, 'skipped');
    if (step.id !== undefined) state.steps[step.id] = { outcome: 'skipped', conclusion: 'skipped', outputs: {} };
    return;
  }
  tools.onOutput(`##[group]${step.name ?? step.uses ?? `Run ${step.run?.split('\n')[0] ?? ''}`}\n`);
  const context = contextFor(String(at), running);
  for (const [key, value] of Object.entries(step.env)) context.env[key] = interpolate(value, scope());
  const result = await attempt(step, context);
  tools.onOutput('##[endgroup]\n');
  take(state, result);
  const outcome = result.exitCode === 0 ? 'success' : 'failure';
  const conclusion = step['continue-on-error'] ? 'success' : outcome;
  note(state, facts, name, startedAt, tools.signal.aborted ? 'cancelled' : conclusion);
  if (conclusion === 'failure') {
    state.status = 'failure';
    tools.onOutput(`##[error]Process completed with exit code ${result.exitCode ?? 'none'}.\n`);
  }
  if (step.id !== undefined) state.steps[step.id] = { outcome, conclusion, outputs: result.outputs };
}

/** A step that cannot be run at all has failed; the ones that run `always()` still have their turn. */
async function attempt(step: Step, context: StepContext): Promise<StepResult> {
  try {
    return await runStep(step, context);
  } catch (error) {
    context.tools.onOutput(`##[error]${error instanceof Error ? error.message : String(error)}\n`);
    return { exitCode: 1, outputs: {}, summary: '', env: {}, path: [] };
  }
}

function contextFor(name: string, { facts, tools, scope, state }: Running): StepContext {
  return { facts, tools, scope: scope(), env: { ...state.env }, folder: path.join(facts.folders.temp, `step-${name}`) };
}

function take(state: State, result: StepResult): void {
  Object.assign(state.env, result.env);
  if (result.path.length > 0) state.env['PATH'] = [...result.path.reverse(), state.env['PATH'] ?? ''].join(':');
  Object.assign(state.result.stepOutputs, result.outputs);
  state.result.summary += result.summary;
  state.result.exitCode = result.exitCode;
  if (result.post !== undefined) state.posts.push(result.post);
}

function runnerContext(facts: JobFacts): Value {
  return { os: 'Linux', arch: 'X64', name: 'sandbox', temp: facts.folders.temp, tool_cache: facts.folders.toolCache };
}

function textsOf(value: Value | undefined): Record<string, string> {
  if (value === null || typeof value !== 'object') return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}
