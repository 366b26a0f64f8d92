import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { branchOf, isNameable, issueId, sha } from '../../src/domain/ids.ts';
import {
  closeReason,
  markerMatchesBranch,
  markerText,
  parseCloseReason,
  parseMarker,
} from '../../src/domain/marker.ts';

const task = issueId('bd-a1b2.3');

describe('the marker in a pull request', () => {
  test('is read back from any text around it', () => {
    const ids = fc
      .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/)
      .filter(isNameable)
      .map(issueId);
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 1e9 }), fc.string(), fc.string(), (id, round, before, after) => {
        expect(parseMarker(`${before}\n${markerText({ task: id, round })}\n${after}`)).toEqual({ task: id, round });
      }),
    );
  });

  test('is not seen by people', () => {
    expect(markerText({ task, round: 2 })).toBe('<!-- heddle {"task":"bd-a1b2.3","round":2} -->');
  });

  test('counts only once: a body with two speaks for nobody', () => {
    const one = markerText({ task, round: 1 });
    expect(parseMarker(`${one}\n${one}`)).toBeUndefined();
    expect(parseMarker(`${one}\n${markerText({ task: issueId('bd-9'), round: 1 })}`)).toBeUndefined();
  });

  test.each([
    '',
    'heddle {"task":"bd-1","round":1}',
    '<!-- heddle {"task":"bd-1","round":1}',
    '<!-- heddle {"task":"bd-1"} -->',
    '<!-- heddle {"task":"bd-1","round":"1"} -->',
    '<!-- heddle {"task":"bd-1","round":0} -->',
    '<!-- heddle {"task":"bd-1","round":1.5} -->',
    '<!-- heddle {"task":"../../etc","round":1} -->',
    '<!-- heddle {"task":["bd-1"],"round":1} -->',
    '<!-- heddle {"task":"bd-1","round":1}} -->',
    '<!-- heddle {"task":"bd-1",\n"round":1} -->',
    '<!-- heddle {"task":null,"round":1} -->',
  ])('is not %j', (body) => {
    expect(parseMarker(body)).toBeUndefined();
  });

  test('speaks only for the branch that is derived from it', () => {
    expect(markerMatchesBranch({ task, round: 2 }, branchOf(task, 2))).toBe(true);
    expect(markerMatchesBranch({ task, round: 2 }, branchOf(task, 1))).toBe(false);
    expect(markerMatchesBranch({ task, round: 2 }, 'main')).toBe(false);
  });
});

test('a close reason names pull request and commit, and is read back', () => {
  const landed = { pullRequest: 12, commit: sha('a'.repeat(40)) };
  expect(closeReason(landed)).toBe(`Merged as pull request #12 in ${'a'.repeat(40)}`);
  expect(parseCloseReason(closeReason(landed))).toEqual(landed);
  for (const other of ['Closed by hand', '', 'Merged as pull request #0 in abc', `${closeReason(landed)}!`]) {
    expect(parseCloseReason(other)).toBeUndefined();
  }
});
