import { expect, test } from '@jest/globals';
import { differingLines } from '../../src/init/difference.ts';

test('a difference names lines in the order of the files, and moved lines on both sides', () => {
  expect(differingLines('a\nb\nc\n', 'a\nc\nd\n')).toEqual(['- b', '+ d']);
  expect(differingLines('a\r\nb\r\n', 'a\nb\n')).toEqual([]);
  expect(differingLines('', 'a\n\nb')).toEqual(['+ a', '+ b']);
  expect(differingLines('a\n\n', 'a\n \n\t\n')).toEqual([]);
});

test('of texts that have little in common only the lines are counted', () => {
  const lines = (word: string) => Array.from({ length: 1_500 }, (_, at) => `${word} ${at}`).join('\n');
  expect(differingLines(lines('mine'), `${lines('yours')}\n`)).toEqual(['- (1500 lines)', '+ (1501 lines)']);
  expect(differingLines(lines('mine'), `${lines('mine')}\nyours`)).toEqual(['+ yours']);
});
