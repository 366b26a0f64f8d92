import { expect, test } from '@jest/globals';
import { parseLsof, parsePs, taggedRows } from '../../../../src/adapters/host/processes/macos.ts';

const TEXT = `
    1     0     1 Ss   Mon Nov 23 08:00:01 2026     /sbin/launchd
  500     1   500 Ss   Mon Nov 23 10:11:12 2026     node cli.js worker HEDDLE_ROLE=supervisor HEDDLE_RUN=repo/bd-x.1/1/heddle-mac-abcdef1 HOME=/Users/u
  501   500   501 S    Mon Nov 23 10:11:13 2026     node agent.js HEDDLE_RUN=repo/bd-x.1/1/heddle-mac-abcdef1
  502   501   501 T    Mon Nov  2 10:11:14 2026     /bin/sh -c sleep 1
  503   501   501 Z    Mon Nov 23 10:11:14 2026     (git)
  600     1   600 S    Mon Nov 23 10:11:14 2026     node agent.js HEDDLE_RUN=other/bd-x.1/1/heddle-mac-abcdef1
`;

test('rows of ps are told apart, zombies left out', () => {
  expect(parsePs(TEXT).map(({ pid, state, started }) => [pid, state, started])).toEqual([
    [1, 'Ss', 'Mon Nov 23 08:00:01 2026'],
    [500, 'Ss', 'Mon Nov 23 10:11:12 2026'],
    [501, 'S', 'Mon Nov 23 10:11:13 2026'],
    [502, 'T', 'Mon Nov 2 10:11:14 2026'],
    [600, 'S', 'Mon Nov 23 10:11:14 2026'],
  ]);
});

test('a child whose environment the system hides belongs to its tagged parent', () => {
  expect(taggedRows(parsePs(TEXT), 'repo').map(({ row, supervisor }) => [row.pid, supervisor])).toEqual([
    [500, true],
    [501, false],
    [502, false],
  ]);
});

test('who stands in a folder is told by working directory', () => {
  expect(parseLsof('p500\nn/Users/u\np501\nn/w/bd-x.1-1/src\np502\nn/w/bd-x.1-10\n', '/w/bd-x.1-1')).toEqual([501]);
});
