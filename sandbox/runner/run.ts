/** One workflow run from its queue to its end: turn by turn in its concurrency group, job after job by `needs`. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type PQueue from 'p-queue';
import { issueToken } from '../create.ts';
import { interpolate, isConditionMet, type Scope, type Value } from '../workflow/expression.ts';
import type { Concurrency, Job, WorkflowFile } from '../workflow/file.ts';
import { type Combination, combinations } from '../workflow/matrix.ts';
import { tokenPermissions } from '../workflow/permissions.ts';
import type { CheckConclusion, Repository, World } from '../world.ts';
import { githubContext, type JobFacts } from './environment.ts';
import { type Groups, type Turn, takeTurn } from './groups.ts';
import { type JobResult, makeJobFolders, runJob } from './job.ts';
import { createLog, type Log } from './log.ts';
import { newTrackingId } from './processes.ts';
import type { RunRecord } from './records.ts';
import type { Start } from './routing.ts';
import type { StepTools } from './steps.ts';

/** A job that is not done by then is cancelled; GitHub's own default is six hours. */
const JOB_LIMIT_MS = 10 * 60_000;

type RunJob = {
  /** As its check run is called. */
  name: string;
  conclusion: CheckConclusion;
  /** Of its last step. */
  exitCode: number | null;
  /** Of all its steps, by their names. */
  outputs: Readonly<Record<string, string>>;
  summary: string;
  log: string;
};

/** A workflow run as tests and the demo look at it. */
export type Run = {
  id: number;
  /** `owner/name` */
  repository: string;
  /** Name and file of the workflow. */
  workflow: string;
  path: string;
  /** `GITHUB_EVENT_NAME`, and the event's action where it has one. */
  event: string;
  action: string | undefined;
  headSha: string;
  status: 'queued' | 'pending' | 'in_progress' | 'completed';
  conclusion: CheckConclusion | null;
  jobs: RunJob[];
};

export type RunTools = {
  world: World;
  groups: Groups;
  /** How many jobs run at once. */
  slots: PQueue;
  node: string;
  actions: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  variables: Readonly<Record<string, string>>;
  path: string;
  folder: string;
  onLine: (run: Run, line: string) => void;
};

type RunOf = { start: Start; repository: Repository; record: RunRecord; run: Run };

export async function execute(of: RunOf, tools: RunTools, stop: AbortSignal): Promise<void> {
  const { start, record, run } = of;
  const cancel = new AbortController();
  const signal = AbortSignal.any([stop, cancel.signal]);
  const scope = scopeOf(of, tools, {}, 'success');
  const turn = await turnOf(of, tools, start.workflow.concurrency, scope, {
    wait: () => {
      run.status = 'pending';
    },
    cancel: () => cancel.abort(),
  });
  try {
    if (turn === 'superseded' || signal.aborted) {
      for (const [id, job] of Object.entries(start.workflow.jobs))
        await endWithoutRunning(of, job.name ?? id, 'cancelled');
      run.conclusion = await record.complete('cancelled');
      return;
    }
    run.status = 'in_progress';
    await record.begin();
    await runJobs(of, tools, signal);
    run.conclusion = await record.complete(signal.aborted ? 'cancelled' : undefined);
  } finally {
    run.status = 'completed';
    if (turn !== 'superseded') turn.leave();
  }
}

/** Where no group is named, it is everybody's turn. */
function turnOf(
  of: RunOf,
  tools: RunTools,
  concurrency: Concurrency | undefined,
  scope: Scope,
  on: { wait: () => void; cancel: () => void },
): Promise<Turn> {
  if (concurrency === undefined) return Promise.resolve({ leave: () => {} });
  const group = `${of.repository.fullName} ${interpolate(concurrency.group, scope)}`.toLowerCase();
  return takeTurn(tools.groups, group, isConditionMet(concurrency['cancel-in-progress'], scope), on);
}

/** Jobs start as soon as all that they need has ended. */
async function runJobs(of: RunOf, tools: RunTools, signal: AbortSignal): Promise<void> {
  const { jobs } = of.start.workflow;
  const done = new Map<string, Promise<Ended>>();
  const ended = (id: string): Promise<Ended> => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const job = jobs[id];
    if (job === undefined) throw new Error(`${of.start.workflow.path}: a job needs \`${id}\`, which is not there.`);
    const promise = Promise.resolve().then(async () => {
      const needs = new Map<string, Ended>();
      for (const need of job.needs) needs.set(need, await ended(need));
      return jobWithMatrix(of, tools, id, job, needs, signal);
    });
    done.set(id, promise);
    return promise;
  };
  for (const id of Object.keys(jobs)) refuseCircle(id, of.start.workflow, []);
  await Promise.all(Object.keys(jobs).map(ended));
}

function refuseCircle(id: string, workflow: WorkflowFile, from: readonly string[]): void {
  if (from.includes(id)) throw new Error(`${workflow.path}: jobs need each other: ${[...from, id].join(' → ')}.`);
  for (const need of workflow.jobs[id]?.needs ?? []) refuseCircle(need, workflow, [...from, id]);
}

type Ended = { result: CheckConclusion; outputs: Record<string, string> };

