/** The runs that were started, and which of them have not ended. */
import type { Repository } from '../world.ts';
import { openRecord } from './records.ts';
import type { Start } from './routing.ts';
import { execute, type Run, type RunTools } from './run.ts';

/** Workflows that `workflow_run` starts one after the other. Source: GitHub docs, "Events that trigger workflows". */
const MAX_CHAIN = 3;

type Launches = {
  runs: readonly Run[];
  /** Each once. */
  problems: readonly string[];
  report(problem: string): void;
  /** Resolves when the run is on record, so that runs are known in the order of their events. */
  launch(start: Start, repository: Repository): Promise<void>;
  areRunning(): boolean;
  ended(): Promise<void>;
};

export function createLaunches(tools: RunTools, stop: AbortSignal, onProblem: (problem: string) => void): Launches {
  const runs: Run[] = [];
  const problems: string[] = [];
  const depths = new Map<number, number>();
  const active = new Set<Promise<void>>();

  const report = (problem: string): void => {
    if (problems.includes(problem)) return;
    problems.push(problem);
    onProblem(problem);
  };

  /** How many runs before this one woke each other. */
  const depthOf = ({ eventName, event }: Start): number =>
    eventName === 'workflow_run' ? (depths.get(event.facts.workflowRunId ?? 0) ?? 0) + 1 : 0;

  async function launch(start: Start, repository: Repository): Promise<void> {
    const depth = depthOf(start);
    if (depth > MAX_CHAIN) return;
    const record = await openRecord(tools.world, repository, start);
    const { workflow, context, eventName, event } = start;
    const run: Run = {
      id: record.run.id,
      repository: repository.fullName,
      workflow: workflow.name,
      path: workflow.path,
      event: eventName,
      action: event.action,
      headSha: context.headSha,
      status: 'queued',
      conclusion: null,
      jobs: [],
    };
    runs.push(run);
    depths.set(run.id, depth);
    const running = execute({ start, repository, record, run }, tools, stop)
      .catch(async (error: unknown) => {
        report(error instanceof Error ? error.message : String(error));
        run.conclusion = await record.complete('failure');
      })
      .finally(() => active.delete(running));
    active.add(running);
  }

  return {
    runs,
    problems,
    report,
    launch,
    areRunning: () => active.size > 0,
    async ended() {
      while (active.size > 0) await Promise.all(active);
    },
  };
}
