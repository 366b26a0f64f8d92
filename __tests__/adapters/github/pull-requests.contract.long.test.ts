/** What GitHub does with what spawner and worker ask of it: the real adapter, on the sandbox, and those in memory have to agree. */
import { describe, expect, test } from '@jest/globals';
import { branchAt, githubForEach, kinds, NONE, ONE, THREE, TWO, WANT } from './kinds.ts';

describe.each(kinds)('PullRequests, $name', ({ make }) => {
  const on = githubForEach(make);

  test('names the default branch', async () => {
    expect(await on.port.defaultBranch()).toBe('main');
  });

  test('gives the open one of the branch when asked again, as it is, with the head that was pushed since', async () => {
    const first = await on.opened(ONE);
    const head = await on.github.push(ONE);
    expect(await on.port.open({ ...WANT, branch: ONE, title: 'Another', body: 'Other.' })).toEqual({ ...first, head });
    expect(await on.at(ONE)).toEqual({ ...first, head });
  });

  test('leaves the labels of one that is asked for again as people have set them', async () => {
    const { number } = await on.opened(ONE);
    for (const name of ['theirs', 'heddle:hold']) await on.github.label(number, name);
    const labels = (await on.at(ONE))?.labels;
    expect([...(labels ?? [])].sort()).toEqual(['heddle:hold', 'theirs']);
    expect((await on.port.open({ ...WANT, branch: ONE })).labels).toEqual(labels);
    expect((await on.at(ONE))?.labels).toEqual(labels);
  });

  test('refuses, for a person to see, a branch that is not there, one with nothing of its own, and a base that is not there', async () => {
    const refused = { name: 'UserError', exit: 'person' };
    await expect(on.port.open({ ...WANT, branch: NONE })).rejects.toMatchObject(refused);
    await on.github.pointAtMain(ONE);
    await expect(on.port.open({ ...WANT, branch: ONE })).rejects.toMatchObject(refused);
    await on.github.push(TWO);
    await expect(on.port.open({ ...WANT, branch: TWO, base: 'nowhere' })).rejects.toMatchObject(refused);
    expect(await on.port.pullRequestsOf([ONE, TWO, NONE])).toEqual([]);
  });

  test('shows those of many branches, whatever their state, and none of a branch that has none', async () => {
    const [one, two, three] = [await on.opened(ONE), await on.opened(TWO), await on.opened(THREE)];
    const mergeCommit = await on.github.merge(two.number, TWO);
    await on.port.close(three.number);
    const others = Array.from({ length: 100 }, (_, more) => branchAt(more + 5));
    const found = await on.port.pullRequestsOf([THREE, NONE, ...others, ONE, TWO]);
    expect([...found].sort((a, b) => a.number - b.number)).toEqual([
      one,
      { ...two, state: 'merged', mergeCommit },
      { ...three, state: 'closed' },
    ]);
    expect((await on.port.pullRequestsOf([TWO])).map(({ number }) => number)).toEqual([two.number]);
    expect(await on.port.pullRequestsOf([])).toEqual([]);
  });

  test('keeps the head of one that is over, wherever its branch goes', async () => {
    const [one, two] = [await on.opened(ONE), await on.opened(TWO)];
    const head = await on.github.push(ONE);
    const mergeCommit = await on.github.merge(one.number, ONE);
    await on.github.push(ONE);
    await on.port.close(two.number);
    await on.github.deleteBranch(TWO);
    expect(await on.at(ONE)).toEqual({ ...one, head, state: 'merged', mergeCommit });
    expect(await on.at(TWO)).toEqual({ ...two, state: 'closed' });
  });

  test('closes one whose branch is deleted', async () => {
    const one = await on.opened(ONE);
    await on.github.deleteBranch(ONE);
    expect(await on.at(ONE)).toEqual({ ...one, state: 'closed' });
  });

  test('closes twice without complaint, and leaves one that is merged as it is', async () => {
    const [one, two] = [await on.opened(ONE), await on.opened(TWO)];
    await on.port.close(one.number);
    await on.port.close(one.number);
    expect(await on.at(ONE)).toEqual({ ...one, state: 'closed' });
    await on.github.merge(two.number, TWO);
    await on.port.close(two.number);
    expect(await on.at(TWO)).toMatchObject({ state: 'merged' });
  });
});
