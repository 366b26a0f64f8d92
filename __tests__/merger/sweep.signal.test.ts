import { afterEach, expect, test } from '@jest/globals';
import { TransientError } from '../../src/domain/errors.ts';
import { createHarness, type Harness } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

test('a signal ends the wait after a failure, and no other look is begun', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  const stop = new AbortController();
  let reads = 0;
  const github: typeof harness.github = {
    ...harness.github,
    async openPullRequests() {
      reads += 1;
      stop.abort();
      throw new TransientError('GitHub did not answer');
    },
  };
  expect(await harness.sweep({ github, signal: stop.signal })).toMatchObject({ merged: [], closed: [] });
  expect(reads).toBe(1);
});
