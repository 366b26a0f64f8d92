import { expect, test } from '@jest/globals';
import { branch, type IssueId, issueId } from '../../src/domain/ids.ts';
import type { Line } from '../../src/domain/lines.ts';
import { markerText } from '../../src/domain/marker.ts';
import { classify } from '../../src/merger/candidate.ts';
import type { OpenPullRequest } from '../../src/merger/view.ts';
import { pullRequest, task } from './views.ts';

function lines(changes: Partial<Line> = {}): ReadonlyMap<IssueId, Line> {
  return new Map([[task, { id: task, open: true, round: 1, closeReason: '', pullRequest: undefined, ...changes }]]);
}

test('marker, branch, author and an open line of the same round make a candidate', () => {
  expect(classify(pullRequest(), lines(), [])).toEqual({ is: 'candidate', task, round: 1 });
});

test.each<[string, Partial<OpenPullRequest>]>([
  ['no marker', { body: 'Please merge.' }],
  ['two markers', { body: markerText({ task, round: 1 }) + markerText({ task: issueId('hd-9'), round: 1 }) }],
  ['a marker that names a path', { body: '<!-- heddle {"task":"../../x","round":1} -->' }],
])('a pull request with %s is none of ours', (_, changes) => {
  expect(classify(pullRequest(changes), lines(), [])).toEqual({ is: 'foreign' });
});

test.each<[string, Partial<OpenPullRequest>, Partial<Line>]>([
  ['from a fork', { fromFork: true }, {}],
  ['branch and marker differ', { branch: branch('heddle/hd-1.2/1') }, {}],
  ['branch and marker differ', { branch: branch('heddle/hd-1.1/2') }, {}],
  ['author is not trusted', { author: { login: 'eve', association: 'CONTRIBUTOR' } }, {}],
  ['author is not trusted', { author: { login: '', association: 'NONE' } }, {}],
  ['line is missing', {}, { round: undefined }],
  ['round is over', {}, { round: 2 }],
  ['line is closed', {}, { open: false }],
])('%s: it gets no write', (because, changes, line) => {
  expect(classify(pullRequest(changes), lines(line), [])).toMatchObject({ is: 'bystander', because });
});

test('a task whose line is of an older round, or not there, waits for publish', () => {
  const second = pullRequest({ branch: branch('heddle/hd-1.1/2'), body: markerText({ task, round: 2 }) });
  expect(classify(second, lines(), [])).toMatchObject({ because: 'line is missing' });
  expect(classify(pullRequest(), new Map(), [])).toMatchObject({ because: 'line is missing' });
});

test('a login that heddle.yml trusts is trusted in any spelling, and a bot is not the person of the same name', () => {
  const by = (login: string) => pullRequest({ author: { login, association: 'NONE' } });
  expect(classify(by('Robo[bot]'), lines(), ['robo[bot]'])).toMatchObject({ is: 'candidate' });
  expect(classify(by('robo'), lines(), ['robo[bot]'])).toMatchObject({ because: 'author is not trusted' });
  expect(classify(by('robo[bot]'), lines(), ['robo'])).toMatchObject({ because: 'author is not trusted' });
});
