import { expect, test } from '@jest/globals';
import { byUrgency, exitOf, type Finding, findingOf } from '../src/doctor/finding.ts';
import { judgeLines } from '../src/doctor/lines.ts';
import {
  judgeAccess,
  judgeAgreement,
  judgeChecks,
  judgeMergerWorkflow,
  judgeRoom,
  judgeStateBranch,
} from '../src/doctor/repository.ts';
import { judgeAgent, judgeBd, judgeGh, judgeGit, judgeNode } from '../src/doctor/tools.ts';
import { TransientError, UserError } from '../src/domain/errors.ts';
import { UNKNOWN_ACTION } from '../src/init/plan.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../src/merger/workflow-file.ts';

const is = (finding: Finding) => finding.is;

test('a git that is too old is a problem; one that only the demo finds too old is a warning', () => {
  const versions = [
    undefined,
    'git version 2.35.9',
    'git version 2.37.1 (Apple Git-137.1)',
    'git version 2.39.5',
    'git version 3.0.0',
  ];
  expect(versions.map(judgeGit).map(is)).toEqual(['problem', 'problem', 'warning', 'ok', 'ok']);
  expect(judgeGit(undefined)).toMatchObject({ exit: 'missing' });
});

test('a Node that is too old is a problem', () => {
  expect(['18.20.1', '20.0.0', '24.1.0'].map(judgeNode).map(is)).toEqual(['problem', 'ok', 'ok']);
});

test('every bd that comes first and is not used is named, with what to do about it', () => {
  const old = { problem: '/usr/bin/bd is version 0.49.0', hint: 'install a newer one' };
  const found = judgeBd({ path: '/cache/bd', version: '1.3.0', origin: 'cache', passedOver: [old] });
  expect(found.map(is)).toEqual(['ok', 'warning', 'warning']);
  expect(found[2]).toMatchObject({ problem: 'not used: /usr/bin/bd is version 0.49.0', hint: 'install a newer one' });
  expect(judgeBd({ path: '/bin/bd', version: '1.3.0', origin: 'PATH', passedOver: [] }).map(is)).toEqual(['ok']);
  expect(judgeBd({ problem: 'no bd', hint: 'npm i -g @beads/bd', passedOver: [] })).toMatchObject([
    { exit: 'missing' },
  ]);
});

test('the default agent has to be installed, another one need not', () => {
  const missing = { is: 'missing', problem: 'there is no claude on PATH', hint: 'Install it.' } as const;
  expect(judgeAgent({ name: 'claude', default: true, ...missing })).toMatchObject({ is: 'problem', exit: 'missing' });
  expect(judgeAgent({ name: 'claude', default: false, ...missing }).is).toBe('warning');
  expect(judgeGh(undefined).is).toBe('warning');
});

test('a folder that cannot be written, a full disk and too many worktrees are problems, each with its fix', () => {
  const room = { folder: '/w', writable: true, freeMb: 5000, worktrees: 3, minFreeMb: 1024, max: 64 };
  expect(judgeRoom(room).is).toBe('ok');
  for (const changes of [{ writable: false }, { freeMb: 100 }, { worktrees: 64 }]) {
    expect(judgeRoom({ ...room, ...changes })).toMatchObject({ is: 'problem', exit: 'resources' });
  }
});

test('a token that may not push is a problem; one that cannot be asked is not', () => {
  const access = { tokenFrom: 'GH_TOKEN', archived: false, mayPush: true, scopes: undefined };
  expect(judgeAccess(access)).toEqual({ is: 'ok', check: 'token', says: 'from GH_TOKEN: it may push here' });
  expect(judgeAccess({ ...access, mayPush: undefined }).is).toBe('ok');
  expect(judgeAccess({ ...access, scopes: ['repo', 'gist'] }).is).toBe('ok');
  for (const changes of [{ mayPush: false }, { archived: true }, { scopes: ['gist'] }]) {
    expect(judgeAccess({ ...access, ...changes })).toMatchObject({ is: 'problem', exit: 'access' });
  }
});

test('rules that may refuse a push to the state branch are a warning, since a token may bypass them', () => {
  const branch = { name: 'main', isBase: true, exists: true, protected: false, rules: [] };
  expect(judgeStateBranch(branch).is).toBe('ok');
  expect(judgeStateBranch({ ...branch, protected: true, rules: ['non_fast_forward', 'deletion'] }).is).toBe('ok');
  expect(judgeStateBranch({ ...branch, rules: ['pull_request'] })).toMatchObject({
    is: 'warning',
    hint: /state_branch/,
  });
  expect(judgeStateBranch({ ...branch, protected: true }).is).toBe('warning');
  expect(judgeStateBranch({ ...branch, exists: false })).toMatchObject({ is: 'problem', exit: 'repository' });
  expect(judgeStateBranch({ ...branch, exists: false, isBase: false, name: 'state' }).is).toBe('ok');
});

