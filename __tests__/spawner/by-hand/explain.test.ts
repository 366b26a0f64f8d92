/** Why one task is where it is, on a world in memory; and that status says the same. */
import { describe, expect, test } from '@jest/globals';
import type { IssueId } from '../../../src/domain/ids.ts';
import type { Issue, Metadata } from '../../../src/domain/issue.ts';
import type { Way } from '../../../src/review/hand-back.ts';
import type { Reason } from '../../../src/review/review.ts';
import { type Asked, explain } from '../../../src/spawner/by-hand/explain.ts';
import { describeExplanation } from '../../../src/spawner/by-hand/messages.ts';
import { statusOf } from '../../../src/spawner/by-hand/status.ts';
import { SENTENCES } from '../../../src/spawner/messages/standings.ts';
import { fakeIssue } from '../../fakes/beads.ts';
import { FakeReviews } from '../../fakes/reviews.ts';
import { candidate } from '../../merger/views.ts';
import { readers } from '../readers.ts';
import { EPIC, epic, pullRequest, settings, TASK, taken, task, waitsFor, worker } from '../view-builder.ts';

const names = { base: 'main', state: 'main', remote: 'origin' };
const url = 'https://example.invalid/pull/12';
const spawn = `heddle spawn --epic ${EPIC} (where none is running)`;
const red: Reason = { is: 'check failed', checks: [{ name: 'unit', conclusion: 'failure' }] };
const waiting = (metadata: Metadata = {}) =>
  taken({ metadata: { phase: 'pr_created', round: 1, attempt: 1, pr_number: 12, ...metadata } });

type Parts = Parameters<typeof readers>[0] & { way?: Way; slots?: number };

function world({ way, ...parts }: Parts) {
  const { seen, looks } = readers({ requests: [], ...parts });
  const reviews = new FakeReviews();
  if (way !== undefined) reviews.shown = new Map([[TASK, { pullRequest: candidate().pullRequest, way }]]);
  return { seen: { ...seen, reviews }, looks };
}

async function explained(parts: Parts, asked: Asked = { task: TASK }) {
  const limits = { ...settings, maxParallel: parts.slots ?? settings.maxParallel };
  const found = await explain(world(parts).seen, names, limits, asked);
  const rows = await statusOf(world(parts).seen, names, limits, EPIC, () => undefined);
  return { ...found, lines: describeExplanation(found), status: rows.find((row) => row.task === TASK)?.why };
}
const inReview = (way: Way, metadata: Metadata = {}) =>
  explained({ issues: [epic(), waiting(metadata)], requests: [pullRequest()], way });

