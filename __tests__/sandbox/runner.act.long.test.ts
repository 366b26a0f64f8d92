import { afterEach, expect, test } from '@jest/globals';
import { createCheckRun } from '../../sandbox/checks.ts';
import type { SandboxEvent } from '../../sandbox/events.ts';
import { emitSchedule, emitWorkflowDispatch } from '../../sandbox/payloads.ts';
import { parseWorkflow } from '../../sandbox/workflow/file.ts';
import { tokenPermissions } from '../../sandbox/workflow/permissions.ts';
import {
  actionsApp,
  completeWorkflowRun,
  createWorkflowRun,
  startWorkflowRun,
  workflowAt,
} from '../../sandbox/workflow-runs.ts';
import { ACTIONS_APP_ID, type PullRequest } from '../../sandbox/world.ts';
import { WORKFLOW_NAME, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';
import { PATIENCE_MS } from '../fakes/wait.ts';
import { type ActEvent, findAct, runAct } from './act.ts';
import { ada } from './forge.ts';
import { actionName, actionRef, type Merging, setUp } from './merging.ts';

const act = findAct();
// `npm run test:act` builds act and sets the variable, so that there a missing act is a failure.
const withAct = act !== undefined || process.env['HEDDLE_TEST_ACT'] ? test : test.skip;

let place: Merging;

afterEach(() => place?.end());

/** What makes the event happen once the pull request is open, and its CI green. */
const causes: Record<ActEvent, (pull: PullRequest) => Promise<void>> = {
  pull_request: ciByActions,
  check_suite: ciByApp,
  workflow_run: ciByActions,
  workflow_dispatch: async (pull) => {
    await ciByActions(pull);
    const { world, repository } = place.sandbox;
    const workflow = workflowAt(world, repository, WORKFLOW_PATH, WORKFLOW_NAME);
    const sha = (await repository.git.branch('main')) ?? '';
    emitWorkflowDispatch(world, repository, workflow, { ref: 'refs/heads/main', sha, inputs: {} }, ada);
  },
  schedule: async (pull) => {
    await ciByActions(pull);
    await emitSchedule(place.sandbox.world, place.sandbox.repository, '7,37 * * * *');
  },
};

const events = ['pull_request', 'check_suite', 'workflow_run', 'workflow_dispatch', 'schedule'] as const;

withAct.each(events)('the workflow that users copy merges and closes when act runs it for %s', async (event) => {
  place = await setUp({ ciWorkflows: ['CI'] });
  const { world, repository, tokens } = place.sandbox;
  const seen: SandboxEvent[] = [];
  world.bus.subscribe((one) => void seen.push(one));
  const pull = await place.openTask({ 'woven.txt': 'yes\n' });
  await causes[event](pull);
  await world.bus.settled();
  const main = (await repository.git.branch('main')) ?? '';

  const ran = await runAct({
    act: act ?? 'act',
    world,
    repository,
    workflow: WORKFLOW_PATH,
    event,
    payload: seen.findLast(({ name, action }) => name === event && action !== 'requested')?.payload ?? {},
    sha: event === 'pull_request' ? pull.head.sha : main,
    token: tokens.actions(await permissionsOfJob(main)),
    actions: { [`${actionName}@${actionRef}`]: place.actionFolder },
    timeoutMs: PATIENCE_MS,
  });

  expect(ran).toMatchObject({ exitCode: 0, output: expect.stringContaining('Job succeeded') });
  expect(pull).toMatchObject({ state: 'closed', merge: { sha: expect.any(String) } });
  expect(await place.lineOnMain()).toMatchObject({ open: false, pullRequest: pull.number });
});

/** The token may do what the workflow asks for, and nothing more. */
async function permissionsOfJob(commit: string): Promise<Record<string, 'read' | 'write'>> {
  const { git } = place.sandbox.repository;
  const oid = (await git.resolve(`${commit}:${WORKFLOW_PATH}`)) ?? '';
  const workflow = parseWorkflow(WORKFLOW_PATH, (await git.read('blob', oid)).toString());
  return tokenPermissions(workflow.permissions, workflow.jobs['merge']?.permissions, false);
}

async function ciByActions({ head }: PullRequest): Promise<void> {
  const { world, repository } = place.sandbox;
  const workflow = workflowAt(world, repository, '.github/workflows/ci.yml', 'CI');
  const draft = { workflow, event: 'pull_request', headSha: head.sha, headBranch: head.ref, startedBy: ada };
  await repository.exclusively(async () => {
    const run = await createWorkflowRun(world, repository, draft);
    await startWorkflowRun(world, repository, run, ada);
    const check = { appId: ACTIONS_APP_ID, name: 'test', headSha: head.sha, suiteId: run.suiteId };
    await createCheckRun(world, repository, { ...check, conclusion: 'success' }, actionsApp);
    await completeWorkflowRun(world, repository, run, 'success', ada);
  });
}

async function ciByApp({ head }: PullRequest): Promise<void> {
  const { world, repository, addApp } = place.sandbox;
  const app = addApp('weaver-ci');
  const draft = { appId: app.id, name: 'test', headSha: head.sha, conclusion: 'success' as const };
  const actor = { kind: 'app' as const, appId: app.id, slug: app.slug };
  await repository.exclusively(() => createCheckRun(world, repository, draft, actor));
}
