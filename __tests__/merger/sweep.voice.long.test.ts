/** What a sweep says on a pull request: on the sandbox, over HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import { createClient } from '../../src/adapters/github/client.ts';
import { createMergerGitHub } from '../../src/adapters/github/merger.ts';
import { UserError } from '../../src/domain/errors.ts';
import { COMMENT_MARKER } from '../../src/merger/messages.ts';
import { addRule, createHarness, fastClock, type Harness, where } from './harness.ts';

let harness: Harness;
const commentsOn = async (number: number) =>
  (await harness.octokit.rest.issues.listComments({ ...where, issue_number: number })).data.map(
    ({ body, user }) => [user?.login, body] as const,
  );

afterEach(() => harness.end());

test('red CI is said on the pull request in one comment, which follows the verdict, and no label is set', async () => {
  harness = await createHarness();
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'person' }], trouble: undefined });
  await harness.sweep();
  const comments = async () => (await commentsOn(number)).map(([, body]) => body);
  expect(await comments()).toEqual([expect.stringContaining('checks failed: `ci/test` (failure)')]);
  await harness.report(head, 'pending');
  expect(await harness.sweep()).toMatchObject({ waiting: [{ waitsFor: 'time' }] });
  expect(await comments()).toEqual([expect.stringContaining('What Heddle asked for here is settled')]);
  await harness.report(head, 'success');
  expect((await harness.sweep()).merged).toHaveLength(1);
  expect(harness.sandbox.repository.pulls.get(number)?.labels).toEqual([]);
  expect([...harness.sandbox.repository.labels.keys()]).toEqual([]);
});

test('a comment that GitHub refuses keeps nothing from landing', async () => {
  harness = await createHarness();
  const { head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  await harness.sweep();
  await harness.report(head);
  const mute: typeof harness.github = {
    ...harness.github,
    async comment() {
      throw new UserError('GitHub refuses a comment', { hint: 'Allow it.', exit: 'access' });
    },
  };
  expect(await harness.sweep({ github: mute })).toMatchObject({
    merged: [{ task: 'hd-1.1' }],
    closed: [{ task: 'hd-1.1' }],
    trouble: { problem: 'GitHub refuses a comment' },
  });
});

test('only a comment of the token’s own account is edited, whoever else writes our marker', async () => {
  harness = await createHarness();
  const { sandbox } = harness;
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  const said = `it is said here\n${COMMENT_MARKER}`;
  const others = {
    acme: sandbox.tokens.user,
    grace: sandbox.tokens.userAs('grace', 'write'),
    // A person may be called as the bot is.
    'github-actions': sandbox.tokens.userAs('github-actions', 'write'),
    'another[bot]': sandbox.tokens.app(sandbox.addApp('another')),
  };
  for (const token of Object.values(others)) {
    await harness.as(token).rest.issues.createComment({ ...where, issue_number: number, body: said });
  }
  await harness.sweep();
  const ours = ['github-actions[bot]', expect.stringContaining('checks failed')];
  const theirs = Object.keys(others).map((login) => [login, said]);
  expect(await commentsOn(number)).toEqual([...theirs, ours]);
  await harness.report(head, 'pending');
  await harness.sweep();
  expect(await commentsOn(number)).toEqual([...theirs, ['github-actions[bot]', expect.stringContaining('is settled')]]);
});

test('a token of a person finds its own comment again', async () => {
  harness = await createHarness();
  const client = createClient({ token: harness.sandbox.tokens.user, apiUrl: harness.sandbox.url, clock: fastClock() });
  const github = createMergerGitHub(client, { owner: where.owner, name: where.repo });
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  for (const _ of [1, 2]) await harness.sweep({ github });
  expect(await commentsOn(number)).toEqual([['acme', expect.stringContaining('checks failed')]]);
});

const checksOn = async (head: string) => {
  const { data } = await harness.octokit.rest.checks.listForRef({ ...where, ref: head, filter: 'all' });
  return data.check_runs.map(({ name, status, conclusion, output, app }) => ({
    name,
    is: status === 'completed' ? conclusion : status,
    title: output.title,
    app: app?.slug,
  }));
};
const said = (is: string, title: string) => ({ name: 'heddle', app: 'github-actions', is, title });
const anyTitle = { name: 'heddle', title: expect.any(String), app: 'github-actions' };

test('the verdict stands beside the checks, in one check that is complete from the start and follows the verdict', async () => {
  harness = await createHarness();
  addRule(harness, { type: 'required_status_checks', contexts: [{ context: 'heddle' }], strict: false });
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'pending', 'ci/lint');
  await harness.report(head, 'pending');
  await harness.sweep();
  expect(await checksOn(head)).toEqual([said('neutral', 'Waits: checks have not all reported')]);
  await harness.report(head, 'success', 'ci/lint');
  await harness.writes();
  await harness.sweep();
  expect(await harness.writes()).toEqual([]);
  await harness.report(head, 'failure');
  await harness.sweep();
  expect(await checksOn(head)).toEqual([said('failure', 'Needs somebody: checks failed: ci/test (failure)')]);
  await harness.octokit.rest.issues.addLabels({ ...where, issue_number: number, labels: ['heddle:hold'] });
  await harness.report(head);
  await harness.sweep();
  expect(await checksOn(head)).toEqual([said('neutral', 'Waits: it is labelled heddle:hold')]);
  await harness.octokit.rest.issues.removeLabel({ ...where, issue_number: number, name: 'heddle:hold' });
  expect(await harness.sweep()).toMatchObject({ merged: [{ task: 'hd-1.1' }] });
  expect(await checksOn(head)).toEqual([said('success', 'Nothing keeps this from being merged')]);
});

test('its summary says of each rule what it looked at, and forbidden paths are marked, once', async () => {
  harness = await createHarness();
  const { number, head } = await harness.open('hd-1.1', { files: { '.github/settings.txt': 'x\n' } });
  await harness.sweep();
  for (const draft of [true, false]) {
    const pull = harness.sandbox.repository.pulls.get(number);
    if (pull !== undefined) pull.draft = draft;
    await harness.sweep();
  }
  const [run, ...more] = (await harness.octokit.rest.checks.listForRef({ ...where, ref: head })).data.check_runs;
  expect(more).toEqual([]);
  expect(run?.output.title).toBe('Needs somebody: it changes paths that tasks may not change: .github/settings.txt');
  expect(run?.output.summary?.split('\n').slice(2)).toEqual([
    '| rule | how it stands | what it looked at |',
    '| --- | --- | --- |',
    '| nobody has stopped it | in order | draft: no; labels: none |',
    '| its checks are green | in order | reported: `ci/test` (success); required: none |',
    '| its reviewers agree | in order | reviews: none; this head is not approved; needed for: none |',
    expect.stringMatching(/^\| it is small enough \| in order \| 1 changed lines, of at most \d+ \|$/),
    expect.stringMatching(
      /^\| it leaves alone .* \| it changes paths .* \| 1 changed paths; refused: `\.github\/\*\*`/,
    ),
    '| the base takes it | in order | GitHub has not computed conflicts; not held up by its age; method: merge |',
  ]);
  const annotations = await harness.octokit.rest.checks.listAnnotations({ ...where, check_run_id: run?.id ?? 0 });
  expect(annotations.data).toMatchObject([{ path: '.github/settings.txt', annotation_level: 'failure' }]);
});

test('a user’s token says the verdict by a commit status', async () => {
  harness = await createHarness();
  const client = createClient({ token: harness.sandbox.tokens.user, apiUrl: harness.sandbox.url, clock: fastClock() });
  const github = createMergerGitHub(client, { owner: where.owner, name: where.repo });
  const { head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'pending');
  for (const _ of [1, 2]) await harness.sweep({ github });
  await harness.report(head);
  expect(await harness.sweep({ github })).toMatchObject({ merged: [{ task: 'hd-1.1' }], trouble: undefined });
  const { data } = await harness.octokit.rest.repos.listCommitStatusesForRef({ ...where, ref: head });
  expect(
    data.filter(({ context }) => context === 'heddle').map(({ state, description }) => [state, description]),
  ).toEqual([
    ['success', 'Nothing keeps this from being merged'],
    ['pending', 'Waits: checks have not all reported'],
  ]);
  expect(await checksOn(head)).toEqual([]);
});

test('a token that may not make checks is asked once in a sweep, and says what it has to say by the comment alone', async () => {
  harness = await createHarness();
  const permissions = { contents: 'write', issues: 'write', pull_requests: 'write', checks: 'read' } as const;
  const token = harness.sandbox.tokens.actions(permissions);
  const client = createClient({ token, apiUrl: harness.sandbox.url, clock: fastClock() });
  const github = createMergerGitHub(client, { owner: where.owner, name: where.repo });
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  await harness.open('hd-1.2', { green: false });
  await harness.open('hd-1.3');
  await harness.writes();
  expect(await harness.sweep({ github })).toMatchObject({ merged: [{ task: 'hd-1.3' }], trouble: undefined });
  expect((await harness.writes()).filter((write) => write.includes('/check-runs'))).toHaveLength(1);
  expect(await commentsOn(number)).toEqual([['github-actions[bot]', expect.stringContaining('checks failed')]]);
});

test('a job that is called as the verdict is left alone', async () => {
  harness = await createHarness();
  const { head } = await harness.open('hd-1.1');
  const app = harness.as(harness.sandbox.tokens.app(harness.sandbox.addApp('ci')));
  await app.rest.checks.create({ ...where, name: 'heddle', head_sha: head, conclusion: 'failure' });
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'person' }] });
  expect(await checksOn(head)).toEqual([
    { ...anyTitle, is: 'failure' },
    { name: 'heddle', is: 'failure', title: null, app: 'ci' },
  ]);
});
