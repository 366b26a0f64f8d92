/** What a sweep costs: requests, counted at the sandbox. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHarness, type Harness, where } from './harness.ts';

let harness: Harness;
let asked: string[] = [];
beforeEach(async () => {
  harness = await createHarness();
  harness.sandbox.onExchange(({ method, path, requestBody }) => {
    const { query } = (requestBody ?? {}) as { query?: string };
    asked.push(query === undefined ? `${method} ${path}` : (/\w+ (\w+)/.exec(query)?.[1] ?? ''));
  });
});
afterEach(() => harness.end());

const isVoice = (one: string) => /\/(check-runs|comments)/.test(one);
const wakes = (one: string) => /^GET .*\/pulls\/\d+$/.test(one);

/** What a sweep has asked for, apart from its voice and from what wakes mergeability. */
async function priceOf() {
  asked = [];
  const report = await harness.sweep();
  expect(report.trouble).toBeUndefined();
  const [voice, woken] = [asked.filter(isVoice).length, asked.filter(wakes).length];
  return { report, price: asked.filter((one) => !isVoice(one) && !wakes(one)), voice, woken };
}

/** GitHub has computed what it was asked for before. */
async function known(...numbers: number[]) {
  for (const number of numbers)
    for (const _ of [1, 2]) await harness.octokit.rest.pulls.get({ ...where, pull_number: number });
}

test('a sweep with nothing to do costs three requests at most, also with pull requests that wait', async () => {
  expect((await priceOf()).price).toEqual(['RepositoryFacts', 'StateFileAndOpenPullRequests', 'MergedPullRequests']);
  await harness.open('hd-1.1', { green: false });
  await harness.open('hd-1.2', { green: false });
  await harness.sweep();
  const { price, voice } = await priceOf();
  expect(price).toEqual(['RepositoryFacts', 'StateFileAndOpenPullRequests', 'MergedPullRequestsAndHeadDetails']);
  expect(voice).toBe(0);
});

test('a pull request alone costs ten requests at most in the sweep that lands it, and two for its voice', async () => {
  const { number } = await harness.open('hd-1.1');
  await known(number);
  const { report, price, voice, woken } = await priceOf();
  expect(report).toMatchObject({ merged: [{ task: 'hd-1.1' }], closed: [{ task: 'hd-1.1' }] });
  expect(price.length).toBeLessThanOrEqual(10);
  expect(voice).toBeLessThanOrEqual(2);
  expect(woken).toBe(0);
});

test('each further one that is ready costs five at most, and only the next in line is asked about', async () => {
  const [first, second, third] = [
    await harness.open('hd-1.1'),
    await harness.open('hd-1.2'),
    await harness.open('hd-1.3'),
  ];
  await known(first.number, second.number, third.number);
  const { report, price, voice, woken } = await priceOf();
  expect(report.merged.map(({ task }) => task)).toEqual(['hd-1.1', 'hd-1.2', 'hd-1.3']);
  expect(report.closed).toHaveLength(3);
  expect(price.length).toBeLessThanOrEqual(10 + 2 * 5);
  expect(voice).toBeLessThanOrEqual(3 * 2);
  expect(asked.filter(wakes)).toEqual([second, third].map(({ number }) => expect.stringContaining(`/pulls/${number}`)));
  expect(woken).toBe(2);
});