test('a heddle.yml that names other branches than the one on the base is a problem', () => {
  expect(judgeAgreement(undefined)).toEqual([]);
  expect(judgeAgreement({ problem: 'they differ', hint: 'git pull' })).toEqual([
    { is: 'problem', check: 'heddle.yml', problem: 'they differ', hint: 'git pull', exit: 'config' },
  ]);
});

test('a line that cannot be read is a problem, and one that stands twice a warning, with the command that shows it', () => {
  const [one, two] = ['{"id": "bd-1", "status": "open"}', '{"id":"bd-2","status":"closed"}'];
  expect(judgeLines(undefined, 'main', 'origin')).toMatchObject([
    { is: 'ok', says: '0 lines on main, 0 of them open' },
  ]);
  expect(judgeLines(`${one}\n${two}\n`, 'main', 'origin')).toMatchObject([
    { is: 'ok', says: '2 lines on main, 1 of them open' },
  ]);
  expect(judgeLines(`${one}\n${two}\n${one}\n`, 'main', 'origin')).toMatchObject([
    { is: 'warning', problem: /^lines 1, 3 of \.beads\/issues\.jsonl on main are all of bd-1/ },
  ]);
  expect(judgeLines(`${one}\n{"id":"bd-2`, 'state', 'up')).toMatchObject([
    { is: 'problem', exit: 'config', hint: /git show up\/state:\.beads\/issues\.jsonl \| sed -n 2p/ },
  ]);
  expect(judgeLines('{\n'.repeat(100), 'main', 'origin')).toHaveLength(5);
});

test('that no workflow tests pull requests is a warning, unless heddle.yml asks for no check', () => {
  expect(judgeChecks('required', ['CI', 'Lint'])).toEqual({ is: 'ok', check: 'checks', says: 'CI, Lint' });
  expect(judgeChecks('required', [])).toMatchObject({ is: 'warning', hint: /merge: \{ checks: none \}/ });
  expect(judgeChecks('none', []).is).toBe('ok');
});

test('the merger’s workflow has to be on GitHub, to say where Heddle lives, and to be woken by workflows that exist', () => {
  const text = mergerWorkflow({ ciWorkflows: ['CI'], uses: 'o/heddle@v1' });
  const files = { branch: 'main', remote: text, local: text, others: [], ciNames: ['CI'], allNames: ['CI', 'Heddle'] };
  expect(judgeMergerWorkflow(files)).toEqual([
    { is: 'ok', check: 'merger workflow', says: 'o/heddle@v1, woken by CI' },
  ]);
  const told = (changes: Partial<typeof files> | { remote: null | undefined; local: undefined }) =>
    judgeMergerWorkflow({ ...files, ...changes }).map(
      (one) => `${one.is}: ${one.is === 'ok' ? one.says : one.problem}`,
    );
  expect(told({ remote: null, local: undefined })).toEqual([
    `warning: there is no ${WORKFLOW_PATH}, so nothing is merged by itself`,
  ]);
  expect(judgeMergerWorkflow({ ...files, remote: null })).toMatchObject([
    { is: 'warning', hint: 'Commit and push it.' },
  ]);
  expect(judgeMergerWorkflow({ ...files, remote: undefined }).map(is)).toEqual(['ok']);
  expect(told({ allNames: ['Tests'], ciNames: ['Tests'] })).toEqual([
    'problem: its `workflow_run` names "CI", and no workflow here is called so',
    'warning: "Tests" does not wake it when its run ends; it finds out at the next schedule',
  ]);
  const mute = ['warning: its token may not make check runs, so its verdict is not shown among the checks'];
  const old = text.replace(/checks: write.*/, 'checks: read');
  expect(told({ remote: old })).toEqual(mute);
  expect(told({ remote: old.replace('    permissions:', '    was:').replace('permissions: {}', '') })).toEqual([
    'ok: o/heddle@v1, woken by CI',
  ]);
  expect(told({ remote: `${old}        with: { token: own }\n` })).toEqual(['ok: o/heddle@v1, woken by CI']);
  const unknown = mergerWorkflow({ ciWorkflows: ['CI'], uses: UNKNOWN_ACTION });
  expect(told({ remote: unknown })).toEqual([`problem: ${WORKFLOW_PATH} does not say where Heddle lives`]);
});

test('the exit is of the first problem, what needs attention is shown first, and a check that fails is a finding', () => {
  const findings: Finding[] = [
    { is: 'ok', check: 'a', says: '' },
    { is: 'warning', check: 'b', problem: '', hint: '' },
    findingOf('c', new TransientError('bd is busy.')),
    findingOf('d', new UserError('No token.', { hint: 'Log in', exit: 'access' })),
    findingOf('e', new TypeError('x is undefined')),
  ];
  expect(byUrgency(findings).map(({ check }) => check)).toEqual(['c', 'd', 'e', 'b', 'a']);
  expect(exitOf(findings)).toBe('transient');
  expect(exitOf(findings.slice(0, 2))).toBe('done');
  expect(findings[3]).toEqual({ is: 'problem', check: 'd', problem: 'No token', hint: 'Log in', exit: 'access' });
  expect(findings[4]).toMatchObject({ exit: 'bug' });
});
