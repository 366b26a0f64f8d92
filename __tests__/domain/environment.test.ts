import { expect, test } from '@jest/globals';
import { givenToken } from '../../src/domain/environment.ts';

test('GITHUB_TOKEN gives the token before GH_TOKEN, and an empty one gives none', () => {
  expect(givenToken({ GH_TOKEN: 'b', GITHUB_TOKEN: 'a' })).toEqual({ from: 'GITHUB_TOKEN', token: 'a' });
  expect(givenToken({ GH_TOKEN: 'b', GITHUB_TOKEN: '' })).toEqual({ from: 'GH_TOKEN', token: 'b' });
  expect(givenToken({ GITHUB_TOKEN: '', GH_ENTERPRISE_TOKEN: 'c' })).toBeUndefined();
});
