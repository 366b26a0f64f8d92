/** What the expressions of a workflow file see, besides what only a job has. */
import { interpolate, type Scope, type Value } from '../workflow/expression.ts';
import type { JobFacts } from './environment.ts';
import { githubContext } from './environment.ts';
import type { RunOf, RunTools } from './model.ts';

export function scopeOf(
  of: RunOf,
  tools: RunTools,
  more: Readonly<Record<string, Value>>,
  status: Scope['status'],
): Scope {
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
export function plainFacts({ repository, start, record }: RunOf, { world, path: programs }: RunTools): JobFacts {
  const folders = { home: '', workspace: '', temp: '', toolCache: '', eventPath: '' };
  return { world, repository, start, record, jobId: '', token: '', trackingId: '', folders, path: programs };
}
