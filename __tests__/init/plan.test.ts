import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { recipesOf } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { readSettings } from '../../src/config/settings.ts';
import { configText } from '../../src/init/files.ts';
import { nextSteps } from '../../src/init/messages.ts';
import { type Found, planInit, prefixOf, UNKNOWN_ACTION, type Wanted } from '../../src/init/plan.ts';
import { justfileLine, recipeFileText } from '../../src/init/recipes.ts';
import { ciWorkflowNames, isMergerWorkflow, readMergerWorkflow } from '../../src/init/workflows.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';

const SHA = 'a'.repeat(40);
const CI = { path: '.github/workflows/ci.yml', text: 'name: Tests\non: [push, pull_request]\njobs: {}\n' };
const recipes = recipesOf(commands, 'heddle.just');
const nothing: Wanted = { action: undefined, knownAction: `weavers/heddle@${SHA}`, prefix: undefined, recipes };

function found(changes: Partial<Found> = {}): Found {
  return {
    names: ['.git', 'README.md'],
    scripts: [],
    hasCi: true,
    files: new Map(),
    workflows: [CI],
    beads: { is: 'there', issues: 3 },
    committed: undefined,
    staged: [],
    changed: [],
    identity: 'A Weaver <weaver@example.com>',
    remoteUrl: 'https://github.com/octo/shop.git',
    folderName: 'shop',
    ...changes,
  };
}

const written = (plan: ReturnType<typeof planInit>) =>
  new Map(plan.steps.flatMap((step) => (step.do === 'write' ? [[step.path, step.text]] : [])));
const stepsOf = (plan: ReturnType<typeof planInit>) => plan.steps.map((step) => step.do);

test('an empty repository gets heddle.yml, the workflow, the prompt and the recipes', () => {
  expect([...written(planInit(found(), nothing)).keys()]).toEqual([
    'heddle.yml',
    '.github/workflows/heddle.yml',
    '.heddle/prompt.md',
    'heddle.just',
    'justfile',
  ]);
});

test('what init has written is there the next time, and nothing is left to do', () => {
  const first = planInit(found(), nothing);
  const names = ['justfile', 'heddle.just', 'heddle.yml'];
  const again = planInit(found({ files: written(first), names }), nothing);
  expect(again).toMatchObject({ steps: [], differing: [], justfile: undefined });
  expect(again.same).toHaveLength(4);
});

test('init writes a recipe for each command that Heddle’s own justfile has one for, but for init itself', () => {
  const namesIn = (text: string) => [...text.matchAll(/^@([a-z]+) \*args:$/gm)].map(([, name]) => name);
  const own = readFileSync(join(import.meta.dirname, '../../justfile'), 'utf8').split('# end: commands')[0] ?? '';
  const recipe = written(planInit(found(), nothing)).get('heddle.just') ?? '';
  expect(namesIn(recipe)).toEqual(namesIn(own).filter((name) => name !== 'init'));
});

test('a file that the user has edited stays, and what differs is said', () => {
  const files = new Map(written(planInit(found(), nothing)));
  files.set('heddle.yml', 'verify: npm test\n');
  files.set(WORKFLOW_PATH, files.get(WORKFLOW_PATH)?.replace('ubuntu-latest', 'my-runner') ?? '');
  const plan = planInit(found({ files }), nothing);
  expect(written(plan).has('heddle.yml')).toBe(false);
  const differing = new Map(plan.differing.map(({ path, differs }) => [path, differs]));
  expect(differing.get('heddle.yml')).toContain('- verify: npm test');
  expect(differing.get(WORKFLOW_PATH)).toEqual(['-     runs-on: my-runner', '+     runs-on: ubuntu-latest']);
});

test('the workflow listens to the CI workflows by their real names, and never to itself', () => {
  const workflows = [
    CI,
    { path: '.github/workflows/lint.yml', text: 'on: pull_request\njobs: {}\n' },
    { path: '.github/workflows/quotes.yml', text: 'name: "It\'s: 100%"\non:\n  push:\n    branches: [main]\n' },
    { path: WORKFLOW_PATH, text: mergerWorkflow({ ciWorkflows: [], uses: './' }) },
    { path: '.github/workflows/release.yml', text: 'name: Release\non:\n  push:\n    tags: [v*]\n' },
    { path: '.github/workflows/nightly.yml', text: 'name: Nightly\non:\n  schedule: [{ cron: "0 0 * * *" }]\n' },
    { path: '.github/workflows/broken.yml', text: 'name: [\n' },
  ];
  const text = written(planInit(found({ workflows }), nothing)).get(WORKFLOW_PATH) ?? '';
  expect(parse(text).on.workflow_run.workflows).toEqual(['.github/workflows/lint.yml', "It's: 100%", 'Tests']);
});

