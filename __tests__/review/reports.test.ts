/** Check runs that a step makes with the token of its workflow: GitHub puts them into whatever run of Actions the head has. */
import { afterEach, expect, test } from '@jest/globals';
import { beginJob, endJob, queueJob } from '../../sandbox/workflow-jobs.ts';
import {
  actionsApp,
  completeWorkflowRun,
  createWorkflowRun,
  startWorkflowRun,
  workflowAt,
} from '../../sandbox/workflow-runs.ts';
import type { CheckConclusion } from '../../sandbox/world.ts';
import { createHarness, type Harness, ownWorkflow, where } from '../merger/harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.end();
  harness = undefined;
});

/** A pull request that an outside CI has found green, beside a run of a workflow whose one job has ended, or runs still. */
async function besideRun(workflow: { path: string; name: string }, job: CheckConclusion | undefined, config?: string) {
  harness = await createHarness(config === undefined ? {} : { config });
  const { sandbox, as, open, sweep } = harness;
  const { world, repository } = sandbox;
  const { number, head } = await open('hd-1.1');
  const known = workflowAt(world, repository, workflow.path, workflow.name);
  const started = { workflow: known, event: 'pull_request', headSha: head, headBranch: null, startedBy: actionsApp };
  const run = await createWorkflowRun(world, repository, started);
  await startWorkflowRun(world, repository, run, actionsApp);
  const check = await queueJob(world, repository, run, 'Job');
  await beginJob(world, repository, check);
  if (job !== undefined) await endJob(world, repository, check, { conclusion: job, log: '' });
  if (job !== undefined) await completeWorkflowRun(world, repository, run, job, actionsApp);
  const asked: string[] = [];
  sandbox.onExchange(({ path }) => {
    if (path.includes('/jobs')) asked.push(path);
  });
  let made = 0;
  const report = async (conclusion: CheckConclusion) => {
    made += 1;
    const started_at = `2026-11-20T10:00:0${made}Z`;
    const draft = { ...where, name: 'lint report', head_sha: head, conclusion, started_at };
    await as(sandbox.tokens.actions()).rest.checks.create(draft);
  };
  return { report, sweep, asked, merged: [{ task: 'hd-1.1', pullRequest: number }] };
}
const OTHER = { path: '.github/workflows/other.yml', name: 'Other' };

test.each([
  ['ended', 'success'],
  ['runs', undefined],
] as const)('a red report keeps its head from being merged, also in the merger’s own run that %s', async (_, job) => {
  const { report, sweep, merged } = await besideRun(ownWorkflow, job);
  await report('failure');
  expect(await sweep()).toMatchObject({
    merged: [],
    waiting: [{ waitsFor: 'person', reasons: [{ problem: 'checks failed: `lint report` (failure)' }] }],
  });
  // The report that was made once more replaces it.
  await report('success');
  expect(await sweep()).toMatchObject({ merged });
});

test('a report that `merge.required` names is found in the merger’s own run', async () => {
  const { report, sweep, merged } = await besideRun(ownWorkflow, 'success', 'merge: { required: [lint report] }');
  expect(await sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'time' }] });
  await report('success');
  expect(await sweep()).toMatchObject({ merged });
});

test.each(['failure', undefined] as const)(
  'the merger’s own job keeps no head, whether it has failed or runs (%s); its name is asked for once',
  async (job) => {
    const { sweep, asked, merged } = await besideRun(ownWorkflow, job);
    expect(await sweep()).toMatchObject({ merged });
    expect(asked).toHaveLength(1);
  },
);

test('a green report in a run that was skipped as a whole does not make that run look half done', async () => {
  const { report, sweep, merged } = await besideRun(OTHER, 'skipped');
  await report('success');
  expect(await sweep()).toMatchObject({ merged });
});
