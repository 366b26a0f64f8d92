import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { issueId } from '../../src/domain/ids.ts';
import { closeLine, findLine, publishLine } from '../../src/domain/lines.ts';
import { anyFile, difference, line, now, SPECIAL } from './line-builder.ts';

const id = issueId('bd-e.1');
const close = { reason: 'Merged', pullRequest: 7, now };
const local = {
  status: 'in_progress',
  assignee: 'heddle-h-abcdef1',
  started_at: '2026-11-20T11:10:00Z',
  lease_expires_at: '2026-11-20T11:20:00Z',
  metadata: { round: 1, phase: 'working', agent_pid: 7, reason: 'local' },
};

describe('a publish', () => {
  test('says that the issue is open, in which round, and nothing of what is local to a worker', () => {
    const published = publishLine('', line(local), id, 1, now);
    expect(JSON.parse(published)).toEqual({ ...JSON.parse(line()), metadata: { round: 1 } });
    expect(published.endsWith('}\n')).toBe(true);
  });

  test('adds its line at the end, and leaves every byte before it as it was', () => {
    fc.assert(
      fc.property(anyFile, fc.boolean(), (above, newlineAtEnd) => {
        const file = newlineAtEnd ? above : above.replace(/\n$/, '');
        const published = publishLine(file, line(), id, 1, now);
        expect(published).toBe(`${file}${file === '' || file.endsWith('\n') ? '' : '\n'}${line()}\n`);
      }),
    );
  });

  test('keeps the bytes that bd printed: what it did not change is spelled the same', () => {
    const exported = line({ title: SPECIAL, description: SPECIAL, metadata: undefined });
    expect(publishLine('', exported, id, 3, now)).toBe(`${exported.slice(0, -1)},"metadata":{"round":3}}\n`);
  });

  test('of a new round writes the old line anew, in its place, newer than it was', () => {
    const closed = closeLine(line(), id, 1, close) ?? '';
    const file = `${line({ id: 'bd-a' })}\n${closed}\n${line({ id: 'bd-z' })}`;
    const published = publishLine(file, line({ title: 'Again' }), id, 2, now);
    expect(difference(file, published)).toEqual([1]);
    expect(findLine(published, id)).toEqual({ id, open: true, round: 2, closeReason: '', pullRequest: undefined });
    expect(JSON.parse(published.split('\n')[1] ?? '')).toMatchObject({
      title: 'Again',
      updated_at: '2026-11-20T12:00:01Z',
    });
  });

  test('ends: copies of the old line cannot undo it, even where others merged them by lines', () => {
    const closed = closeLine(line(), id, 1, close) ?? '';
    const copies = [closed, line({ updated_at: '2030-01-01T00:00:00Z' }), closed, line({ id: 'bd-a' })];
    const published = publishLine(`${copies.join('\n')}\n`, line(), id, 2, now);
    expect(findLine(published, id)).toMatchObject({ open: true, round: 2 });
    expect(difference(copies.join('\n'), published)).not.toContain(3);
    const again = closeLine(published, id, 2, close) ?? '';
    expect(findLine(again, id)).toMatchObject({ open: false, round: 2 });
  });

  test.each([
    ['another issue', line({ id: 'bd-e.2' })],
    ['no issue', 'warning: x'],
    ['nothing', ''],
  ])('is not made of %s', (_, exported) => {
    expect(() => publishLine('', exported, id, 1, now)).toThrow('expected the exported line of bd-e.1');
  });

  test('then close, then publish of the next round, and so on: always exactly one line of the issue, last said', () => {
    fc.assert(
      fc.property(anyFile, fc.integer({ min: 1, max: 6 }), (above, rounds) => {
        let file = above;
        for (let round = 1; round <= rounds; round += 1) {
          file = publishLine(file, line(), id, round, now);
          expect(findLine(file, id)).toMatchObject({ open: true, round });
          file = closeLine(file, id, round, close) ?? '';
          expect(findLine(file, id)).toMatchObject({ open: false, round });
        }
        expect(file.startsWith(above)).toBe(true);
        expect(file.slice(above.length).split('\n')).toHaveLength(2);
      }),
    );
  });
});
