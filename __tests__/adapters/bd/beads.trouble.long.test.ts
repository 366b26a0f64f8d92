/** A `bd` that is busy, hangs, warns, answers half or is too old: nothing is decided on it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { bdEnvironment } from '../../../src/adapters/bd/beads.ts';
import { TransientError, UserError } from '../../../src/domain/errors.ts';
import { issueId } from '../../../src/domain/ids.ts';
import { closeLine, findLine, publishLine } from '../../../src/domain/lines.ts';
import { stopTime } from '../../fakes/time.ts';
import { until } from '../../fakes/wait.ts';
import { bd, beadsOf, clearHarness, freshDatabase, wrapper } from './harness.ts';

const ONE = issueId('bd-e.1');
const open = { status: 'open', assignee: '' } as const;
const change = { set: { round: 2 } } as const;
const nowhere = () => join(wrapper('exit 0'), '..');

afterEach(() => {
  jest.useRealTimers();
});
afterAll(clearHarness);

describe('a failure that passes is tried again, when', () => {
  test.each([
    ['the workspace is busy', 'echo "Error: workspace gate busy" >&2; exit 1', 'bd list is busy'],
    ['the answer is empty', 'exit 0', 'did not answer as expected'],
    ['the answer is cut off', `echo '[{"id":"bd-e.1","status":"op'`, 'did not answer as expected'],
    ['the answer is another shape', `echo '{"issues":[]}'`, 'did not answer as expected'],
    ['a warning stands before the answer', `echo 'Warning: x'; echo '[]'`, 'did not answer as expected'],
    ['an issue has no status', `echo '[{"id":"bd-e.1"}]'`, 'did not answer as expected'],
    ['it was killed', 'kill -9 $$', 'bd list failed (exit by signal)'],
  ])('%s', async (_, script, message) => {
    const reading = beadsOf(nowhere(), wrapper(script)).snapshot();
    await expect(reading).rejects.toThrow(TransientError);
    await expect(reading).rejects.toThrow(message);
  });

  test('it hangs: it is ended with all that it has started', async () => {
    const folder = nowhere();
    const hanging = wrapper(`sleep 300 & echo $! > ${folder}/new; mv ${folder}/new ${folder}/pid; wait`);
    const pass = stopTime();
    const refused = expect(beadsOf(folder, hanging, 500).snapshot()).rejects.toThrow('did not end within 0.5 s');
    await pass(500, () => existsSync(join(folder, 'pid')));
    await refused;
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await until(
      'the child to end',
      () => !existsSync(`/proc/${pid}`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    );
  });

  test.each([
    ['nothing at all', 'exit 0'],
    ['a refusal of something else', `echo '{"failed":[{"id":"bd-x","error":"e","guard_mismatch":true}]}' >&2; exit 13`],
    ['half a line of failures', `echo '{"failed":[{"id":"bd-e.1",' >&2; exit 13`],
    ['an error of another kind', `echo '{"failed":[{"id":"bd-e.1","error":"disk full"}]}' >&2; exit 1`],
  ])('a write is answered with %s: it may or may not have happened', async (_, script) => {
    await expect(beadsOf(nowhere(), wrapper(script)).update([ONE], open, change)).rejects.toThrow(TransientError);
  });
});

describe('a person is told, when', () => {
  test.each([
    [
      'there is no database',
      'echo "Error: no beads database found" >&2; exit 1',
      'There is no Beads database',
      'heddle init',
    ],
    [
      'the database is newer than bd',
      'echo "schema version 9 is newer than supported; upgrade bd" >&2; exit 1',
      'written by a newer bd',
      'npm i -g @beads/bd',
    ],
    ['bd knows no guards', 'echo "Error: unknown flag: --if-status" >&2; exit 1', 'too old', 'npm i -g @beads/bd'],
  ])('%s', async (_, script, message, hint) => {
    const writing = beadsOf(nowhere(), wrapper(script)).update([ONE], open, change);
    await expect(writing).rejects.toThrow(UserError);
    await expect(writing).rejects.toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  test('there really is no database', async () => {
    await expect(beadsOf(nowhere()).snapshot()).rejects.toThrow('There is no Beads database');
  });
});

test('warnings beside the answer do not matter, nor does a caller’s environment', async () => {
  const noisy = wrapper('echo "Warning: permissive folder" >&2; exec BD "$@"');
  const beads = beadsOf(freshDatabase(), noisy);
  expect(await beads.snapshot()).toHaveLength(3);
  expect((await beads.update([ONE], { status: 'in_progress', assignee: '' }, change)).get(ONE)).toBe('refused');
  const env = bdEnvironment(
    { BD_JSON_ENVELOPE: '1', CLAUDE_CODE: '1', BEADS_DB: '/x', HOME: '/h', GOMEMLIMIT: '1GiB' },
    { beadsDir: '/b', actor: 'a' },
  );
  expect(env).toEqual({
    HOME: '/h',
    BEADS_DIR: '/b',
    BEADS_ACTOR: 'a',
    BD_NON_INTERACTIVE: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
    GOGC: 'off',
    GOMEMLIMIT: '1GiB',
  });
});

test('calls are made one at a time, since bd queues on a lock of its own', async () => {
  const folder = nowhere();
  const counting = wrapper(`mkdir ${folder}/lock || exit 1; sleep 0.05; rmdir ${folder}/lock; echo '[]'`);
  const beads = beadsOf(folder, counting);
  expect(await Promise.all([beads.snapshot(), beads.snapshot(), beads.snapshot()])).toEqual([[], [], []]);
});

test('a key that somebody uses in another type reads as absent and is left alone', async () => {
  const folder = freshDatabase();
  bd(folder, ['update', 'bd-e.1', '--metadata', '{"phase":"mine","round":"two","own":{"a":[1,null]}}']);
  const beads = beadsOf(folder);
  expect((await beads.snapshot()).find(({ id }) => id === ONE)?.metadata).toMatchObject({
    phase: undefined,
    round: undefined,
  });
  await beads.update([ONE], open, { set: { attempt: 1 } });
  const [shown] = JSON.parse(bd(folder, ['show', 'bd-e.1', '--json']));
  expect(shown.metadata).toEqual({ phase: 'mine', round: 'two', own: { a: [1, null] }, attempt: 1 });
});

test('a line that Heddle writes has the bytes that bd would have written', async () => {
  const folder = freshDatabase();
  bd(folder, [
    'update',
    'bd-e.1',
    '--title',
    '<a> & \u2028 ü 漢 😀 "\\ \u0001\u007f',
    '--description',
    'tab\t, cr\r, nl\n /',
    '--metadata',
    '{"round":1}',
  ]);
  const exported = (await beadsOf(folder).exportedLines()).find((line) => line.includes('"id":"bd-e.1"')) ?? '';
  // The metadata goes to its own place, everything else stays where it was.
  expect(publishLine('', exported, ONE, 1, new Date())).toBe(`${exported}\n`);
  const closed =
    closeLine(`${exported}\n`, ONE, 1, { reason: 'r', pullRequest: 7, now: new Date('2040-01-01T00:00:00Z') }) ?? '';
  // And bd takes it: as closed, with its reason and its metadata.
  bd(folder, ['import', '-'], closed);
  const issue = (await beadsOf(folder).snapshot()).find(({ id }) => id === ONE);
  expect(issue).toMatchObject({
    status: 'closed',
    closeReason: 'r',
    metadata: { round: 1, phase: 'merged', pr_number: 7 },
  });
  const again = (await beadsOf(folder).exportedLines()).find((line) => line.includes('"id":"bd-e.1"')) ?? '';
  expect(findLine(again, ONE)).toMatchObject({ open: false, pullRequest: 7 });
});