test('without a CI workflow, workflow_run is left out, and both the file and init say so', () => {
  const plan = planInit(found({ workflows: [], hasCi: false }), nothing);
  const text = written(plan).get(WORKFLOW_PATH) ?? '';
  expect(parse(text).on).not.toHaveProperty('workflow_run');
  expect(text).toContain('workflow_run');
  expect(nextSteps(plan, []).join('\n')).toContain('checks: none');
});

test('the workflow uses the Heddle that was asked for, else the one that the file has, else this one', () => {
  const uses = (files: ReadonlyMap<string, string>, wanted: Partial<Wanted>) => {
    const plan = planInit(found({ files }), { ...nothing, ...wanted });
    const text = written(plan).get(WORKFLOW_PATH) ?? files.get(WORKFLOW_PATH) ?? '';
    return { uses: readMergerWorkflow(text)?.uses, differing: plan.differing.length, unknown: plan.actionUnknown };
  };
  const mine = new Map([[WORKFLOW_PATH, mergerWorkflow({ ciWorkflows: ['Tests'], uses: `mine/heddle@${SHA}` })]]);
  expect(uses(new Map(), {})).toEqual({ uses: nothing.knownAction, differing: 0, unknown: false });
  expect(uses(new Map(), { action: 'o/heddle@v1' })).toEqual({ uses: 'o/heddle@v1', differing: 0, unknown: false });
  expect(uses(mine, {})).toEqual({ uses: `mine/heddle@${SHA}`, differing: 0, unknown: false });
  expect(uses(mine, { action: 'o/heddle@v1' })).toEqual({ uses: `mine/heddle@${SHA}`, differing: 1, unknown: false });
});

test('where Heddle lives is asked for when it cannot be known, and nobody can own what stands there until then', () => {
  const plan = planInit(found(), { ...nothing, knownAction: undefined });
  expect(plan.actionUnknown).toBe(true);
  expect(UNKNOWN_ACTION).toMatch(/@0{40}$/);
  expect(nextSteps(plan, []).join('\n')).toContain('--action OWNER/heddle@SHA');
  // As init has written it, it is filled in; once a person has changed something else in it, it is theirs, and still asked for.
  const text = written(plan).get(WORKFLOW_PATH) ?? '';
  const again = (there: string, wanted: Partial<Wanted>) =>
    planInit(found({ files: new Map([[WORKFLOW_PATH, there]]) }), { ...nothing, knownAction: undefined, ...wanted });
  for (const wanted of [{ action: 'o/heddle@v1' }, { knownAction: 'o/heddle@v1' }]) {
    const filled = again(text, wanted);
    expect(written(filled).get(WORKFLOW_PATH)).toBe(text.replace(UNKNOWN_ACTION, 'o/heddle@v1'));
    expect(filled.actionUnknown).toBe(false);
    const edited = again(text.replace('ubuntu-latest', 'my-runner'), wanted);
    expect({ unknown: edited.actionUnknown, writes: written(edited).has(WORKFLOW_PATH) }).toEqual({
      unknown: true,
      writes: false,
    });
  }
  expect(again(text, {})).toMatchObject({ actionUnknown: true, differing: [] });
  expect(() => planInit(found(), { ...nothing, action: 'heddle; rm -rf .' })).toThrow(/no reference to an action/);
});

test('a prefix that cannot begin the ids of issues is refused, also where Beads is there already', () => {
  for (const prefix of ['', 'Shop', '1shop', 'shop.a', `s${'h'.repeat(31)}`]) {
    expect(() => planInit(found(), { ...nothing, prefix })).toThrow(/cannot begin the ids of issues/);
  }
  const { steps } = planInit(found({ beads: { is: 'absent' } }), { ...nothing, prefix: 'my-shop2' });
  expect(steps[0]).toEqual({ do: 'set up beads', prefix: 'my-shop2' });
});

test('Beads is set up where it is missing, and committed lines are read into it', () => {
  const absent = { is: 'absent' } as const;
  expect(planInit(found({ beads: absent }), nothing).steps[0]).toEqual({ do: 'set up beads', prefix: 'shop' });
  const lines = ['{"_type":"issue","id":"my-app-a1b.2"}', '{"id":"my-app-x"}'];
  const committed = { from: 'there', text: `${lines.join('\n')}\n`, show: 'cat there' };
  const clone = planInit(found({ beads: absent, committed }), nothing).steps.slice(0, 2);
  expect(clone).toEqual([
    { do: 'set up beads', prefix: 'my-app' },
    { do: 'import lines', from: 'there', lines },
  ]);
  // A set-up that was cut off between its two calls goes on with the second.
  expect(stepsOf(planInit(found({ beads: { is: 'there', issues: 0 }, committed }), nothing))[0]).toBe('import lines');
  expect(stepsOf(planInit(found({ committed }), nothing))).not.toContain('import lines');
});

