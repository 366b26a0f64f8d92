/** What the spawner learns of pull requests that wait, and what that costs. */
import { beforeEach, expect, test } from '@jest/globals';
import { readSettings } from '../../src/config/settings.ts';
import { BOUNDS } from '../../src/domain/bounds.ts';
import { branchOf, issueId } from '../../src/domain/ids.ts';
import type { HandBackReader } from '../../src/ports/review.ts';
import { createReviews, isBeingUpdated, wantedOf } from '../../src/review/reviews.ts';
import type { Candidate, OpenPullRequest } from '../../src/review/view.ts';
import { fakeIssue } from '../fakes/beads.ts';
import { actionsSuite, candidate, check, head, now } from '../merger/views.ts';
import { pullRequest } from '../spawner/view-builder.ts';

let asked: string[] = [];
let shown: Candidate[] = [];
let attempts = { started: 1, complete: true };
const { onRed, onConflict } = readSettings('');
const options = { base: 'main', ownWorkflow: { path: 'heddle.yml', name: 'Heddle' }, onRed, onConflict };
const ids = [1, 2, 3].map((number) => issueId(`hd-1.${number}`));

const github: HandBackReader = {
  repository: async () =>
    told('repository', {
      defaultBranch: 'main',
      methods: ['merge'],
      config: '',
      rules: undefined,
      actionsToken: false,
      appToken: false,
    }),
  fileOn: async () => told('file', undefined),
  rulesOf: async () => told('rules', { required: [], methods: undefined, mergeQueue: false }),
  openPullRequests: async () =>
    told(
      'open',
      shown.map((one) => one.pullRequest),
    ),
  jobNames: async () => undefined,
  details: async (of) =>
    told(
      'details',
      new Map(of.map(({ number }) => [number, { checks: checksOf(number), comment: undefined, said: undefined }])),
    ),
  changedFiles: async ({ number }) => told(`files ${number}`, { paths: ['a'], complete: true }),
  mergeable: async (number) => told(`mergeable ${number}`, 'conflict'),
  attemptsOf: async (run) => told(`attempts ${run}`, attempts),
  logEnd: async () => undefined,
  requestedChanges: async () => [],
};

function told<T>(what: string, answer: T): T {
  asked.push(what);
  return answer;
}

function checksOf(number: number): Candidate['checks'] {
  return (shown.find((one) => one.pullRequest.number === number) ?? candidate()).checks;
}

/** As the spawner asks for them: each pushed its own head. */
const wanted = () =>
  shown.map((one, at) => ({
    task: ids[at] ?? issueId('hd-1.9'),
    round: 1,
    pullRequest: one.pullRequest.number,
    pushed: one.pullRequest.head,
    handedBack: {},
  }));
const show = (...changes: (Partial<OpenPullRequest> & { checks?: Candidate['checks'] })[]): void => {
  shown = changes.map(({ checks, ...change }, at) => ({
    ...candidate({}, { number: at + 1, ...change }),
    ...(checks === undefined ? {} : { checks }),
  }));
};

beforeEach(() => {
  asked = [];
  attempts = { started: 1, complete: true };
});

test('costs no request where nothing waits', async () => {
  expect((await createReviews(github, options).of([], now)).size).toBe(0);
  expect(asked).toEqual([]);
});

test('reads the rules once in a while, and the files of a head once', async () => {
  show({});
  const reviews = createReviews(github, options);
  expect((await reviews.of(wanted(), now)).get(issueId('hd-1.1'))?.way).toMatchObject({
    is: 'going on',
    waits: 'merge',
  });
  expect(asked).toEqual(['repository', 'rules', 'open', 'details', 'files 1']);
  asked = [];
  await reviews.of(wanted(), now);
  expect(asked).toEqual(['open', 'details']);
  asked = [];
  await reviews.of(wanted(), new Date(now.getTime() + BOUNDS.rulesAge.value + 1));
  expect(asked).toEqual(['repository', 'rules', 'open', 'details']);
});

