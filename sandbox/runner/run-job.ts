/** One job of a run, or one combination of its matrix: queued, run when a slot is free, reported. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { issueToken } from '../create.ts';
import { orAborted } from '../or-aborted.ts';
import { interpolate, isConditionMet, type Scope, type Value } from '../workflow/expression.ts';
import type { Concurrency, Job } from '../workflow/file.ts';
import type { Combination } from '../workflow/matrix.ts';
import { tokenPermissions } from '../workflow/permissions.ts';
import type { JobFacts } from './environment.ts';
import { type Turn, takeTurn } from './groups.ts';
import { type JobResult, makeJobFolders, runJob } from './job.ts';
import { createLog, type Log } from './log.ts';
import type { Ended, RunOf, RunTools } from './model.ts';
import { newTrackingId } from './processes.ts';
import { plainFacts, scopeOf } from './scope.ts';
import type { StepTools } from './steps.ts';

/** A job that is not done by then is cancelled; GitHub's own default is six hours. */
const JOB_LIMIT_MS = 10 * 60_000;

export async function oneJob(
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
  const kept = of.ended.get(name);
  if (kept !== undefined) return kept;
  const check = await of.record.queueJob(name);
  const cancel = new AbortController();
  const signal = AbortSignal.any([stop, cancel.signal]);
  const turn = await turnOf(of, tools, job.concurrency, scope, { wait: () => {}, cancel: () => cancel.abort() });
  const log = createLog((line) => tools.onLine(of.run, line));
  let result: JobResult = cancelled;
  let began = false;
  try {
    if (turn !== 'superseded') {
      await orAborted(tools.beforeJob(of.run, name), signal);
      const ran = await tools.slots.add(async () => {
        if (signal.aborted) return cancelled;
        began = true;
        await of.record.beginJob(check);
        return withToken(of, tools, id, job, contexts, log, signal);
      });
      if (ran !== undefined) result = ran;
    }
  } finally {
    if (turn !== 'superseded') turn.leave();
  }
  const { conclusion, exitCode, stepOutputs, summary, steps, outputs } = result;
  const ended: Ended = { jobId: id, result: conclusion, outputs };
  of.ended.set(name, ended);
  of.run.jobs.push({ name, conclusion, exitCode, outputs: stepOutputs, summary, log: log.text() });
  await of.record.endJob(check, { conclusion, log: began ? log.text() : null, steps });
  return ended;
}

const cancelled: JobResult = {
  conclusion: 'cancelled',
  exitCode: null,
  stepOutputs: {},
  outputs: {},
  summary: '',
  steps: [],
};

/** The token lives as long as its job. */
async function withToken(
  of: RunOf,
  tools: RunTools,
  id: string,
  job: Job,
  contexts: { needs: Value; matrix: Combination },
  log: Log,
  stop: AbortSignal,
): Promise<JobResult> {
  const { world } = tools;
  const minutes = job['timeout-minutes'];
  const signal = AbortSignal.any([stop, AbortSignal.timeout(minutes === undefined ? JOB_LIMIT_MS : minutes * 60_000)]);
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
export async function endWithoutRunning(
  of: RunOf,
  id: string,
  job: Job,
  conclusion: 'skipped' | 'cancelled',
): Promise<Ended> {
  const name = job.name ?? id;
  const ended: Ended = of.ended.get(name) ?? { jobId: id, result: conclusion, outputs: {} };
  if (of.ended.has(name)) return ended;
  of.ended.set(name, ended);
  const check = await of.record.queueJob(name);
  of.run.jobs.push({ name, conclusion, exitCode: null, outputs: {}, summary: '', log: '' });
  await of.record.endJob(check, { conclusion, log: null, steps: [] });
  return ended;
}

/** Where no group is named, it is everybody's turn. */
export function turnOf(
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
