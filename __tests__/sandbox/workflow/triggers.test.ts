import { expect, test } from '@jest/globals';
import { parseWorkflow } from '../../../sandbox/workflow/file.ts';
import { passesPatterns } from '../../../sandbox/workflow/patterns.ts';
import { tokenPermissions } from '../../../sandbox/workflow/permissions.ts';
import { isTriggered, type Trigger } from '../../../sandbox/workflow/triggers.ts';

function starts(on: string, trigger: Trigger): boolean {
  return isTriggered(parseWorkflow('w.yml', `on: ${on}\njobs: {}`).on, trigger);
}

test('pull_request without types means opened, synchronize and reopened', () => {
  for (const action of ['opened', 'synchronize', 'reopened']) {
    expect(starts('pull_request', { name: 'pull_request', action, branch: 'main' })).toBe(true);
  }
  for (const action of ['closed', 'labeled', 'ready_for_review']) {
    expect(starts('[pull_request]', { name: 'pull_request', action, branch: 'main' })).toBe(false);
    expect(starts(`{ pull_request: { types: [${action}] } }`, { name: 'pull_request', action, branch: 'main' })).toBe(
      true,
    );
  }
});

test('a check suite starts a workflow only when it is completed', () => {
  expect(starts('check_suite', { name: 'check_suite', action: 'completed' })).toBe(true);
  expect(starts('check_suite', { name: 'check_suite', action: 'requested' })).toBe(false);
});

test('workflow_run starts a workflow only for the names that it lists', () => {
  const on = '{ workflow_run: { workflows: [CI], types: [completed] } }';
  expect(starts(on, { name: 'workflow_run', action: 'completed', workflow: 'CI' })).toBe(true);
  expect(starts(on, { name: 'workflow_run', action: 'completed', workflow: 'CI 2' })).toBe(false);
  expect(starts(on, { name: 'workflow_run', action: 'requested', workflow: 'CI' })).toBe(false);
  expect(starts('workflow_run', { name: 'workflow_run', action: 'completed', workflow: 'CI' })).toBe(false);
});

test('branches speak of the base of a pull request, the pushed branch, and the head of a workflow run', () => {
  const main = (name: string) => `{ ${name}: { branches: [main], workflows: [CI] } }`;
  for (const name of ['pull_request', 'push', 'workflow_run']) {
    expect(starts(main(name), { name, branch: 'main', workflow: 'CI' })).toBe(true);
    expect(starts(main(name), { name, branch: 'other', workflow: 'CI' })).toBe(false);
  }
});

test('a filter for branches keeps tags out, and the other way round', () => {
  expect(starts('{ push: { branches: [main] } }', { name: 'push', tag: 'v1' })).toBe(false);
  expect(starts('{ push: { tags: ["v*"] } }', { name: 'push', tag: 'v1' })).toBe(true);
  expect(starts('{ push: { tags: ["v*"] } }', { name: 'push', branch: 'main' })).toBe(false);
  expect(starts('push', { name: 'push', tag: 'v1' })).toBe(true);
});

test('a workflow with paths starts when one file matches, with paths-ignore unless all do', () => {
  const paths = ['docs/a.md', 'src/a.ts'];
  expect(starts('{ push: { paths: ["src/**"] } }', { name: 'push', branch: 'b', paths })).toBe(true);
  expect(starts('{ push: { paths: ["lib/**"] } }', { name: 'push', branch: 'b', paths })).toBe(false);
  expect(starts('{ push: { paths-ignore: ["docs/**"] } }', { name: 'push', branch: 'b', paths })).toBe(true);
  expect(starts('{ push: { paths-ignore: ["**"] } }', { name: 'push', branch: 'b', paths })).toBe(false);
});

test('a schedule starts the workflows with that cron line', () => {
  const on = '{ schedule: [{ cron: "*/5 * * * *" }] }';
  expect(starts(on, { name: 'schedule', cron: '*/5 * * * *' })).toBe(true);
  expect(starts(on, { name: 'schedule', cron: '0 0 * * *' })).toBe(false);
});

test('an event that is not listed starts nothing', () => {
  expect(starts('[push, status]', { name: 'check_suite', action: 'completed' })).toBe(false);
  expect(starts('[push, status]', { name: 'status' })).toBe(true);
});

test.each([
  ['feature/**', 'feature/a/b', true],
  ['feature/*', 'feature/a/b', false],
  ['*', 'a/b', false],
  ['**', 'a/b', true],
  ['v[12].[0-9]+', 'v1.10', true],
  ['*.jsx?', 'page.js', true],
  ['**/README.md', 'README.md', true],
  ['docs/a.md', 'docs/axmd', false],
])('the pattern %s on %s: %s', (pattern, name, passes) => {
  expect(passesPatterns(name, [pattern])).toBe(passes);
});

test('of several patterns the last that matches decides', () => {
  expect(passesPatterns('releases/beta', ['releases/**', '!releases/*'])).toBe(false);
  expect(passesPatterns('releases/beta', ['releases/**', '!releases/*', '**/beta'])).toBe(true);
});

test('a list of permissions withholds what it leaves out, and a job overrules its workflow', () => {
  expect(tokenPermissions({ contents: 'write', 'pull-requests': 'write' }, undefined, false)).toEqual({
    metadata: 'read',
    contents: 'write',
    pull_requests: 'write',
  });
  expect(tokenPermissions({ contents: 'write' }, { checks: 'write', issues: 'none' }, false)).toEqual({
    metadata: 'read',
    checks: 'write',
  });
  expect(tokenPermissions({}, undefined, false)).toEqual({ metadata: 'read' });
  expect(tokenPermissions(undefined, undefined, false)).toMatchObject({ contents: 'read' });
});

test('a pull request from a fork gets a token that can only read', () => {
  expect(tokenPermissions({ contents: 'write' }, undefined, true)).toEqual({ metadata: 'read', contents: 'read' });
});
