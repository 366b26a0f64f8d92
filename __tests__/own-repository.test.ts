import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readSettings } from '../src/config/settings.ts';
import { ciWorkflowNames, readMergerWorkflow } from '../src/init/workflows.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const issues = read('.beads/issues.jsonl')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

test('what comes next is an epic with tasks, each published, and no task waits for one that waits for it', () => {
  const ids = issues.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(issues.filter(({ issue_type: type }) => type === 'epic').map(({ id }) => id)).toEqual(['heddle-next']);
  expect(issues.filter(({ metadata }) => metadata.round === undefined)).toEqual([]);
  const waits = new Map<string, string[]>();
  for (const { id, dependencies = [] } of issues) {
    const of = (type: string) => dependencies.filter((one: { type: string }) => one.type === type);
    if (id !== 'heddle-next') expect(of('parent-child')).toMatchObject([{ depends_on_id: 'heddle-next' }]);
    waits.set(
      id,
      of('blocks').map((one: { depends_on_id: string }) => one.depends_on_id),
    );
  }
  const roundAbout = (id: string, seen: readonly string[]): boolean =>
    seen.includes(id) || (waits.get(id) ?? []).some((next) => roundAbout(next, [...seen, id]));
  expect(ids.filter((id) => roundAbout(id, []))).toEqual([]);
});

test('nobody’s name, mail or machine is committed with the issues', () => {
  expect(read('.beads/issues.jsonl')).not.toMatch(/"(owner|created_by|assignee|agent_host|agent_pid)":|@/);
  // A remote in the committed configuration would send every clone to somebody's folder.
  expect(parse(read('.beads/config.yaml')) ?? {}).not.toHaveProperty(['sync.remote']);
});

test('Heddle’s own heddle.yml is valid, and its merger is woken by its CI and asks for a job of it', () => {
  const ci = { path: '.github/workflows/ci.yml', text: read('.github/workflows/ci.yml') };
  const merger = readMergerWorkflow(read('.github/workflows/heddle.yml'));
  expect(merger?.triggers).toEqual(ciWorkflowNames([ci], '.github/workflows/heddle.yml'));
  const { name, strategy } = parse(ci.text).jobs.check;
  const jobs = strategy.matrix.os.flatMap((os: string) =>
    strategy.matrix.node.map((node: number) =>
      name.replace('${{ matrix.node }}', node).replace('${{ matrix.os }}', os),
    ),
  );
  for (const required of readSettings(read('heddle.yml')).merge.required) expect(jobs).toContain(required);
});