describe('a task that is not started', () => {
  test('and could be, says who starts it, in the words of status', async () => {
    const { lines, status } = await explained({ issues: [epic(), task({ title: 'Weave' })] });
    expect(lines).toEqual([
      `${TASK}  Weave`,
      'Not started: ready',
      'Has to happen: A worker has to be started.',
      'Moves next: the spawner, with its next pass',
      `Type: ${spawn}`,
    ]);
    expect(status).toBe('ready');
  });

  test('waits for a chain: each link with who moves it, whatever epic it is of, and no link twice', async () => {
    const second = fakeIssue({ id: 'bd-f', type: 'epic' });
    const issues = [
      epic(),
      second,
      task(waitsFor('bd-e.2', 'bd-e.3')),
      task({ ...waitsFor('bd-f'), title: 'Two' }, 'bd-e.2'),
      task({ title: 'Three', assignee: 'alice' }, 'bd-e.3'),
      task({ ...waitsFor('bd-e.3', 'bd-gone'), title: 'Of another epic' }, 'bd-f.1'),
    ];
    const { chain, lines, status, not } = await explained({ issues });
    expect(not).toBe('started');
    expect(lines).toContain('Not started: waits for bd-e.2, bd-e.3');
    expect(status).toBe('waits for bd-e.2, bd-e.3');
    expect(chain.map(({ task: id, why, mover }) => [id, why, mover])).toEqual([
      ['bd-e.2', 'waits for bd-f', 'whoever has what it waits for'],
      ['bd-f', 'it is open until all below it is closed', 'whoever has what is below it'],
      ['bd-f.1', 'waits for bd-e.3, bd-gone', 'whoever has what it waits for'],
      ['bd-e.3', 'needs a person: alice has it', 'alice'],
      ['bd-gone', 'Beads has no such issue', 'you'],
    ]);
    expect(lines).toContain(
      `  bd-e.3 (Three): needs a person: alice has it; moves next: alice; type: bd update bd-e.3 --status open --assignee ''`,
    );
  });

  test('waits for a worker to end where all slots are taken', async () => {
    const other = taken({}, 'bd-e.2');
    const tagged = [worker({ task: 'bd-e.2' as IssueId })];
    expect(await explained({ issues: [epic(), task(), other], tagged, slots: 1 })).toMatchObject({
      not: 'started',
      why: 'waits for a worker to end',
      status: 'waits for a worker to end',
      needs: 'One of the workers has to end, or `max_parallel` to be raised.',
    });
  });

  test('is below no epic, so no spawner takes it', async () => {
    const alone = fakeIssue({ id: 'bd-alone' });
    const found = await explain(world({ issues: [epic(), task(), alone] }).seen, names, settings, { task: 'bd-alone' });
    expect(found).toMatchObject({ not: 'started', mover: 'you', next: 'bd update bd-alone --parent EPIC' });
  });

  test('needs a person, with the same command as status', async () => {
    const found = await explained({ issues: [epic(), task({ status: 'deferred' })] });
    expect(found).toMatchObject({ not: 'started', mover: 'you', next: `bd update ${TASK} --status open` });
    expect(found.lines).toContain('Not started: needs a person: its status is deferred');
  });
});

describe('a task that is not merged', () => {
  test('is being worked on, and says what it was handed back for', async () => {
    const metadata: Metadata = {
      phase: 'working',
      attempt: 1,
      waits: 'red',
      reason: 'checks failed: `unit` (failure)',
      handed_back: { red: 2 },
    };
    const found = await explained({ issues: [epic(), taken({ metadata })], tagged: [worker()] });
    expect(found).toMatchObject({ not: 'merged', waits: 'red', mover: 'its worker', next: `heddle logs ${TASK} -f` });
    expect(found.lines).toContain(
      'Not merged: working (process 7). Its worker has its pull request back. checks failed: `unit` (failure)',
    );
    expect(found.lines).toContain('Was handed back in this round: red 2');
  });

  test('is tried again later, at what time and why', async () => {
    const retry_at = '2026-11-20T13:00:00Z';
    const metadata: Metadata = { phase: 'working', attempt: 1, reason: 'verify failed', retry_at };
    expect(await explained({ issues: [epic(), taken({ metadata })] })).toMatchObject({
      not: 'merged',
      why: `tried again at ${retry_at}: verify failed`,
      status: `tried again at ${retry_at}: verify failed`,
      waits: 'retry',
      mover: 'the spawner, when it has come',
    });
  });

  test('goes back to its worker: every reason with its advice, and the sentence that status and Beads have', async () => {
    const handBack = { kind: 'red', counts: { red: 1, changes: 1 }, reason: 'x' } as const;
    const found = await inReview({ is: 'hand back', handBack, reasons: [red, { is: 'changes requested' }] });
    expect(found).toMatchObject({ not: 'merged', waits: 'red', why: `${SENTENCES.red} ${url}`, pullRequest: 12 });
    expect(found.status).toBe(found.why);
    expect(found.lines).toEqual([
      `${TASK}  Task ${TASK}`,
      `Not merged: A check failed; its worker is to repair that. ${url}`,
      'Against it:',
      '  checks failed: `unit` (failure). Push a fix to the branch, or run the check again if it failed by chance or was cancelled.',
      '  a reviewer asks for changes. Push the changes, then have the review renewed or dismissed.',
      'Has to happen: Its worker has to push what is asked for.',
      'Moves next: the spawner, which starts its worker again',
      `Type: ${spawn}`,
    ]);
  });

  test('needs a person, and status names the checks as well', async () => {
    const found = await inReview({
      is: 'person',
      after: ['red'],
      reasons: [red, { is: 'too large', lines: 9, limit: 1 }],
    });
    expect(found).toMatchObject({ waits: 'person', mover: 'you', next: `heddle retry ${TASK}` });
    expect(found.against).toHaveLength(2);
    expect(found.status).toMatch(
      /checks failed: `unit` \(failure\); it changes 9 lines, more than the limit of 1: https/,
    );
    expect(found.why).toBe(found.status);
  });

  test.each([
    ['checks', 'the CI', 'gh pr checks 12'],
    ['review', 'a reviewer', 'gh pr review 12 --approve'],
    ['merge', 'the merger, with its next sweep', 'heddle merge'],
  ] as const)('waits for %s, which is the move of %s', async (waits, mover, next) => {
    expect(await inReview({ is: 'going on', waits, reasons: [] })).toMatchObject({ waits, mover, next });
  });

  test('is stopped by whoever made its pull request a draft', async () => {
    const requests = [pullRequest({ draft: true })];
    expect(await explained({ issues: [epic(), waiting()], requests })).toMatchObject({
      waits: 'draft',
      mover: 'whoever stopped it',
      next: 'gh pr ready 12',
    });
  });
});

