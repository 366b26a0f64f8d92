/** Of the contract of pull requests what all else rests on: there is one for a branch. The rest of it takes its time. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Branch } from '../../../src/domain/ids.ts';
import { LABEL } from '../../../src/domain/marker.ts';
import type { PullRequests } from '../../../src/ports/github.ts';
import { type Github, kinds, ONE, TWO, WANT } from './kinds.ts';

describe.each(kinds)('PullRequests, $name', ({ make }) => {
  let github: Github;
  let port: PullRequests;
  beforeEach(async () => {
    github = await make();
    port = github.port;
  });
  afterEach(() => github.end());

  const opened = async (branch: Branch) => {
    await github.push(branch);
    return await port.open({ ...WANT, branch });
  };
  const at = async (branch: Branch) => {
    const [found, ...more] = await port.pullRequestsOf([branch]);
    expect(more).toEqual([]);
    return found;
  };

  test('opens a pull request as it was asked for, and shows it so', async () => {
    const head = await github.push(ONE);
    const made = await port.open({ ...WANT, branch: ONE });
    expect(made).toEqual({
      number: 1,
      url: expect.stringMatching(/^https?:.*\/pull\/1$/),
      branch: ONE,
      head,
      base: 'main',
      state: 'open',
      draft: false,
      labels: [LABEL],
      mergeCommit: undefined,
      title: WANT.title,
      body: WANT.body,
    });
    expect(await at(ONE)).toEqual(made);
  });

  test('opens no second one of a branch: what it has is given as it is, merged or closed', async () => {
    const [one, two] = [await opened(ONE), await opened(TWO)];
    const mergeCommit = await github.merge(one.number, ONE);
    await port.close(two.number);
    const head = await github.push(ONE);
    expect(head).not.toBe(one.head);
    expect(await port.open({ ...WANT, branch: ONE })).toEqual({ ...one, state: 'merged', mergeCommit });
    expect(await port.open({ ...WANT, branch: TWO })).toEqual({ ...two, state: 'closed' });
    expect(await at(ONE)).toEqual({ ...one, state: 'merged', mergeCommit });
    expect(await at(TWO)).toEqual({ ...two, state: 'closed' });
  });
});