async function jobWithMatrix(
  of: RunOf,
  tools: RunTools,
  id: string,
  job: Job,
  needs: ReadonlyMap<string, Ended>,
  signal: AbortSignal,
): Promise<Ended> {
  const status = [...needs.values()].every(({ result }) => result === 'success') ? 'success' : 'failure';
  const needed = Object.fromEntries([...needs].map(([need, value]) => [need, { ...value }]));
  const contexts = { needs: needed };
  if (signal.aborted || !isConditionMet(job.if, scopeOf(of, tools, contexts, status))) {
    const result = signal.aborted ? 'cancelled' : 'skipped';
    await endWithoutRunning(of, job.name ?? id, result);
    return { result, outputs: {} };
  }
  const all = await Promise.all(
    combinations(job).map((matrix) => oneJob(of, tools, id, job, { ...contexts, matrix }, signal)),
  );
  const failed = all.find(({ result }) => result !== 'success');
  return { result: failed?.result ?? 'success', outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)) };
}

async function oneJob(
  of: RunOf,
  tools: RunTools,
  id: string,
  job: Job,
  contexts: { needs: Value; matrix: Combination },
  stop: AbortSignal,
): Promise<Ended> {
  const scope = scopeOf(of, tools, contexts, 'success');
  const values = Object.values(contexts.matrix);
  const name = interpolate(job.name ?? id, scope) + (values.length > 0 && !job.name ? ` (${values.join(', ')})` : '');
  const check = await of.record.startJob(name);
  const cancel = new AbortController();
  const limit = AbortSignal.timeout(
    job['timeout-minutes'] === undefined ? JOB_LIMIT_MS : job['timeout-minutes'] * 60_000,
  );
  const signal = AbortSignal.any([stop, cancel.signal, limit]);
  const turn = await turnOf(of, tools, job.concurrency, scope, { wait: () => {}, cancel: () => cancel.abort() });
  const log = createLog((line) => tools.onLine(of.run, line));
  let result: JobResult = { conclusion: 'cancelled', exitCode: null, stepOutputs: {}, outputs: {}, summary: '' };
  try {
    if (turn !== 'superseded') {
      const ran = await tools.slots.add(() => withToken(of, tools, id, job, contexts, log, signal));
      if (ran !== undefined) result = ran;
    }
  } finally {
    if (turn !== 'superseded') turn.leave();
  }
  const { conclusion, exitCode, stepOutputs, summary } = result;
  of.run.jobs.push({ name, conclusion, exitCode, outputs: stepOutputs, summary, log: log.text() });
  await of.record.endJob(check, { conclusion, summary, text: log.text().slice(-60_000) });
  return { result: conclusion, outputs: result.outputs };
}

/** The token lives as long as its job. */
async function withToken(
  of: RunOf,
  tools: RunTools,
  id: string,
  job: Job,
  contexts: { needs: Value; matrix: Combination },
  log: Log,
  signal: AbortSignal,
): Promise<JobResult> {
  const { world } = tools;
  const { repository, start } = of;
  const permissions = tokenPermissions(start.workflow.permissions, job.permissions, start.context.isFork);
  const token = issueToken(world, { kind: 'actions' }, permissions, repository.fullName);
  log.mask(token);
  const root = path.join(tools.folder, `job-${world.nextId()}`);
  try {
    const folders = await makeJobFolders(root, repository.name, start.event.payload);
    const facts: JobFacts = { ...plainFacts(of, tools), jobId: id, token, trackingId: newTrackingId(), folders };
    const secrets = { ...(start.context.isFork ? {} : tools.secrets), GITHUB_TOKEN: token };
    const scope = scopeOf(of, tools, contexts, 'success');
    const stepTools: StepTools = { node: tools.node, actions: tools.actions, onOutput: log.write, signal };
    return await runJob({ facts, job, tools: stepTools, contexts: { ...scope.contexts, secrets } });
  } finally {
    world.credentials.delete(token);
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A job that is skipped or cancelled before its turn has a check run all the same. */
async function endWithoutRunning(of: RunOf, name: string, conclusion: 'skipped' | 'cancelled'): Promise<void> {
  const check = await of.record.startJob(name);
  of.run.jobs.push({ name, conclusion, exitCode: null, outputs: {}, summary: '', log: '' });
  await of.record.endJob(check, { conclusion, summary: '', text: '' });
}

function scopeOf(of: RunOf, tools: RunTools, more: Readonly<Record<string, Value>>, status: Scope['status']): Scope {
  const inputs = of.start.event.facts.inputs ?? {};
  const contexts: Record<string, Value> = {
    ...more,
    github: githubContext(plainFacts(of, tools)),
    inputs,
    vars: tools.variables,
  };
  const env = Object.entries(of.start.workflow.env).map(([name, value]) => [
    name,
    interpolate(value, { contexts, status }),
  ]);
  return { contexts: { ...contexts, env: Object.fromEntries(env) }, status };
}

/** Without what only a job has. */
function plainFacts({ repository, start, record }: RunOf, { world, path: programs }: RunTools): JobFacts {
  const folders = { home: '', workspace: '', temp: '', toolCache: '', eventPath: '' };
  return { world, repository, start, record, jobId: '', token: '', trackingId: '', folders, path: programs };
}
