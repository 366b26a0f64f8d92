/** Lines as other writers of JSON make them: what counts is what a line says, not how it is spelled. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { issueId } from '../../src/domain/ids.ts';
import { allLines, closeLine, findLine, lineNumberOf, publishedLines, publishLine } from '../../src/domain/lines.ts';
import { difference, line, now } from './line-builder.ts';
import { spelled, spelling } from './spellings.ts';

const id = issueId('bd-e.1');
const close = { reason: 'Merged', pullRequest: 7, now };
const closed = (file: string) => closeLine(file, id, 1, close) ?? 'not closed';

test('who reads one line, who reads all, who closes and who publishes mean the same line, however each is spelled', () => {
  const spellings = fc.array(spelling, { minLength: 3, maxLength: 3 });
  const layout = [
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom('\n', '\r\n'),
    fc.constantFrom('', '\ufeff'),
  ] as const;
  fc.assert(
    fc.property(spellings, ...layout, (ways, at, lineEnd, mark) => {
      const ids = ways.map((_, index) => (index === at ? id : `bd-e.1${index}`));
      const says = ids.map((one) => ({ ...JSON.parse(line({ id: one })), title: '"id":"bd-e.1"', notes: { id } }));
      const file = mark + ways.map((way, index) => `${spelled(says[index], way)}${lineEnd}`).join('');
      expect(findLine(file, id)).toEqual({ id, open: true, round: 1, closeReason: '', pullRequest: undefined });
      expect([...publishedLines(file).keys()]).toEqual(ids);
      expect(lineNumberOf(file, id)).toBe(at + 1);
      const published = publishLine(file, line(), id, 2, now);
      for (const after of [closed(file), published]) {
        expect(difference(file, after)).toEqual([at]);
        expect(allLines(after).get(id)).toEqual(findLine(after, id));
      }
      expect(findLine(closed(file), id)).toMatchObject({ open: false, pullRequest: 7 });
      expect(findLine(published, id)).toMatchObject({ open: true, round: 2 });
    }),
  );
});

/** What a close writes, by where it stands in a line; all else has to stay. */
const WRITTEN = [
  ['<status>', '"open"', '"closed"'],
  ['<time>', '"2026-11-20T11:00:00Z"', '"2026-11-20T12:00:00Z"'],
  ['<merged>', '', ',"phase":"merged","pr_number":7'],
  ['<new>', '', ',"closed_at":"2026-11-20T12:00:00Z","close_reason":"Merged"'],
] as const;
const before = (text: string) => WRITTEN.reduce((filled, [mark, was]) => filled.replaceAll(mark, was), text);
const after = (text: string) => WRITTEN.reduce((filled, [mark, , is]) => filled.replaceAll(mark, is), text);

const ISSUE = '"id":"bd-e.1","status":<status>,"updated_at":<time>,"metadata":{"round":1<merged>}';
test.each([
  ['numbers that JavaScript would round', `{"n":12345678901234567890,${ISSUE},"m":[1.50,1e400]<new>}`],
  ['numbers beside the round', `{${ISSUE.replace('1<', '1,"n":12345678901234567890<')}<new>}`],
  [
    'spaces',
    ` \t{ "id" : "bd-e.1" ,"status": <status>, "updated_at" :<time> , "metadata": { "round":1<merged> }<new> } `,
  ],
  ['an id in escapes', `{${ISSUE.replace('bd-e.1', '\\u0062d-e\\u002E1')}<new>}`],
  ['keys in escapes', `{${ISSUE.replace('id"', '\\u0069d"').replace('status', '\\u0073tatus')}<new>}`],
  ['keys that stand twice', `{"id":"bd-z","status":<status>,${ISSUE}<new>}`],
  ['what looks like its end', `{"a":"}\\"]",${ISSUE},"b":[{"status":"open"},"\\\\"]<new>}`],
  ['a carriage return', `{${ISSUE}<new>}\r`],
  ['a byte order mark', `\ufeff{${ISSUE}<new>}`],
])('a close of a line with %s keeps every byte that it does not write', (_, text) => {
  const around = (one: string) =>
    `{"id": "bd-a", "n": 12345678901234567890}\r\n\n${one}\n<<<<<<< bd-e.1\n{"id":"bd-e.1`;
  expect(closed(around(before(text)))).toBe(around(after(text)));
});

test('a close sets what is missing or is no object', () => {
  for (const metadata of ['', ',"metadata":null', ',"metadata":"x"']) {
    expect(JSON.parse(closed(`{"id":"bd-e.1"${metadata}}`))).toEqual({
      id,
      status: 'closed',
      updated_at: '2026-11-20T12:00:00Z',
      closed_at: '2026-11-20T12:00:00Z',
      close_reason: 'Merged',
      metadata: { phase: 'merged', pr_number: 7 },
    });
  }
});

test('a tombstone, which bd once wrote of what was deleted, is closed', () => {
  const file = line({ status: 'tombstone', deleted_at: '2026-11-20T11:00:00Z' });
  expect(findLine(file, id)).toMatchObject({ open: false });
  expect(closeLine(file, id, 1, close)).toBeUndefined();
});

test('of two spellings of one id the newer is closed, and then the issue is closed', () => {
  const older = line({ updated_at: '2026-11-20T10:00:00Z' });
  const file = `${older}\n${line().replace('"id":"bd', '"id": "\\u0062d')}\n`;
  expect(difference(file, closed(file))).toEqual([1]);
  expect(findLine(closed(file), id)).toMatchObject({ open: false, pullRequest: 7 });
});
