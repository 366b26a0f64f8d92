import { expect, test } from '@jest/globals';
import { evaluate, interpolate, isConditionMet, type Scope } from '../../../sandbox/workflow/expression.ts';

const scope: Scope = {
  contexts: {
    github: { event_name: 'workflow_run', event: { number: 7, labels: [{ name: 'heddle' }, { name: 'red' }] } },
    inputs: {},
  },
  status: 'success',
};

test.each([
  ["github.event_name == 'WORKFLOW_RUN'", true],
  ["github.event['number'] >= 7 && !false", true],
  ["github.event.missing.deeper || 'none'", 'none'],
  ["contains(github.event.labels.*.name, 'Heddle')", true],
  ["startsWith(github.event_name, 'work') && (1 != 2)", true],
  ["format('{0}-{1}', 'it''s', github.event.number)", "it's-7"],
  ["join(github.event.labels.*.name, '+')", 'heddle+red'],
  ["fromJSON('[1, 2]')[1]", 2],
  ["github['event_name']", 'workflow_run'],
  ["'' == 0", true],
  ["'it''s ''so'''", "it's 'so'"],
  ["'a' < 'B'", true],
  ['2 == 3 < 4', false],
  ['matrix.os', null],
  ['toJSON(matrix)', 'null'],
  ['toJSON(github.event.labels.*.name)', '[\n  "heddle",\n  "red"\n]'],
])('%s is %j', (source, value) => {
  expect(evaluate(source, scope)).toEqual(value);
});

test('what is missing is the empty text', () => {
  expect(interpolate('a${{ inputs.pull }}b ${{ github.event.number }}', scope)).toBe('ab 7');
});

test('braces in a text of an expression do not end it', () => {
  expect(interpolate("${{ format('{{{0}}}', 1) }} ${{ '}}' }}", scope)).toBe('{1} }}');
});

test('a condition asks for success unless it names a status itself', () => {
  const failed: Scope = { ...scope, status: 'failure' };
  expect(isConditionMet(undefined, failed)).toBe(false);
  expect(isConditionMet('true', failed)).toBe(false);
  expect(isConditionMet('${{ always() && github.event.number == 7 }}', failed)).toBe(true);
  expect(isConditionMet('failure()', failed)).toBe(true);
  expect(isConditionMet("github.event_name != 'always()'", failed)).toBe(false);
  expect(isConditionMet('inputs.always || true', failed)).toBe(false);
  expect(isConditionMet('', failed)).toBe(false);
  expect(isConditionMet('', scope)).toBe(true);
  expect(isConditionMet('failure() || cancelled()', scope)).toBe(false);
  expect(isConditionMet(undefined, scope)).toBe(true);
});

test.each([
  ['github.event ==', 'Unexpected end of expression'],
  ['githup.sha', "Unrecognized named-value: 'githup'"],
  ['hashFiles(1)', "Unrecognized function: 'hashFiles'"],
  ["format('{1}', 1)", 'references more arguments than were supplied'],
  ['', 'an expression was expected'],
])('the expression `%s` is an error that shows it: %s', (source, why) => {
  expect(() => evaluate(source, scope)).toThrow(`The workflow expression \`${source}\` fails: `);
  expect(() => evaluate(source, scope)).toThrow(why);
});
