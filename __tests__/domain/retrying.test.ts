import { expect, test } from '@jest/globals';
import { BOUNDS } from '../../src/domain/bounds.ts';
import { retrying } from '../../src/domain/retrying.ts';

const THREE = { value: 3, unit: 'tries', why: 'It is a test.' } as const;

test('what loses its race is tried again, until it wins', async () => {
  const answers = [undefined, { is: 'done' }, { is: 'too late' }];
  expect(await retrying(THREE, async () => answers.shift())).toEqual({ is: 'done' });
  expect(answers).toHaveLength(1);
});

test('what loses every race is tried so often and no more, with a pause before each further try', async () => {
  const seen: string[] = [];
  const lost = async () => void seen.push('try');
  expect(await retrying<object>(THREE, lost, async (tries) => void seen.push(`pause ${tries}`))).toBeUndefined();
  expect(seen).toEqual(['try', 'pause 1', 'try', 'pause 2', 'try']);
});

test('what fails otherwise is not tried again', async () => {
  let tries = 0;
  const failing = async () => {
    tries += 1;
    throw new Error('a bug');
  };
  await expect(retrying(THREE, failing)).rejects.toThrow('a bug');
  expect(tries).toBe(1);
});

test('every bound is a positive number, says its unit, and why', () => {
  for (const { value, unit, why } of Object.values(BOUNDS)) {
    const numbers: readonly number[] = typeof value === 'number' ? [value] : value;
    expect(numbers.every((one) => Number.isSafeInteger(one) && one > 0)).toBe(true);
    expect(unit).not.toBe('');
    expect(why).toMatch(/^[A-Z].+\.$/);
  }
});
