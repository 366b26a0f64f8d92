import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { issueId } from '../../src/domain/ids.ts';
import { faultNaming, lineFaults, tellFault } from '../../src/domain/line-faults.ts';
import { line } from './line-builder.ts';
import { spelled, spelling } from './spellings.ts';

const two = line({ id: 'bd-e.2' });

test('lines that can be read have no fault, however they are spelled', () => {
  const anyLine = spelling.map((way) => spelled(JSON.parse(two), way));
  fc.assert(fc.property(anyLine, (text) => expect(lineFaults(`\ufeff${text}\r\n\r\n${line()}\n`)).toEqual([])));
  expect(lineFaults('{"_schema":"beads-jsonl/1"}\n{"_type":"memory","id":"m"}\n{"_type":"memory","id":"m"}\n')).toEqual(
    [],
  );
});

test('a line that cannot be read is told by its number, with what to type', () => {
  const file = `${two}\n${line().slice(0, -1)}\n<<<<<<< HEAD\n${two}\n=======\n[]\n`;
  const told = lineFaults(file).map((fault) => tellFault(fault, 'FILE on main', 'cat FILE'));
  expect(told.map(({ problem }) => problem)).toEqual([
    'line 2 of FILE on main is no JSON object',
    'line 3 of FILE on main is left over from a merge conflict',
    'line 5 of FILE on main is left over from a merge conflict',
    'line 6 of FILE on main is no JSON object',
    'lines 1, 4 of FILE on main are all of bd-e.2; a closed one counts before an open one, and then the newest',
  ]);
  expect(told[0]?.hint).toContain('cat FILE | sed -n 2p');
  expect(told[4]?.hint).toContain("cat FILE | sed -n '1p;4p'");
});

test('a line that cannot be read may be of each issue that it names, and of no other', () => {
  const file = `${two}\n${line({ id: 'bd-e.11', title: 'bd-e' }).slice(0, -1)}\n`;
  const isNamed = (id: string) => faultNaming(file, [issueId(id)]) !== undefined;
  expect(['bd-e.11', 'bd-e', 'bd-e.1', 'bd-e.2', 'bd'].map(isNamed)).toEqual([true, true, false, false, false]);
});
