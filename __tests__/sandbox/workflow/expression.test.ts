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
])('%s is %j', (source, value) => {
  expect(evaluate(source, scope)).toEqual(value);
});

test('what is missing is the empty text', () => {
  expect(interpolate('a${{ inputs.pull }}b ${{ github.event.number }}', scope)).toBe('ab 7');
});

test('a condition asks for success unless it names a status itself', () => {
  const failed: Scope = { ...scope, status: 'failure' };
  expect(isConditionMet(undefined, failed)).toBe(false);
  expect(isConditionMet('true', failed)).toBe(false);
  expect(isConditionMet('${{ always() && github.event.number == 7 }}', failed)).toBe(true);
  expect(isConditionMet('failure()', failed)).toBe(true);
  expect(isConditionMet(undefined, scope)).toBe(true);
});

test('an expression that cannot be read is an error that shows it', () => {
  expect(() => evaluate('github.event ==', scope)).toThrow('`github.event ==` cannot be read: it ends too early');
  expect(() => evaluate('hashFiles(1)', scope)).toThrow('no function hashfiles()');
});
