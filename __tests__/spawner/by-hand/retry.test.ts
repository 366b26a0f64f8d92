/** A person lets a task go on that needed one. */
import { describe, expect, test } from '@jest/globals';
import { TransientError, UserError } from '../../../src/domain/errors.ts';
import { branchOf, tokenOf } from '../../../src/domain/ids.ts';
import type { PullRequest } from '../../../src/ports/github.ts';
import type { TaggedProcess } from '../../../src/ports/processes.ts';
import { retry } from '../../../src/spawner/by-hand/retry.ts';
import { decide } from '../../../src/spawner/decide.ts';
import { stopTask } from '../../../src/worker/stop.ts';
import { line as publishedLine } from '../../domain/line-builder.ts';
import { readers } from '../readers.ts';
import {
  BASE,
  BRANCH,
  EPIC,
  epic,
  HEAD,
  line,
  NOW,
  OLD,
  of,
  pullRequest,
  settings,
  TASK,
  taken,
  task,
  view,
  worker,
} from '../view-builder.ts';

function bench(
  issue: ReturnType<typeof taken>,
  requests: readonly PullRequest[] = [],
  processes: readonly TaggedProcess[] = [],
  published?: string,
) {
  const seen = readers({
    issues: [epic(), issue],
    requests: [...requests],
    tagged: [...processes],
    ...(published === undefined ? {} : { file: published }),
    remote: { main: BASE, ...Object.fromEntries(requests.map(({ branch, head }) => [branch, head])) },
  });
  const { beads } = seen;
  const deps: Parameters<typeof retry>[0] = {
    readers: seen.seen,
    writers: { beads },
    names: { base: 'main', state: 'main', remote: 'origin' },
  };
  /** What the next pass does with the task. */
  const next = () => {
    const task = beads.at(TASK);
    const round = task.metadata.round ?? 1;
    return of(decide(view({ issues: [epic(), task], requests, lines: { [TASK]: line({ round }) } }), settings));
  };
  return { beads, deps, next, retry: (id: string = TASK) => retry(deps, id) };
}

const stuck = taken({ metadata: { phase: 'working', round: 1, attempt: 3, reason: 'tests fail' } });
const inReview = taken({ metadata: { phase: 'pr_created', round: 1, attempt: 1, pr_number: 12 } });

