import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/config/settings.ts';
import { type AgentRun, judgeCommand, judgeRun, judgeWork } from '../../src/worker/judge.ts';

const LIMITS = { wallClockMs: 7_200_000, silenceMs: 900_000 };
const ended = (code: number) => ({ is: 'exited', code }) as const;
const run = (change: Partial<AgentRun>): AgentRun => ({
  by: 'itself',
  end: ended(0),
  tail: '',
  final: undefined,
  announces: false,
  ...change,
});
const judge = (change: Partial<AgentRun>) => judgeRun(run(change), LIMITS);

describe('an agent’s end', () => {
  test('exit code 0 is good where the protocol has no final event', () => {
    expect(judge({})).toBeUndefined();
  });
  test('a final event of success is good, also if the agent had to be ended after it', () => {
    const final = { is: 'success' } as const;
    expect(judge({ announces: true, final })).toBeUndefined();
    expect(judge({ announces: true, final, by: 'after its final event', end: undefined })).toBeUndefined();
  });
  test('exit code 0 without the final event that its protocol has is not', () => {
    expect(judge({ announces: true, tail: 'bye' })).toEqual({
      is: 'died',
      detail: 'ended without its final event: bye',
    });
  });
  test('a final event of success does not outweigh a bad exit code', () => {
    expect(judge({ announces: true, final: { is: 'success' }, end: ended(1) })?.is).toBe('failed');
  });
  test('a failure that it announces is the reason, whatever the exit code', () => {
    expect(judge({ announces: true, final: { is: 'failure', message: 'no way' } })).toEqual({
      is: 'failed',
      detail: 'no way',
    });
  });
  test('a usage limit is told apart, with the time when it ends', () => {
    const resetsAt = new Date('2026-11-23T12:00:00Z');
    const final = { is: 'limit', message: 'usage limit reached', resetsAt } as const;
    expect(judge({ announces: true, final, end: ended(1) })).toEqual({
      is: 'usage limit',
      detail: 'usage limit reached',
      resetsAt,
    });
  });
  test('limits, signals and a missing command have names of their own', () => {
    expect(judge({ by: 'wall clock', end: undefined })?.detail).toBe('not done after 120 minutes');
    expect(judge({ by: 'silence', end: undefined })?.is).toBe('went silent');
    // An agent that is interrupted may call that an error of its own.
    const final = { is: 'failure', message: 'interrupted' } as const;
    expect(judge({ by: 'silence', announces: true, final })?.is).toBe('went silent');
    expect(judge({ end: { is: 'signalled', signal: 'SIGSEGV' } })?.is).toBe('died');
    expect(judge({ end: ended(137) })).toEqual({ is: 'died', detail: 'ended by signal 9' });
    expect(judge({ end: { is: 'missing', why: 'spawn claude ENOENT' } })?.is).toBe('agent missing');
    const short = { is: 'not started', why: 'spawn claude EAGAIN' } as const;
    expect(judge({ end: short })).toEqual({ is: 'failed', detail: 'could not be started: spawn claude EAGAIN' });
    expect(judgeCommand('verify failed', run({ end: short }), 1000)?.detail).toContain('spawn claude EAGAIN');
  });
  test('a verify command is good with exit code 0 alone', () => {
    expect(judgeCommand('verify failed', run({}), 1000)).toBeUndefined();
    expect(judgeCommand('verify failed', run({ end: ended(2), tail: '1 failed' }), 1000)).toEqual({
      is: 'verify failed',
      detail: 'exit code 2: 1 failed',
    });
    expect(judgeCommand('setup failed', run({ by: 'wall clock', end: undefined }), 900_000)?.detail).toBe(
      'not done after 15 minutes',
    );
  });
});

describe('its work', () => {
  const FORBIDDEN = readSettings('').forbiddenPaths;
  const work = { changed: ['a.ts'], moved: true, askedToGoOn: false };

  test('without any difference to the base nothing was done', () => {
    expect(judgeWork({ ...work, changed: [] }, FORBIDDEN)?.is).toBe('nothing done');
  });
  test('where nothing was done, the reason names the tools that the agent was not allowed to use', () => {
    const outcome = judgeWork({ ...work, changed: [], denied: ['Bash'] }, FORBIDDEN);
    expect(outcome?.detail).toContain(
      'the agent was not allowed to use Bash (permission_mode and flags in heddle.yml)',
    );
    expect(judgeWork({ ...work, denied: ['Bash'] }, FORBIDDEN)).toBeUndefined();
  });
  test('an open pull request needs something new', () => {
    expect(judgeWork({ ...work, moved: false, askedToGoOn: true }, FORBIDDEN)?.is).toBe('nothing done');
    expect(judgeWork({ ...work, moved: false }, FORBIDDEN)).toBeUndefined();
  });
  test('a repository inside of it, of which git has no file, is not landed', () => {
    expect(judgeWork({ ...work, changed: ['a.ts', 'app'], nested: ['app'] }, FORBIDDEN)).toEqual({
      is: 'nested repository',
      detail:
        'app is a repository of its own, so none of its files would be in the pull request; remove app/.git, or make it a submodule',
    });
  });
  test('a change of a forbidden path is refused', () => {
    expect(judgeWork({ ...work, changed: ['a.ts', '.github/x'] }, FORBIDDEN)?.is).toBe('refused path');
  });
});
