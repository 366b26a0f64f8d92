import { afterEach, expect, test } from '@jest/globals';
import { issueId } from '../../src/domain/ids.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import { markerText } from '../../src/domain/marker.ts';
import { addRule, createHarness, type Harness, publishedLine, where } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

const commentsOn = async (number: number) =>
  (await harness.octokit.rest.issues.listComments({ ...where, issue_number: number })).data.map(
    ({ body }) => body ?? '',
  );

test('a pull request that is none of ours gets no write', async () => {
  harness = await createHarness({ lines: [publishedLine('hd-1.1', 2), publishedLine('hd-1.2')] });
  const reader = harness.as(harness.sandbox.tokens.userAs('eve', 'read'));
  await harness.branch('feature', { 'a.txt': 'a' });
  await harness.open('hd-1.2', { branch: 'feature2', body: 'Nothing to see.' });
  await harness.open('hd-1.2', { branch: 'heddle/hd-9/1' });
  await harness.open('hd-1.1', { round: 1 });
  await harness.open('hd-7', {});
  const fork = await harness.sandbox.fork(harness.sandbox.repository, 'eve');
  const name = 'heddle/hd-1.2/1';
  await harness.git(
    'push',
    '--quiet',
    harness.sandbox.gitUrlWith(harness.sandbox.tokens.userAs('eve'), fork),
    `main:${name}`,
  );
  await harness.git('checkout', '--quiet', '-B', name, 'main');
  await harness.git('commit', '--quiet', '--allow-empty', '--message', 'forged');
  await harness.git(
    'push',
    '--quiet',
    '--force',
    harness.sandbox.gitUrlWith(harness.sandbox.tokens.userAs('eve'), fork),
    name,
  );
  harness.sandbox.tokens.userAs('eve', 'read');
  await reader.rest.pulls.create({
    ...where,
    head: `eve:${name}`,
    base: 'main',
    title: 'forged',
    body: markerText({ task: issueId('hd-1.2'), round: 1 }),
  });
  await harness.writes();
  const report = await harness.sweep();
  expect(await harness.writes()).toEqual([]);
  expect(report.merged).toEqual([]);
  expect(report.waiting.every(({ waitsFor }) => waitsFor === 'left alone')).toBe(true);
  const said = report.waiting.map(({ reasons }) => reasons[0]?.problem);
  expect(said).toEqual([
    'its branch is not the one of the task that it names',
    'hd-1.1 has begun a newer round',
    'hd-7 is not published on the state branch, `main`, for this round',
    'it comes from a fork',
  ]);
});

test('drafts and held pull requests are never merged', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1', { draft: true });
  const { number } = await harness.open('hd-1.2');
  await harness.octokit.rest.issues.addLabels({ ...where, issue_number: number, labels: ['heddle:hold'] });
  expect(await harness.sweep()).toMatchObject({
    merged: [],
    waiting: [{ waitsFor: 'its author' }, { waitsFor: 'its author' }],
  });
  await harness.octokit.rest.issues.removeLabel({ ...where, issue_number: number, name: 'heddle:hold' });
  expect((await harness.sweep()).merged).toHaveLength(1);
});

test('a conflict needs a person, and others go on', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1', { files: { 'src/one.txt': 'mine\n' } });
  const { number } = await harness.open('hd-1.2', { files: { 'src/one.txt': 'yours\n' } });
  await harness.open('hd-1.3');
  const report = await harness.sweep();
  expect(report.merged.map(({ task }) => task)).toEqual(['hd-1.1', 'hd-1.3']);
  expect(report.waiting).toMatchObject([{ pullRequest: number, waitsFor: 'person' }]);
  expect(await commentsOn(number)).toEqual([expect.stringContaining('it conflicts with the base')]);
});