test('committed lines are read however they are spelled, and not at all while one of them cannot be', () => {
  const committed = { from: 'FILE', text: '\ufeff { "id": "my-app-x" }\r\n\r\n{"id":"my-app-y"}', show: 'cat FILE' };
  expect(planInit(found({ beads: { is: 'absent' }, committed }), nothing).steps.slice(0, 2)).toEqual([
    { do: 'set up beads', prefix: 'my-app' },
    { do: 'import lines', from: 'FILE', lines: ['{ "id": "my-app-x" }', '{"id":"my-app-y"}'] },
  ]);
  const broken = { ...committed, text: `${committed.text}\n{"id":"my-app-z"` };
  expect(() => planInit(found({ beads: { is: 'absent' }, committed: broken }), nothing)).toThrow(
    'The committed issues cannot be imported: line 4 of FILE is no JSON object.',
  );
});

test('nothing of the user’s gets into the commit that setting up Beads makes', () => {
  const absent = { is: 'absent' } as const;
  const refusal = (changes: Partial<Found>) => {
    try {
      planInit(found({ beads: absent, ...changes }), nothing);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(refusal({ staged: ['secret.txt'] })).toMatchObject({ exit: 'repository', message: /secret\.txt/ });
  expect(refusal({ changed: ['.gitignore'] })).toMatchObject({ exit: 'repository' });
  expect(refusal({ identity: undefined })).toMatchObject({ exit: 'repository', message: /who you are/ });
  expect(refusal({ remoteUrl: 'https://me:ghp_secret@github.com/o/r.git' })).toMatchObject({ exit: 'repository' });
  expect(String(refusal({ remoteUrl: 'https://me:ghp_secret@github.com/o/r.git' }))).not.toContain('ghp_secret');
  expect(refusal({ changed: ['src/a.ts'], remoteUrl: 'git@github.com:o/r.git' })).toBeUndefined();
  // Where Beads is there already, no commit is made, so nothing is in the way.
  expect(() => planInit(found({ staged: ['a'] }), nothing)).not.toThrow();
});

test('a prefix is plain enough to begin a branch', () => {
  expect(['My App', '2048-game', '_x_', 'Größe', '日本'].map(prefixOf)).toEqual([
    'my-app',
    'game',
    'x',
    'gr-e',
    'task',
  ]);
});

test('heddle.yml changes nothing until somebody takes a comment sign away, and suggests what the repository is', () => {
  const text = configText({ names: ['package.json', 'package-lock.json'], scripts: ['test'], hasCi: false });
  expect(readSettings(text)).toEqual(readSettings(''));
  expect(readSettings(text.replaceAll(/^#(?=[a-z_]+:| {2})/gm, ''))).toMatchObject({
    worktree: { setup: 'npm ci' },
    verify: 'npm test',
    merge: { checks: 'none' },
  });
  const watched = configText({ names: ['go.mod', 'tests', 'Makefile'], scripts: [], hasCi: true });
  expect(watched).toContain("#review:\n#  needs_review: ['tests/**', '**/*.test.*', 'Makefile']\n");
  expect(readSettings(watched).needsReview).toEqual([]);
  expect(readSettings(watched.replaceAll(/^#(?=review:| {2}needs_review)/gm, '')).needsReview).toEqual([
    'tests/**',
    '**/*.test.*',
    'Makefile',
  ]);
  expect(configText({ names: ['go.mod'], scripts: [], hasCi: true })).toContain(
    '#verify: go vet ./... && go test ./...',
  );
});

test('a justfile of the user’s stays as it is; the line that it needs is said, as a module where names would collide', () => {
  expect(justfileLine('build:\n  make\n', recipes)).toEqual({
    line: "import 'heddle.just'",
    there: false,
    call: 'just spawn',
  });
  expect(justfileLine("import './heddle.just'\n", recipes)).toMatchObject({ there: true });
  expect(justfileLine('status := "x"\n\n@sync *args:\n  x\n', recipes)).toMatchObject({
    line: 'mod heddle',
    there: false,
  });
  expect(justfileLine('status := "x"\n', recipes)).toMatchObject({ line: "import 'heddle.just'" });
  expect(justfileLine('mod heddle\n\nsync:\n', recipes)).toEqual({
    line: 'mod heddle',
    there: true,
    call: 'just heddle spawn',
  });
  const plan = planInit(found({ names: ['Justfile'], files: new Map([['Justfile', 'sync:\n  x\n']]) }), nothing);
  expect(written(plan).has('justfile')).toBe(false);
  expect(plan.justfile).toEqual({ path: 'Justfile', line: 'mod heddle', call: 'just heddle spawn' });
  expect(recipeFileText(recipes)).not.toMatch(/^set /m);
});

test('names of workflows are told apart from what wakes them', () => {
  expect(ciWorkflowNames([{ path: 'a.yml', text: 'name: A\non: workflow_dispatch\n' }], 'x')).toEqual([]);
  expect(readMergerWorkflow('on: push\njobs: {}\n')).toEqual({ triggers: [], uses: undefined, mayCheck: true });
  expect(isMergerWorkflow(mergerWorkflow({ ciWorkflows: [], uses: 'o/heddle@v1' }))).toBe(true);
  expect(isMergerWorkflow(CI.text)).toBe(false);
});
