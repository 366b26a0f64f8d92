import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configKeys } from '../../scripts/usage-tables.ts';
import { branchesOf, readSettings } from '../../src/config/settings.ts';

/** Every key there is, and none with its default. */
const EVERYTHING = `
base: next
state_branch: lines
remote: upstream
max_parallel: 2
poll_seconds: 3
agent: mine
agents:
  NAME: { command: run, use: command, model: large, flags: [-v], permission_mode: plan }
prompt: prompt.md
worktree: { root: ../trees, setup: npm ci, max: 5, min_free_mb: 6 }
limits:
  wall_clock_seconds: 7
  silence_seconds: 8
  attempts: 9
  backoff_seconds: 10
  setup_seconds: 11
  github_seconds: 12
on_red: person
on_conflict: person
review: { needs_review: ['tests/**'] }
verify: npm test
forbidden_paths: [docs/**]
merge:
  method: squash
  checks: none
  required: [e2e]
  max_changed_lines: 13
  trusted: [robot]
  checks_deadline_minutes: 14
`;

test('what the design promises holds without a heddle.yml', () => {
  expect(readSettings('')).toMatchObject({
    remote: 'origin',
    maxParallel: 4,
    agent: 'claude',
    worktree: { root: '../{repo}-worktrees' },
    forbiddenPaths: expect.arrayContaining(['.github/**', '.beads/**', 'heddle.yml']),
    merge: { checks: 'required' },
  });
});

test('what heddle.yml says stands beside the defaults of the same group', () => {
  const settings = readSettings(
    'max_parallel: 2\nworktree:\n  setup: npm ci\nagents:\n  mine: { command: "run {promptFile}" }\n',
  );
  expect(settings).toMatchObject({
    maxParallel: 2,
    worktree: { setup: 'npm ci', max: 64 },
    agents: { mine: { command: 'run {promptFile}', flags: [] } },
  });
});

test('every key of heddle.yml reaches the code, a time in milliseconds', () => {
  const written = pathsOf(parse(EVERYTHING), '');
  const known = configKeys().map(({ key }) => key);
  expect(written.toSorted()).toEqual(known.filter((key) => key !== 'agents').toSorted());
  expect(readSettings(EVERYTHING)).toEqual({
    base: 'next',
    stateBranch: 'lines',
    remote: 'upstream',
    maxParallel: 2,
    pollMs: 3_000,
    agent: 'mine',
    agents: { NAME: { command: 'run', use: 'command', model: 'large', flags: ['-v'], permissionMode: 'plan' } },
    prompt: 'prompt.md',
    worktree: { root: '../trees', setup: 'npm ci', max: 5, minFreeMb: 6 },
    limits: {
      wallClockMs: 7_000,
      silenceMs: 8_000,
      attempts: 9,
      backoffMs: 10_000,
      setupMs: 11_000,
      githubMs: 12_000,
    },
    onRed: 'person',
    onConflict: 'person',
    needsReview: ['tests/**'],
    verify: 'npm test',
    forbiddenPaths: ['docs/**'],
    merge: {
      method: 'squash',
      checks: 'none',
      required: ['e2e'],
      maxChangedLines: 13,
      trusted: ['robot'],
      checksDeadlineMs: 14 * 60_000,
    },
  });
});

test('work lands on the default branch, and the lines beside it, unless heddle.yml names other branches', () => {
  expect(branchesOf({}, 'main')).toEqual({ base: 'main', state: 'main' });
  expect(branchesOf({ base: 'next' }, 'main')).toEqual({ base: 'next', state: 'next' });
  expect(branchesOf({ stateBranch: 'lines' }, 'main')).toEqual({ base: 'main', state: 'lines' });
  expect(branchesOf({ base: 'next', stateBranch: 'lines' }, 'main')).toEqual({ base: 'next', state: 'lines' });
});

function pathsOf(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix.slice(0, -1)];
  return Object.entries(value).flatMap(([key, child]) => pathsOf(child, `${prefix}${key}.`));
}