test('a file renamed out of a forbidden path is refused', async () => {
  harness = await createHarness();
  await harness.branch('main', { '.github/settings.txt': `${'same\n'.repeat(30)}` });
  await harness.git('checkout', '--quiet', '-B', 'heddle/hd-1.1/1', 'main');
  await harness.git('mv', '.github/settings.txt', 'settings.txt');
  const { number } = await harness.open('hd-1.1', { from: 'HEAD', files: { 'src/other.txt': 'x\n' } });
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ pullRequest: number, waitsFor: 'person' }] });
  expect((await commentsOn(number))[0]).toContain('`.github/settings.txt`');
});

test('a head without any check is not merged, unless heddle.yml says that there are none', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1', { green: false });
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'time' }] });
  await harness.branch('main', { 'heddle.yml': 'merge:\n  checks: none\n' });
  expect((await harness.sweep()).merged).toHaveLength(1);
});

test('a check that GitHub requires, or heddle.yml, is waited for though all others are green', async () => {
  harness = await createHarness({ config: 'merge:\n  required: [e2e]\n' });
  addRule(harness, { type: 'required_status_checks', contexts: [{ context: 'build' }] });
  const { head } = await harness.open('hd-1.1');
  const waiting = async () => (await harness.sweep()).waiting[0]?.reasons[0]?.problem;
  expect(await waiting()).toContain('required checks have not reported: `build`, `e2e`');
  await harness.report(head, 'success', 'build');
  expect(await waiting()).toContain('required checks have not reported: `e2e`');
});

test('where the base takes only branches that are up to date, one that is behind waits for its worker', async () => {
  harness = await createHarness();
  addRule(harness, { type: 'required_status_checks', contexts: [{ context: 'ci/test' }], strict: true });
  await harness.open('hd-1.1');
  const { number } = await harness.open('hd-1.2');
  const report = await harness.sweep();
  expect(report.merged.map(({ task }) => task)).toEqual(['hd-1.1']);
  expect(report.waiting).toMatchObject([{ pullRequest: number, waitsFor: 'time' }]);
  expect(await commentsOn(number)).toEqual([]);
});

test('a reviewer who asks for changes holds it up, also where no rule asks for reviews', async () => {
  harness = await createHarness();
  const { number } = await harness.open('hd-1.1');
  const reviewAs = (token: string, event: 'REQUEST_CHANGES' | 'APPROVE') =>
    harness.as(token).rest.pulls.createReview({ ...where, pull_number: number, event, body: 'So?' });
  const reviewer = harness.sandbox.tokens.userAs('grace', 'write');
  await reviewAs(reviewer, 'REQUEST_CHANGES');
  await reviewAs(harness.sandbox.tokens.userAs('eve', 'read'), 'APPROVE');
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ pullRequest: number, waitsFor: 'person' }] });
  expect(await commentsOn(number)).toEqual([expect.stringContaining('a reviewer asks for changes')]);
  await reviewAs(reviewer, 'APPROVE');
  expect((await harness.sweep()).merged).toHaveLength(1);
});

test('one who may not write holds nothing up by asking for changes', async () => {
  harness = await createHarness();
  const { number } = await harness.open('hd-1.1');
  const stranger = harness.as(harness.sandbox.tokens.userAs('eve', 'read'));
  await stranger.rest.pulls.createReview({ ...where, pull_number: number, event: 'REQUEST_CHANGES', body: 'No.' });
  expect((await harness.sweep()).merged).toHaveLength(1);
});

test('an author whom the token sees as a stranger is trusted when GitHub says that they may write', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1', { as: harness.as(harness.sandbox.tokens.userAs('grace', 'write')) });
  await harness.open('hd-1.2', { as: harness.as(harness.sandbox.tokens.userAs('eve', 'read')) });
  const github: typeof harness.github = {
    ...harness.github,
    async openPullRequests(base) {
      const open = await harness.github.openPullRequests(base);
      return open.map((one) => ({ ...one, author: { ...one.author, association: 'CONTRIBUTOR' } }));
    },
  };
  const report = await harness.sweep({ github });
  expect(report.merged.map(({ task }) => task)).toEqual(['hd-1.1']);
  expect(report.waiting).toMatchObject([{ task: 'hd-1.2', waitsFor: 'left alone' }]);
});

