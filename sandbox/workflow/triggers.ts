/**
 * Which events start a workflow, by the filters in its `on:`.
 * Source: GitHub docs, "Events that trigger workflows" and "Workflow syntax for GitHub Actions".
 */
import type { TriggerFilter, Triggers } from './file.ts';
import { passesPatterns } from './patterns.ts';

/** What the filters speak of. */
export type Trigger = {
  name: string;
  action?: string | undefined;
  /** Pushed branch, base of the pull request, or head branch of the workflow run that ended; short. */
  branch?: string | undefined;
  tag?: string | undefined;
  /** Of a `workflow_run`: the name of the workflow that ran. */
  workflow?: string | undefined;
  /** Of a `schedule`. */
  cron?: string | undefined;
  /** Files of a push or a pull request; undefined where they are not known, which passes every filter. */
  paths?: readonly string[] | undefined;
};

/** Without `types`, these activities start a workflow; of all other events, every activity does. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
};

/** These reach webhooks, but never workflows. */
const supportedTypes: Readonly<Record<string, readonly string[]>> = {
  check_suite: ['completed'],
  check_run: ['created', 'rerequested', 'completed', 'requested_action'],
  pull_request_review: ['submitted', 'edited', 'dismissed'],
  workflow_run: ['requested', 'in_progress', 'completed'],
};

const never = ['installation', 'ping', 'workflow_job'];

export function isTriggered(on: Triggers, trigger: Trigger): boolean {
  const filter = on[trigger.name];
  if (filter === undefined || never.includes(trigger.name)) return false;
  if ('crons' in filter) return trigger.cron === undefined || filter.crons.includes(trigger.cron);
  return (
    passesTypes(filter, trigger) &&
    passesRef(filter, trigger) &&
    passesPaths(filter, trigger) &&
    passesName(filter, trigger)
  );
}

/** The cron lines of a workflow, none where it has no `schedule`. */
export function cronsOf(on: Triggers): readonly string[] {
  const filter = on['schedule'];
  return filter !== undefined && 'crons' in filter ? filter.crons : [];
}

type EventFilter = Exclude<TriggerFilter, { crons: string[] }>;

function passesTypes(filter: EventFilter, { name, action }: Trigger): boolean {
  if (action === undefined) return true;
  const supported = supportedTypes[name];
  if (supported !== undefined && !supported.includes(action)) return false;
  const types = filter.types ?? defaultTypes[name];
  return types === undefined || types.includes(action);
}

/** A filter for branches alone keeps tags out, and the other way round. */
function passesRef(filter: EventFilter, { branch, tag }: Trigger): boolean {
  const { branches, tags, 'branches-ignore': noBranches, 'tags-ignore': noTags } = filter;
  if (tag !== undefined) {
    if (tags !== undefined) return passesPatterns(tag, tags);
    if (noTags !== undefined) return !passesPatterns(tag, noTags);
    return branches === undefined && noBranches === undefined;
  }
  if (branch === undefined) return branches === undefined;
  if (branches !== undefined) return passesPatterns(branch, branches);
  if (noBranches !== undefined) return !passesPatterns(branch, noBranches);
  return tags === undefined && noTags === undefined;
}

function passesPaths(filter: EventFilter, { paths }: Trigger): boolean {
  if (paths === undefined) return true;
  const { paths: wanted, 'paths-ignore': ignored } = filter;
  if (wanted !== undefined) return paths.some((path) => passesPatterns(path, wanted));
  return ignored === undefined || !paths.every((path) => passesPatterns(path, ignored));
}

/** Names are listed in full; there are no wildcards. */
function passesName(filter: EventFilter, { name, workflow }: Trigger): boolean {
  if (name !== 'workflow_run') return true;
  return workflow !== undefined && (filter.workflows ?? []).includes(workflow);
}