describe('a retry', () => {
  test('of a task that was given up lets the next pass start it, with a new count of attempts and its reason kept for the prompt', async () => {
    const { retry: again, beads, next } = bench(stuck);
    expect(next().standing).toMatchObject({ is: 'needs a person' });
    expect(await again()).toEqual({ is: 'goes on', round: 1, epic: EPIC });
    expect(beads.at(TASK)).toMatchObject({
      status: 'in_progress',
      assignee: OLD,
      metadata: { reason: 'tests fail', attempt: 0 },
    });
    expect(next().intent).toMatchObject({ do: 'start worker', how: 'take over', round: 1, attempt: 1 });
  });

  test('of a task whose pull request waits counts its hand-backs anew', async () => {
    const { metadata } = inReview;
    const often = taken({ metadata: { ...metadata, waits: 'person', waits_for: 'why', handed_back: { red: 3 } } });
    const { retry: again, next, beads } = bench(often, [pullRequest()]);
    expect(await again()).toEqual({ is: 'goes on', round: 1, epic: EPIC });
    expect(beads.at(TASK).metadata).toEqual({ ...metadata, phase: 'working', attempt: 0, retry_at: NOW.toISOString() });
    expect(next().intent).toMatchObject({ do: 'start worker', how: 'take over', round: 1 });
  });

  test.each([
    ['was closed', pullRequest({ state: 'closed' })],
    ['was merged into another base', pullRequest({ state: 'merged', base: 'next' })],
  ])('of a task whose pull request %s opens a round from its head', async (_, ended) => {
    const { retry: again, beads, next } = bench(inReview, [ended]);
    expect(next().standing).toMatchObject({ is: 'needs a person', why: { number: 12 } });
    expect(await again()).toEqual({ is: 'new round', round: 2, epic: EPIC });
    expect(beads.at(TASK)).toMatchObject({ status: 'open', assignee: '', metadata: { round: 2, head_sha: HEAD } });
    expect(beads.at(TASK).metadata).not.toHaveProperty('phase');
    expect(next().intent).toMatchObject({ do: 'start worker', how: 'claim', round: 2, attempt: 1 });
  });

  test('of a task that has landed by a second pull request of its round opens no further round', async () => {
    const landed = pullRequest({ number: 13, state: 'merged' });
    const { retry: again, next } = bench(inReview, [pullRequest({ state: 'closed' }), landed]);
    expect(await again()).toMatchObject({ is: 'goes on', round: 1 });
    expect(next().standing).toMatchObject({ is: 'merged, close owed', pullRequest: 13 });
  });

  test('of a task whose metadata an import has taken away is about the round that was published, as a pass is', async () => {
    const closed = pullRequest({ branch: branchOf(TASK, 2), state: 'closed' });
    const wiped = bench(task(), [closed], [], publishedLine({ id: TASK, metadata: { round: 2 } }));
    expect(await wiped.retry()).toEqual({ is: 'new round', round: 3, epic: EPIC });
    expect(wiped.beads.at(TASK).metadata).toEqual({ round: 3, head_sha: HEAD });
  });

  test('does not open a round where the pull request has landed, or another one is open', async () => {
    const landed = bench(inReview, [pullRequest({ state: 'merged' })]);
    expect(await landed.retry()).toEqual({ is: 'goes on', round: 1, epic: EPIC });
    expect(landed.next()).toMatchObject({ standing: { is: 'merged, close owed' }, intent: undefined });
    const open = bench(inReview, [pullRequest({ state: 'closed' }), pullRequest({ number: 13 })]);
    expect(await open.retry()).toEqual({ is: 'goes on', round: 1, epic: EPIC });
    expect(BRANCH).toBe('heddle/bd-e.1/1');
  });

  test.each([
    ['a person has', taken({ assignee: 'alice' }), 'alice has bd-e.1.', '--assignee'],
    ['nobody has', taken({ assignee: '' }), 'bd-e.1 is in progress, but nobody has it.', '--status open'],
    [
      'has landed',
      taken({ assignee: '', metadata: { phase: 'merged' } }),
      'bd-e.1 has landed, and is being closed.',
      'sync',
    ],
    ['is closed', taken({ status: 'closed' }), 'bd-e.1 is closed.', 'bd reopen bd-e.1'],
    ['is deferred', taken({ status: 'deferred' }), 'bd-e.1 is deferred.', '--status open'],
  ])('of a task that %s is refused, with what to type', async (_, issue, message, hint) => {
    const { retry: again, beads } = bench(issue);
    await expect(again()).rejects.toMatchObject({ message, hint: expect.stringContaining(hint), exit: 'beads' });
    expect(beads.at(TASK)).toEqual(issue);
  });

  test('of a task that is being worked on is refused', async () => {
    const { retry: again, beads } = bench(stuck, [], [worker()]);
    await expect(again()).rejects.toMatchObject({
      message: expect.stringContaining('process 7'),
      hint: expect.stringContaining('heddle stop'),
      exit: 'busy',
    });
    expect(beads.at(TASK)).toEqual(stuck);
  });

  test.each([
    ['was given up', { phase: 'working', attempt: 3, reason: 'hung', agent_pid: 7, agent_host: 'loom-2' }, []],
    ['has its pull request open', { phase: 'pr_created', attempt: 1, agent_host: 'loom-2' }, [pullRequest()]],
    ['has lost its pull request', { phase: 'pr_created', attempt: 1 }, []],
  ] as const)('of a task that %s on another host takes it over to this one', async (_, metadata, requests) => {
    const theirs = taken({ assignee: tokenOf('loom-2', 'oldold11'), metadata });
    const { retry: again, beads, next } = bench(theirs, requests);
    expect(await again()).toEqual({ is: 'goes on', round: 1, epic: EPIC });
    expect(beads.at(TASK).assignee).toBe(tokenOf('loom', 'abcdef12'));
    expect(next().intent).toMatchObject({ do: 'start worker', how: 'take over', attempt: 1 });
  });

  test('of a task that is under way on another host is refused, with the way out if that host is gone', async () => {
    const theirs = taken({ assignee: tokenOf('loom-2', 'oldold11'), metadata: { phase: 'working', attempt: 1 } });
    const { retry: again, beads, next } = bench(theirs);
    await expect(again()).rejects.toMatchObject({
      message: 'bd-e.1 is under way on loom-2.',
      hint: 'If that host is gone, or has another name now: heddle stop bd-e.1, then this again',
      exit: 'busy',
    });
    expect(beads.at(TASK)).toEqual(theirs);
    const processes = { tagged: async () => [], endTagged: async () => ({ ended: 0, alive: [] }), host: () => 'loom' };
    expect(await stopTask({ beads, processes, clock: { nonce: () => 'stop1111' } }, TASK)).toMatchObject({
      is: 'stopped',
    });
    expect(next().standing).toMatchObject({ is: 'needs a person', why: { is: 'left to a person' } });
    expect(await again()).toEqual({ is: 'goes on', round: 1, epic: EPIC });
    expect(next().intent).toMatchObject({ do: 'start worker', how: 'take over' });
  });

  test.each(['bd-nope', '../../etc', '$(touch x)'])('of %s, which Beads does not have, says so', async (id) => {
    await expect(bench(stuck).retry(id)).rejects.toMatchObject({
      message: `There is no task ${JSON.stringify(id)} in Beads.`,
      exit: 'beads',
    });
  });

  test('that somebody else was faster than changes nothing and says so', async () => {
    const { retry: again, beads } = bench(stuck);
    beads.beforeUpdate = () => beads.put(TASK, { assignee: 'heddle-other-abcdef12' });
    await expect(again()).rejects.toThrow(UserError);
    expect(beads.at(TASK).metadata).toEqual(stuck.metadata);
  });

  test('decides nothing when GitHub or the process table cannot be read', async () => {
    const { deps, beads } = bench(stuck);
    const gone = () => Promise.reject(new TransientError('not now'));
    const { readers: able } = deps;
    for (const part of [
      { processes: { ...able.processes, tagged: gone } },
      { pullRequests: { ...able.pullRequests, pullRequestsOf: gone } },
    ])
      await expect(retry({ ...deps, readers: { ...able, ...part } }, TASK)).rejects.toThrow('not now');
    expect(beads.at(TASK)).toEqual(stuck);
  });
});
