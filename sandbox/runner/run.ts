/** One workflow run from its queue to its end: turn by turn in its concurrency group, job after job by `needs`. */
import { isConditionMet } from '../workflow/expression.ts';
import type { Job, WorkflowFile } from '../workflow/file.ts';
import { combinations } from '../workflow/matrix.ts';
import type { Ended, RunOf, RunTools } from './model.ts';
import { endWithoutRunning, oneJob, turnOf } from './run-job.ts';
import { scopeOf } from './scope.ts';

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
      for (const [id, job] of Object.entries(start.workflow.jobs)) await endWithoutRunning(of, id, job, 'cancelled');
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

async function jobWithMatrix(
  of: RunOf,
  tools: RunTools,
  id: string,
  job: Job,
  needs: ReadonlyMap<string, Ended>,
  signal: AbortSignal,
): Promise<Ended> {
  const status = [...needs.values()].every(({ result }) => result === 'success') ? 'success' : 'failure';
  const needed = Object.fromEntries([...needs].map(([need, { result, outputs }]) => [need, { result, outputs }]));
  const contexts = { needs: needed };
  if (signal.aborted || !isConditionMet(job.if, scopeOf(of, tools, contexts, status))) {
    return endWithoutRunning(of, id, job, signal.aborted ? 'cancelled' : 'skipped');
  }
  const all = await Promise.all(
    combinations(job).map((matrix) => oneJob(of, tools, id, job, { ...contexts, matrix }, signal)),
  );
  const failed = all.find(({ result }) => result !== 'success');
  return {
    jobId: id,
    result: failed?.result ?? 'success',
    outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)),
  };
}
