/** The runs that were started, and which of them have not ended. */
import type { Repository, Rerun } from '../world.ts';
import type { Ended, Run, RunOf, RunTools } from './model.ts';
import { openRecord, recordOf } from './records.ts';
import type { Start } from './routing.ts';
import { execute } from './run.ts';

/** Workflows that `workflow_run` starts one after the other. Source: GitHub docs, "Events that trigger workflows". */
const MAX_CHAIN = 3;

type Launches = {
  runs: readonly Run[];
  /** Each once. */
  problems: readonly string[];
  report(problem: string): void;
  /** Resolves when the run is on record, so that runs are known in the order of their events. */
  launch(start: Start, repository: Repository): Promise<void>;
  /** Runs a run of here again; one that somebody else has started is none of its business. */
  launchAgain(rerun: Rerun): void;
  areRunning(): boolean;
  ended(): Promise<void>;
};

export function createLaunches(tools: RunTools, stop: AbortSignal, onProblem: (problem: string) => void): Launches {
  const runs: Run[] = [];
  const problems: string[] = [];
  const depths = new Map<number, number>();
  /** The newest attempt of each run. */
  const launched = new Map<number, RunOf>();
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
    depths.set(record.run.id, depth);
    follow({ start, repository, record, run: runOf(start, repository, record.run.id, 1), ended: new Map() });
  }

  function launchAgain({ repository, run, jobs }: Rerun): void {
    const before = launched.get(run.id);
    if (before === undefined || before.repository !== repository) return;
    const { start } = before;
    const record = recordOf(tools.world, repository, run, start.event.causedBy);
    const ended = jobs === 'all' ? new Map<string, Ended>() : endedWithout(jobs, before);
    follow({ start, repository, record, run: runOf(start, repository, run.id, run.runAttempt), ended });
  }

  function follow(of: RunOf): void {
    runs.push(of.run);
    launched.set(of.run.id, of);
    const running = execute(of, tools, stop)
      .catch(async (error: unknown) => {
        report(error instanceof Error ? error.message : String(error));
        of.run.conclusion = await of.record.complete('failure');
      })
      .finally(() => active.delete(running));
    active.add(running);
  }

  return {
    runs,
    problems,
    report,
    launch,
    launchAgain,
    areRunning: () => active.size > 0,
    async ended() {
      while (active.size > 0) await Promise.all(active);
    },
  };
}

function runOf(
  { workflow, context, eventName, event }: Start,
  { fullName }: Repository,
  id: number,
  attempt: number,
): Run {
  return {
    id,
    attempt,
    repository: fullName,
    workflow: workflow.name,
    path: workflow.path,
    event: eventName,
    action: event.action,
    headSha: context.headSha,
    status: 'queued',
    conclusion: null,
    jobs: [],
  };
}

/** What stays of an attempt when these jobs run again, and with them whatever needs them. */
function endedWithout(names: readonly string[], { start, ended }: RunOf): Map<string, Ended> {
  const { jobs } = start.workflow;
  const again = new Set(names.flatMap((name) => ended.get(name)?.jobId ?? []));
  const dependents = new Set<string>();
  const needsOneOf = (id: string): boolean =>
    jobs[id]?.needs.some((need) => again.has(need) || needsOneOf(need)) ?? false;
  for (const id of Object.keys(jobs)) if (needsOneOf(id)) dependents.add(id);
  return new Map([...ended].filter(([name, { jobId }]) => !names.includes(name) && !dependents.has(jobId)));
}
