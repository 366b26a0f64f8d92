import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { issueId } from '../../src/domain/ids.ts';
import { allLines, closeLine, findLine, idOfExportedLine, publishedLines } from '../../src/domain/lines.ts';
import { anyFile, difference, line, now, SPECIAL } from './line-builder.ts';

const id = issueId('bd-e.1');
const close = { reason: 'Merged as pull request #7 in abc', pullRequest: 7, now };

describe('a close', () => {
  test('says so in the one line, with reason, pull request and time, and keeps all else that the line says', () => {
    const before = line({ title: SPECIAL, metadata: { round: 1, own: [1.5, null, { deep: '<b>' }] }, labels: ['x'] });
    expect(JSON.parse(closeLine(before, id, 1, close) ?? '')).toEqual({
      ...JSON.parse(before),
      status: 'closed',
      updated_at: '2026-11-20T12:00:00Z',
      closed_at: '2026-11-20T12:00:00Z',
      close_reason: 'Merged as pull request #7 in abc',
      metadata: { round: 1, own: [1.5, null, { deep: '<b>' }], phase: 'merged', pr_number: 7 },
    });
  });

  test('leaves every other byte of any file as it was', () => {
    fc.assert(
      fc.property(anyFile, anyFile, fc.boolean(), (above, below, newlineAtEnd) => {
        const target = line();
        const file = `${above}${target}${below === '' && !newlineAtEnd ? '' : '\n'}${below}`;
        const closed = closeLine(file, id, 1, close) ?? '';
        expect(closed.startsWith(above)).toBe(true);
        expect(closed.slice(above.length).endsWith(file.slice(above.length + target.length))).toBe(true);
        expect(difference(file, closed)).toHaveLength(1);
        expect(findLine(closed, id)).toMatchObject({ open: false, round: 1, pullRequest: 7 });
      }),
    );
  });

  test('adds no newline to a last line that has none', () => {
    expect(closeLine(`{}\n${line()}`, id, 1, close)?.endsWith('}')).toBe(true);
  });

  test('happens once: a line that is closed, or of another round, is left alone', () => {
    const closed = closeLine(line(), id, 1, close) ?? '';
    expect(closeLine(closed, id, 1, close)).toBeUndefined();
    expect(closeLine(line({ metadata: { round: 2 } }), id, 1, close)).toBeUndefined();
    expect(closeLine(line({ metadata: { round: 1 } }), id, 2, close)).toBeUndefined();
    expect(closeLine(line({ closed_at: '2026-11-20T11:00:00Z' }), id, 1, close)).toBeUndefined();
    expect(closeLine('', id, 1, close)).toBeUndefined();
  });

  test('never takes one issue for another', () => {
    const others = [line({ id: 'bd-e.11' }), line({ id: 'bd-e.10', metadata: { id: 'bd-e.1', round: 1 } })];
    const quoting = line({ id: 'bd-e.2', description: '"id":"bd-e.1"', notes: { id: 'bd-e.1' } });
    expect(closeLine([...others, quoting].join('\n'), id, 1, close)).toBeUndefined();
  });

  test('by a person names no pull request', () => {
    const byHand = JSON.parse(closeLine(line(), id, 1, { reason: 'Done by hand', pullRequest: undefined, now }) ?? '');
    expect(byHand).toMatchObject({ status: 'closed', close_reason: 'Done by hand', metadata: { round: 1 } });
    expect(byHand.metadata).not.toHaveProperty('phase');
  });

  test.each([
    ['2026-11-20T11:59:58Z', '2026-11-20T12:00:00Z'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:01Z'],
    ['2026-11-20T12:00:00.999Z', '2026-11-20T12:00:01Z'],
    ['2030-01-01T00:00:00Z', '2030-01-01T00:00:01Z'],
    ['2026-11-20T14:00:00+02:00', '2026-11-20T12:00:01Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['+275760-09-13T00:00:00Z', '9999-12-31T23:59:59Z'],
    ['not a time', '2026-11-20T12:00:00Z'],
    [undefined, '2026-11-20T12:00:00Z'],
  ])('of a line updated at %s is of %s: newer while there is a newer time, in whole seconds', (updated_at, at) => {
    const { updated_at: updated, closed_at: closed } = JSON.parse(closeLine(line({ updated_at }), id, 1, close) ?? '');
    expect([updated, closed]).toEqual([at, at]);
  });

  test('escapes as bd does, so that what did not change has the same bytes', () => {
    const closed = closeLine(line({ title: SPECIAL }), id, 1, { ...close, reason: '<a> & b\u2028' }) ?? '';
    expect(closed).toContain(
      '"title":"\\u003ca\\u003e \\u0026 \\u2028\\u2029 ü 漢 😀 \\"\\\\ \\t\\n\\r\\b\\f\\u0001 \u007f /"',
    );
    expect(closed).toContain('"close_reason":"\\u003ca\\u003e \\u0026 b\\u2028"');
    expect(closed).not.toMatch(/[<>&\u2028\u2029]/);
  });
});

describe('when an id occurs more than once', () => {
  const open = line({ updated_at: '2026-11-20T11:00:00Z', title: 'open' });
  const newer = line({ updated_at: '2026-11-20T11:30:00Z', title: 'newer' });
  const closed = line({ status: 'closed', updated_at: '2026-11-20T10:00:00Z', close_reason: 'gone' });
  const stamped = line({ closed_at: '2026-11-20T10:00:00Z', updated_at: '2026-11-20T10:00:00Z' });

  test.each([
    ['closed wins', [closed, newer], { open: false, closeReason: 'gone' }],
    ['closed wins, wherever it stands', [newer, open, closed], { open: false, closeReason: 'gone' }],
    ['a time of closing is a close', [stamped, newer], { open: false }],
  ])('%s', (_, lines, expected) => {
    expect(findLine(lines.join('\n'), id)).toMatchObject(expected);
    expect(allLines(lines.join('\n')).get(id)).toMatchObject(expected);
  });

  test('the newest of the open ones is the one that is closed, and then the issue is closed', () => {
    const file = [open, newer, open].join('\n');
    const after = closeLine(file, id, 1, close) ?? '';
    expect(difference(file, after)).toEqual([1]);
    expect(findLine(after, id)).toMatchObject({ open: false, pullRequest: 7 });
  });
});

describe('what is no line of ours', () => {
  test.each([
    ['cut off', line().slice(0, -5)],
    ['an array', `[${line()}]`],
    ['no object', '"id":"bd-e.1"'],
    ['an id that is no text', '{"id":7,"metadata":{"round":1}}'],
    ['an id that is a path', line({ id: '../../etc' })],
    ['a merge conflict', `<<<<<<< HEAD\n=======\n>>>>>>> main`],
  ])('%s is passed over', (_, broken) => {
    expect(allLines(broken).size).toBe(0);
    expect(findLine(broken, id)).toBeUndefined();
    const file = `${broken}\n${line()}\n`;
    expect(findLine(file, id)).toMatchObject({ open: true });
    expect(difference(file, closeLine(file, id, 1, close) ?? '')).toHaveLength(1);
  });

  test.each([[0], [-1], [1.5], ['1'], [null], [2 ** 53]])('a round of %j is none', (round) => {
    expect(findLine(line({ metadata: { round } }), id)?.round).toBeUndefined();
  });

  test('a line without a round was not published by Heddle', () => {
    expect([...publishedLines(`${line({ metadata: {} })}\n${line({ id: 'bd-e.2' })}`).keys()]).toEqual(['bd-e.2']);
  });

  test('only issues have ids to publish', () => {
    expect(idOfExportedLine(line({ _type: 'issue' }))).toBe(id);
    expect(idOfExportedLine(line())).toBe(id);
    for (const other of [line({ _type: 'memory' }), line({ id: 'a/b' }), '{', '[]', '']) {
      expect(idOfExportedLine(other)).toBeUndefined();
    }
  });
});

test('all lines at once say what each says alone, whatever the file', () => {
  fc.assert(
    fc.property(anyFile, (file) => {
      for (const [key, value] of allLines(file)) expect(findLine(file, key)).toEqual(value);
    }),
  );
});

test('a hostile line that names one id a hundred thousand times is read once', () => {
  const nested = Array.from({ length: 100_000 }, () => ({ id: 'bd-e.1' }));
  const file = `${line({ id: 'bd-e.2', nested })}\n${line()}`;
  expect(difference(file, closeLine(file, id, 1, close) ?? '')).toEqual([1]);
  expect(publishedLines(file).size).toBe(2);
});