test('a task that has landed waits for the merger to close it, one that is closed for nothing', async () => {
  const requests = [pullRequest({ state: 'merged' })];
  expect(await explained({ issues: [epic(), waiting()], requests })).toMatchObject({
    not: 'closed',
    waits: 'close',
    mover: 'the merger, with its next sweep',
  });
  const closed = task({ status: 'closed', title: 'Weave', closeReason: 'Merged as #12' });
  expect((await explained({ issues: [epic(), closed] })).lines).toEqual([
    `${TASK}  Weave`,
    'Done: closed: Merged as #12',
    'Has to happen: Nothing.',
    'Moves next: nobody',
  ]);
});

test('a task is found by its pull request', async () => {
  const issues = [epic(), waiting()];
  expect(await explained({ issues, requests: [pullRequest()] }, { pullRequest: 12 })).toMatchObject({ task: TASK });
  await expect(explained({ issues }, { pullRequest: 13 })).rejects.toMatchObject({
    message: 'No task in Beads has pull request #13.',
    hint: expect.stringContaining('heddle status'),
  });
});

test('what is no task is refused: an id that nobody has, and an epic', async () => {
  const issues: Issue[] = [epic(), task()];
  await expect(explained({ issues }, { task: 'bd-x' })).rejects.toThrow('There is no task "bd-x" in Beads.');
  await expect(explained({ issues }, { task: EPIC })).rejects.toMatchObject({
    message: expect.stringContaining('bd-e is no task'),
    hint: `See what is below it with: heddle status --epic ${EPIC}`,
  });
});

test('it looks once, whatever the number of epics on the way, and a title from outside cannot steer the terminal', async () => {
  const second = fakeIssue({ id: 'bd-f', type: 'epic' });
  const title = `a${String.fromCharCode(27)}[2Jb`;
  const { seen, looks } = world({
    issues: [epic(), second, task({ ...waitsFor('bd-f.1'), title }), task({}, 'bd-f.1')],
  });
  const lines = describeExplanation(await explain(seen, names, settings, { task: TASK }));
  expect(looks.filter((look) => /^(beads|fetch|pull requests)/.test(look))).toEqual([
    'beads',
    'fetch main main',
    'pull requests of ',
  ]);
  expect(lines[0]).toBe(`${TASK}  a [2Jb`);
});
