/** Of the contract of pull requests what all else rests on: there is one for a branch. The rest of it takes its time. */
import { describe, expect, test } from '@jest/globals';
import { githubForEach, kinds, ONE, TWO, WANT } from './kinds.ts';

describe.each(kinds)('PullRequests, $name', ({ make }) => {
  const on = githubForEach(make);

  test('opens a pull request as it was asked for, and shows it so', async () => {
    const head = await on.github.push(ONE);
    const made = await on.port.open({ ...WANT, branch: ONE });
    expect(made).toEqual({
      number: 1,
      url: expect.stringMatching(/^https?:.*\/pull\/1$/),
      branch: ONE,
      head,
      base: 'main',
      state: 'open',
      draft: false,
      labels: [],
      mergeCommit: undefined,
      title: WANT.title,
      body: WANT.body,
    });
    expect(await on.at(ONE)).toEqual(made);
  });

  test('opens no second one of a branch: what it has is given as it is, merged or closed', async () => {
    const [one, two] = [await on.opened(ONE), await on.opened(TWO)];
    const mergeCommit = await on.github.merge(one.number, ONE);
    await on.port.close(two.number);
    const head = await on.github.push(ONE);
    expect(head).not.toBe(one.head);
    expect(await on.port.open({ ...WANT, branch: ONE })).toEqual({ ...one, state: 'merged', mergeCommit });
    expect(await on.port.open({ ...WANT, branch: TWO })).toEqual({ ...two, state: 'closed' });
    expect(await on.at(ONE)).toEqual({ ...one, state: 'merged', mergeCommit });
    expect(await on.at(TWO)).toEqual({ ...two, state: 'closed' });
  });
});
