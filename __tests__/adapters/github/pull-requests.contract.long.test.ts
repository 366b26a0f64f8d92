/** What GitHub does with what spawner and worker ask of it: the real adapter, on the sandbox, and those in memory have to agree. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Branch } from '../../../src/domain/ids.ts';
import { LABEL, NEEDS_PERSON_LABEL } from '../../../src/domain/marker.ts';
import type { PullRequests } from '../../../src/ports/github.ts';
import { branchAt, type Github, kinds, NONE, ONE, THREE, TWO, WANT } from './kinds.ts';

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

  test('names the default branch', async () => {
    expect(await port.defaultBranch()).toBe('main');
  });

  test('gives the open one of the branch when asked again, as it is, with the head that was pushed since', async () => {
    const first = await opened(ONE);
    const head = await github.push(ONE);
    expect(await port.open({ ...WANT, branch: ONE, title: 'Another', body: 'Other.' })).toEqual({ ...first, head });
    expect(await at(ONE)).toEqual({ ...first, head });
  });

  test('takes the verdict on an older head off the one that is asked for again, and puts on the label that it lacks', async () => {
    const { number } = await opened(ONE);
    await github.label(number, 'theirs');
    await github.label(number, NEEDS_PERSON_LABEL);
    await port.removeLabel(number, LABEL);
    const labels = (await at(ONE))?.labels ?? [];
    expect(labels).toContain(NEEDS_PERSON_LABEL);
    const again = [...labels.filter((name) => name !== NEEDS_PERSON_LABEL), LABEL];
    expect((await port.open({ ...WANT, branch: ONE })).labels).toEqual(again);
    expect((await at(ONE))?.labels).toEqual(again);
  });

  test('refuses, for a person to see, a branch that is not there, one with nothing of its own, and a base that is not there', async () => {
    const refused = { name: 'UserError', exit: 'person' };
    await expect(port.open({ ...WANT, branch: NONE })).rejects.toMatchObject(refused);
    await github.pointAtMain(ONE);
    await expect(port.open({ ...WANT, branch: ONE })).rejects.toMatchObject(refused);
    await github.push(TWO);
    await expect(port.open({ ...WANT, branch: TWO, base: 'nowhere' })).rejects.toMatchObject(refused);
    expect(await port.pullRequestsOf([ONE, TWO, NONE])).toEqual([]);
  });

  test('shows those of many branches, whatever their state, and none of a branch that has none', async () => {
    const [one, two, three] = [await opened(ONE), await opened(TWO), await opened(THREE)];
    const mergeCommit = await github.merge(two.number, TWO);
    await port.close(three.number);
    const others = Array.from({ length: 100 }, (_, more) => branchAt(more + 5));
    const found = await port.pullRequestsOf([THREE, NONE, ...others, ONE, TWO]);
    expect([...found].sort((a, b) => a.number - b.number)).toEqual([
      one,
      { ...two, state: 'merged', mergeCommit },
      { ...three, state: 'closed' },
    ]);
    expect((await port.pullRequestsOf([TWO])).map(({ number }) => number)).toEqual([two.number]);
    expect(await port.pullRequestsOf([])).toEqual([]);
  });

  test('keeps the head of one that is over, wherever its branch goes', async () => {
    const [one, two] = [await opened(ONE), await opened(TWO)];
    const head = await github.push(ONE);
    const mergeCommit = await github.merge(one.number, ONE);
    await github.push(ONE);
    await port.close(two.number);
    await github.deleteBranch(TWO);
    expect(await at(ONE)).toEqual({ ...one, head, state: 'merged', mergeCommit });
    expect(await at(TWO)).toEqual({ ...two, state: 'closed' });
  });

  test('closes one whose branch is deleted', async () => {
    const one = await opened(ONE);
    await github.deleteBranch(ONE);
    expect(await at(ONE)).toEqual({ ...one, state: 'closed' });
  });

  test('closes twice without complaint, and leaves one that is merged as it is', async () => {
    const [one, two] = [await opened(ONE), await opened(TWO)];
    await port.close(one.number);
    await port.close(one.number);
    expect(await at(ONE)).toEqual({ ...one, state: 'closed' });
    await github.merge(two.number, TWO);
    await port.close(two.number);
    expect(await at(TWO)).toMatchObject({ state: 'merged' });
  });

  test('takes a label off, and one that is not there without complaint', async () => {
    const { number } = await opened(ONE);
    await github.label(number, NEEDS_PERSON_LABEL);
    await port.removeLabel(number, NEEDS_PERSON_LABEL);
    await port.removeLabel(number, NEEDS_PERSON_LABEL);
    await port.removeLabel(number, 'nothing');
    expect((await at(ONE))?.labels).toEqual([LABEL]);
  });
});
