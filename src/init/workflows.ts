/** What the repository's own workflow files say that the merger's workflow has to know. */
import { parse } from 'yaml';
import * as z from 'zod';

export type WorkflowFile = { path: string; text: string };

const workflow = z.looseObject({
  name: z.string().optional(),
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
});
/** Events whose runs test the head of a pull request. */
const TESTING = ['pull_request', 'pull_request_target', 'push'];
const MERGER = /uses:\s*\S*\/heddle@|^name:\s*['"]?Heddle['"]?\s*$/m;

/**
 * Names of the workflows that test pull requests, as GitHub knows them in `workflow_run`: the `name:` of the file, or its
 * path where it has none. The merger's own workflow is not among them: it would wake itself.
 */
export function ciWorkflowNames(files: readonly WorkflowFile[], ownPath: string): string[] {
  const names = files.flatMap(({ path, text }) => {
    if (path === ownPath) return [];
    const found = read(text);
    if (found === undefined || !tests(found.on)) return [];
    return [found.name?.trim() || path];
  });
  return [...new Set(names)].sort();
}

/** Every name that a workflow of the repository goes by, whatever wakes it. */
export function allWorkflowNames(files: readonly WorkflowFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const found = read(text);
    return found === undefined ? [] : [found.name?.trim() || path];
  });
}

type MergerWorkflow = {
  /** Names of the workflows whose runs wake it. */
  triggers: string[];
  uses: string | undefined;
  /** False if it says that its token may not make check runs. */
  mayCheck: boolean;
};

/** What the merger's workflow says. Undefined when it is not YAML. */
export function readMergerWorkflow(text: string): MergerWorkflow | undefined {
  const found = read(text);
  if (found === undefined) return undefined;
  const on = z.looseObject({ workflow_run: z.looseObject({ workflows: z.array(z.string()) }) }).safeParse(found.on);
  return {
    triggers: on.success ? on.data.workflow_run.workflows : [],
    uses: usesHeddle(text),
    mayCheck: mayCheck(found),
  };
}

const permissions = z.union([z.string(), z.record(z.string(), z.string())]).optional();
const step = z.looseObject({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() });
const jobs = z.looseObject({
  permissions,
  jobs: z.record(z.string(), z.looseObject({ permissions, steps: z.array(step).default([]) })),
});

/** A step that is given a token of its own has that one's rights; without any `permissions` GitHub's settings decide. */
function mayCheck(file: z.infer<typeof workflow>): boolean {
  const read = jobs.safeParse(file);
  if (!read.success) return true;
  const merging = Object.values(read.data.jobs).filter(({ steps }) =>
    steps.some(({ uses = '', with: given }) => (uses === './' || uses.includes('/heddle@')) && !given?.['token']),
  );
  return merging.every((job) => {
    const given = job.permissions ?? read.data.permissions;
    return given === undefined || given === 'write-all' || (typeof given === 'object' && given['checks'] === 'write');
  });
}

/** True if the file runs the merger, whatever it is called. */
export function isMergerWorkflow(text: string): boolean {
  return MERGER.test(text);
}

function usesHeddle(text: string): string | undefined {
  const all = [...text.matchAll(/^\s*(?:-\s+)?uses:\s*['"]?([^\s'"#]+)/gm)].map(([, reference]) => reference ?? '');
  return all.find((reference) => reference === './' || /\/heddle@/.test(reference)) ?? all.at(-1);
}

function tests(on: z.infer<typeof workflow>['on']): boolean {
  // A file that leaves it out cannot run; GitHub says so better than we could.
  if (on === undefined) return false;
  if (typeof on === 'string') return TESTING.includes(on);
  if (Array.isArray(on)) return on.some((event) => TESTING.includes(event));
  return Object.entries(on).some(
    ([event, filter]) => TESTING.includes(event) && !(event === 'push' && tagsOnly(filter)),
  );
}

/** A push of a tag is a release, not a test of a branch. */
function tagsOnly(filter: unknown): boolean {
  return typeof filter === 'object' && filter !== null && 'tags' in filter && !('branches' in filter);
}

function read(text: string): z.infer<typeof workflow> | undefined {
  try {
    const result = workflow.safeParse(parse(text, { logLevel: 'silent' }));
    return result.success ? result.data : undefined;
  } catch {
    // Not YAML: GitHub does not run it either.
    return undefined;
  }
}
