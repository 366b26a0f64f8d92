/** One step of a job: a script, a checkout, or an action in a folder of this machine. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { interpolate, type Scope } from '../workflow/expression.ts';
import type { Step } from '../workflow/file.ts';
import { type Action, inputVariables, readAction } from './action.ts';
import { checkOut, insideWorkspace, resolveRef } from './checkout.ts';
import type { JobFacts } from './environment.ts';
import { makeStepFiles, parseAssignments, type StepFiles } from './files.ts';
import { runCommand } from './processes.ts';

export type StepTools = {
  /** Node 24, for actions. */
  node: string;
  /** Folders of actions by `owner/name` or by the path that `uses: ./path` says. */
  actions: Readonly<Record<string, string>>;
  onOutput: (text: string) => void;
  signal: AbortSignal;
};

export type StepContext = {
  facts: JobFacts;
  tools: StepTools;
  scope: Scope;
  /** The job's environment with what earlier steps and the workflow's `env:` added. */
  env: Record<string, string>;
  /** Where this step's command files lie; nobody else's. */
  folder: string;
};

export type StepResult = {
  exitCode: number | null;
  outputs: Record<string, string>;
  summary: string;
  /** What `GITHUB_ENV` and `GITHUB_PATH` add for later steps. */
  env: Record<string, string>;
  path: string[];
  /** Runs at the end of the job, in reverse order. */
  post?: (context: StepContext) => Promise<StepResult>;
};

const nothing = { outputs: {}, summary: '', env: {}, path: [] };

/** Throws when the step cannot be run at all, which fails the job as it does on GitHub. */
export async function runStep(step: Step, context: StepContext): Promise<StepResult> {
  if (step.run !== undefined) return runScript(step, step.run, context);
  const uses = step.uses ?? '';
  const [name = ''] = uses.split('@');
  const folder = folderOf(name, context);
  if (folder !== undefined) return useAction(step, uses, await readAction(folder), context);
  if (name === 'actions/checkout') return useCheckout(step, context);
  if (name.startsWith('actions/setup-')) {
    context.tools.onOutput(`${name}: the sandbox uses what this machine has.\n`);
    return { exitCode: 0, ...nothing };
  }
  throw new Error(`Unable to resolve action \`${uses}\`: the sandbox has no folder for it.`);
}

function folderOf(name: string, { tools, facts }: StepContext): string | undefined {
  const mapped = tools.actions[name] ?? tools.actions[name.toLowerCase()];
  if (mapped !== undefined) return mapped;
  return name.startsWith('./') ? insideWorkspace(facts.folders.workspace, name) : undefined;
}

async function runScript(step: Step, script: string, context: StepContext): Promise<StepResult> {
  const { facts, scope, env, tools } = context;
  const files = await makeStepFiles(context.folder);
  const file = path.join(context.folder, 'script.sh');
  await writeFile(file, `${interpolate(script, scope)}\n`);
  const [shell, args] = shellOf(step.shell, file);
  const cwd = insideWorkspace(facts.folders.workspace, step['working-directory'] ?? '.');
  const environment = { ...env, ...files.env, GITHUB_ACTION: step.id ?? '__run' };
  const { onOutput, signal } = tools;
  const ended = await runCommand({ file: shell, args, cwd, env: environment, onOutput, signal });
  return { exitCode: ended.exitCode, ...(await readFiles(files)) };
}

function shellOf(shell: string | undefined, file: string): [string, string[]] {
  switch (shell) {
    case undefined:
      return ['bash', ['-e', file]];
    case 'bash':
      return ['bash', ['--noprofile', '--norc', '-eo', 'pipefail', file]];
    case 'sh':
      return ['sh', ['-e', file]];
    default:
      throw new Error(`The sandbox knows no shell \`${shell}\`.`);
  }
}

async function useCheckout(step: Step, { facts, scope, tools }: StepContext): Promise<StepResult> {
  const { world, repository, folders, start, token } = facts;
  const input = (name: string): string => interpolate(step.with[name] ?? '', scope);
  const named = input('ref');
  const sha = named === '' ? start.context.sha : await resolveRef(repository, named);
  if (sha === null) throw new Error(`There is no ref ${named} in ${repository.fullName}.`);
  const folder = insideWorkspace(folders.workspace, input('path') || '.');
  const kept = input('persist-credentials') === 'false' ? null : token;
  const { onOutput, signal } = tools;
  await checkOut({ world, repository, sha, folder, token: kept, onOutput, signal });
  return { exitCode: 0, ...nothing };
}

async function useAction(step: Step, uses: string, action: Action, context: StepContext): Promise<StepResult> {
  const inputs = inputVariables(action, step.with, context.scope);
  const [name = '', ref = ''] = uses.split('@');
  const identity = {
    GITHUB_ACTION: step.id ?? `__${name.replaceAll('/', '_')}`,
    GITHUB_ACTION_REF: ref,
    GITHUB_ACTION_REPOSITORY: name.startsWith('./') ? '' : name,
  };
  const start = async (script: string, at: StepContext, state: Record<string, string>): Promise<StepResult> => {
    const { tools, env } = at;
    const files = await makeStepFiles(at.folder);
    const saved = Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
    const ended = await runCommand({
      file: tools.node,
      args: [path.resolve(action.folder, script)],
      cwd: at.facts.folders.workspace,
      env: { ...env, ...identity, ...inputs, ...saved, ...files.env },
      onOutput: tools.onOutput,
      signal: tools.signal,
    });
    const result: StepResult = { exitCode: ended.exitCode, ...(await readFiles(files)) };
    const { post } = action.runs;
    if (script !== action.runs.main || post === undefined) return result;
    const left = parseAssignments(await files.read('GITHUB_STATE'));
    return { ...result, post: (later) => start(post, later, left) };
  };
  return start(action.runs.main ?? '', context, {});
}

async function readFiles(files: StepFiles): Promise<Omit<StepResult, 'exitCode' | 'post'>> {
  return {
    outputs: parseAssignments(await files.read('GITHUB_OUTPUT')),
    summary: await files.read('GITHUB_STEP_SUMMARY'),
    env: parseAssignments(await files.read('GITHUB_ENV')),
    path: (await files.read('GITHUB_PATH')).split(/\r?\n/).filter(Boolean),
  };
}
