/** A CI by GitHub Actions that comes to what the test says, for each head of a pull request and each attempt of its run. */
import type { SandboxEvent } from '../../sandbox/events.ts';
import { beginJob, endJob, queueJob } from '../../sandbox/workflow-jobs.ts';
import {
  actionsApp,
  completeWorkflowRun,
  createWorkflowRun,
  startWorkflowRun,
  workflowAt,
} from '../../sandbox/workflow-runs.ts';
import type { RunConclusion, WorkflowRun } from '../../sandbox/world.ts';
import type { Story } from './story.ts';

/** `head` and `attempt` from 1. A run that could not start has no job. */
export type Script = (branch: string, head: number, attempt: number) => RunConclusion;

const STARTS = ['opened', 'synchronize', 'reopened'];

export function scriptCi({ sandbox }: Story, script: Script): void {
  const { world, repository } = sandbox;
  const heads = new Map<string, string[]>();

  async function perform(run: WorkflowRun): Promise<void> {
    const branch = run.headBranch ?? '';
    const head = (heads.get(branch)?.indexOf(run.headSha) ?? 0) + 1;
    const conclusion = script(branch, head, run.runAttempt);
    await startWorkflowRun(world, repository, run, actionsApp);
    if (conclusion !== 'startup_failure') {
      const job = await queueJob(world, repository, run, 'unit');
      await beginJob(world, repository, job);
      await endJob(world, repository, job, { conclusion, log: `It came to ${conclusion}.\n` });
    }
    await completeWorkflowRun(world, repository, run, conclusion, actionsApp);
  }

  world.bus.subscribe(async ({ name, action, facts }: SandboxEvent) => {
    if (name !== 'pull_request' || !STARTS.includes(action ?? '')) return;
    const pull = [...repository.pulls.values()].find(({ head }) => head.sha === facts.sha);
    if (pull === undefined) return;
    const { ref, sha } = pull.head;
    heads.set(ref, [...(heads.get(ref) ?? []), sha]);
    await repository.exclusively(async () => {
      const workflow = workflowAt(world, repository, '.github/workflows/ci.yml', 'CI');
      const draft = { workflow, event: 'pull_request', headSha: sha, headBranch: ref, startedBy: actionsApp };
      await perform(await createWorkflowRun(world, repository, draft));
    });
  });
  world.rerunListeners.add(({ run }) => {
    // The request that asks for it has its turn first.
    if (heads.has(run.headBranch ?? '')) void repository.exclusively(() => perform(run));
  });
}