test('a base that wants a linear history gets no merge commit', async () => {
  harness = await createHarness({ repository: { allowSquashMerge: true } });
  addRule(harness, { type: 'required_linear_history' });
  await harness.open('hd-1.1');
  expect((await harness.sweep()).merged).toHaveLength(1);
  await harness.git('fetch', '--quiet', 'origin', 'main');
  expect(await harness.git('rev-list', '--merges', 'FETCH_HEAD')).toBe('');
});

test('a person closes a task: its pull request is not merged', async () => {
  const closed = publishedLine('hd-1.1').replace(
    '"status":"open"',
    '"status":"closed","closed_at":"2026-11-02T00:00:00Z"',
  );
  harness = await createHarness({ lines: [closed] });
  await harness.open('hd-1.1');
  await harness.writes();
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'left alone' }] });
  expect(await harness.writes()).toEqual([]);
});

test('a state branch that refuses the close is told with what repairs it, and the merge stands', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  addRule(harness, { type: 'pull_request', approvals: 0 });
  const report = await harness.sweep();
  expect(report).toMatchObject({ merged: [{ task: 'hd-1.1' }], closed: [] });
  expect(report.trouble?.hint).toContain('`state_branch`');
});

test('the lines are read and closed on the state branch that heddle.yml names', async () => {
  harness = await createHarness({ config: 'state_branch: beads\n', lines: [publishedLine('hd-1.9')] });
  await harness.git('checkout', '--quiet', 'main');
  await harness.commitTo('beads', { [ISSUES_PATH]: `${publishedLine('hd-1.1')}\n` });
  await harness.open('hd-1.1');
  expect(await harness.sweep()).toMatchObject({ merged: [{ task: 'hd-1.1' }], closed: [{ task: 'hd-1.1' }] });
  expect(await harness.headline('beads')).toBe('beads: close hd-1.1 [skip ci]');
  expect((await harness.lines('main')).get('hd-1.9')?.status).toBe('open');
});

test('a line that another writer of JSON has spelled its own way is merged, and closed, and keeps its spelling', async () => {
  const spaced = publishedLine('hd-1.1').replaceAll('":', '": ').replaceAll(',"', ', "').replace('"hd-', '"\\u0068d-');
  harness = await createHarness({ lines: [`${spaced}\r`, publishedLine('hd-1.2')] });
  await harness.open('hd-1.1');
  expect(await harness.sweep()).toMatchObject({ merged: [{ task: 'hd-1.1' }], closed: [{ task: 'hd-1.1' }] });
  expect(await harness.sweep()).toMatchObject({ merged: [], closed: [], trouble: undefined });
  const after = (await harness.lines()).get('hd-1.1')?.text ?? '';
  expect(after).toContain('"id": "\\u0068d-1.1", "title": "Task hd-1.1", "status": "closed", "priority": 2,');
  expect(after.endsWith('}\r')).toBe(true);
});

test('the method is the one that the repository allows', async () => {
  harness = await createHarness({
    repository: { allowMergeCommit: false, allowSquashMerge: true, allowRebaseMerge: false },
  });
  const { head } = await harness.open('hd-1.1');
  const { merged } = await harness.sweep();
  expect(merged).toHaveLength(1);
  await harness.git('fetch', '--quiet', 'origin', 'main');
  expect(await harness.git('rev-list', '--merges', 'FETCH_HEAD')).toBe('');
  expect(merged[0]?.commit).not.toBe(head);
});

test('a broken heddle.yml stops the sweep before anything is done', async () => {
  harness = await createHarness({ config: 'merge:\n  chekcs: none\n' });
  await harness.open('hd-1.1');
  await expect(harness.sweep()).rejects.toThrow('heddle.yml:2: `merge.chekcs`');
});