test('asks for mergeability where GitHub has not computed it', async () => {
  show({ mergeable: 'unknown' });
  const found = await createReviews(github, options).of(wanted(), now);
  expect(found.get(issueId('hd-1.1'))?.way).toMatchObject({ is: 'hand back', handBack: { kind: 'conflict' } });
  expect(asked).toContain('mergeable 1');
});

test('counts how often a failed run was started, until GitHub will not start it again', async () => {
  const suite = actionsSuite('.github/workflows/ci.yml', { conclusion: 'failure', runId: 7 });
  const checks = { ...candidate().checks, suites: [suite], runs: [check({ suite, id: 3, conclusion: 'failure' })] };
  show({ checks });
  const reviews = createReviews(github, options);
  const way = async () => (await reviews.of(wanted(), now)).get(issueId('hd-1.1'))?.way;
  expect(await way()).toMatchObject({ is: 're-run', workflowRuns: [7] });
  expect(asked).toContain('attempts 7');
  reviews.notRunAgain(7);
  asked = [];
  expect(await way()).toMatchObject({ is: 'hand back', handBack: { kind: 'red' } });
  expect(asked).not.toContain('attempts 7');
});

test('of those that are behind, one at a time is brought up to date, and none while another is on its way', async () => {
  show({ behind: true }, { behind: true });
  const ways = async (isTaken?: boolean) =>
    [...(await createReviews(github, options).of(wanted(), now, isTaken)).values()].map(({ way }) => way.is);
  expect(await ways()).toEqual(['hand back', 'going on']);
  expect(await ways(true)).toEqual(['going on', 'going on']);
  show({ behind: true }, {});
  expect(await ways()).toEqual(['going on', 'going on']);
  const running = { ...candidate().checks, runs: [check({ complete: false, conclusion: undefined })] };
  show({ behind: true }, { checks: running });
  expect(await ways()).toEqual(['going on', 'going on']);
});

test('a branch is on its way as long as a worker that lives merges the base into it, and asks no agent', () => {
  const id = issueId('bd-e.1');
  const metadata = { phase: 'committed', round: 1, attempt: 1, waits: 'behind' } as const;
  const task = fakeIssue({ id, status: 'in_progress', metadata });
  const of = (change: Partial<typeof task>, atWork = [id]) => isBeingUpdated([{ ...task, ...change }], new Set(atWork));
  expect([of({}), of({}, [])]).toEqual([true, false]);
  expect([
    of({ metadata: { ...metadata, attempt: 2 } }),
    of({ metadata: { ...metadata, waits: 'red' } }),
    of({ metadata: { ...metadata, phase: 'pr_created' } }),
    of({ status: 'closed' }),
  ]).toEqual([false, false, false, false]);
});

test('a pull request that GitHub does not show just now is missing', async () => {
  show({});
  const all = wanted();
  shown = [];
  expect((await createReviews(github, options).of(all, now)).size).toBe(0);
});

test('only a task that was handed over, with an open pull request into the base, is asked about', () => {
  const id = issueId('bd-e.1');
  const metadata = { phase: 'pr_created', round: 1, head_sha: head, handed_back: { red: 1 } } as const;
  const task = fakeIssue({ id, status: 'in_progress', metadata });
  const of = (issue = task, change: Parameters<typeof pullRequest>[0] = {}) =>
    wantedOf([issue], new Map([[branchOf(id, 1), [pullRequest(change)]]]), 'main');
  expect(of()).toEqual([{ task: id, round: 1, pullRequest: 12, pushed: head, handedBack: { red: 1 } }]);
  expect(of({ ...task, metadata: { ...metadata, head_sha: 'what?' } })).toMatchObject([{ pushed: undefined }]);
  expect(of({ ...task, status: 'closed' })).toEqual([]);
  expect(of({ ...task, metadata: { ...metadata, phase: 'working' } })).toEqual([]);
  expect(of(task, { state: 'closed' })).toEqual([]);
  expect(of(task, { base: 'next' })).toEqual([]);
});
