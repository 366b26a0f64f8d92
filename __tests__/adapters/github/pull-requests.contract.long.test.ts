/** What GitHub does with what spawner and worker ask of it: the real adapter, on the sandbox, and those in memory have to agree. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from '../../../src/adapters/github/client.ts';
import { createPullRequests } from '../../../src/adapters/github/pull-requests.ts';
import { type Branch, branchOf, issueId, sha } from '../../../src/domain/ids.ts';
import { LABEL, NEEDS_PERSON_LABEL } from '../../../src/domain/marker.ts';
import type { PullRequests } from '../../../src/ports/github.ts';
import { FakePullRequests } from '../../fakes/pull-requests.ts';
import { fastClock } from '../../merger/ground.ts';
import { type Stage, setStage, where } from '../../sandbox/stage.ts';
import { Alone } from '../../sim/alone.ts';
import { pullRequestsPort } from '../../sim/forge-ports.ts';
import { World } from '../../sim/world.ts';

const branchAt = (at: number) => branchOf(issueId(`bd-e.${at}`), 1);
const [ONE, TWO, THREE, NONE] = [branchAt(1), branchAt(2), branchAt(3), branchAt(4)];
const WANT = { base: 'main', title: 'Say "hello" & <wave>', body: 'Done.\n\nAll of it.\n', label: LABEL };

/** The port, and what others do to the repository meanwhile. */
type Github = {
  port: PullRequests;
  /** Commits on top of main and puts the branch there; gives the commit. */
  push(branch: Branch): Promise<string>;
  pointAtMain(branch: Branch): Promise<unknown>;
  deleteBranch(branch: Branch): Promise<unknown>;
  label(number: number, name: string): Promise<unknown>;
  /** Gives the merge commit. */
  merge(number: number, branch: Branch): Promise<string>;
  end(): Promise<void>;
};

async function onSandbox(of: (stage: Stage) => Pick<Github, 'port' | 'label' | 'merge'>): Promise<Github> {
  const stage = await setStage();
  let pushes = 0;
  return {
    ...of(stage),
    push(branch) {
      pushes += 1;
      return stage.branch(branch, { [`${branch}.txt`]: `${pushes}\n` });
    },
    pointAtMain: (branch) => stage.git('push', '--quiet', 'origin', `main:refs/heads/${branch}`),
    deleteBranch: (branch) => stage.git('push', '--quiet', '--delete', 'origin', branch),
    end: () => stage.end(),
  };
}

/** In a world without faults. */
function simulated(): Github {
  const world = new World(1, {});
  world.chaos = false;
  const { forge, graph } = world;
  return {
    port: pullRequestsPort(world, new Alone({ name: 'worker', role: 'worker', task: 'bd-1.1' })),
    async push(branch) {
      const head = graph.add([world.baseHead()], { [`${branch}.txt`]: `${graph.commits.length}\n` });
      world.setRemote(branch, head);
      return head;
    },
    pointAtMain: async (branch) => world.setRemote(branch, world.baseHead()),
    deleteBranch: async (branch) => world.setRemote(branch, undefined),
    label: async (number, name) => forge.find(number).labels.push(name),
    merge: async (number) => forge.merge(forge.find(number), 'ada'),
    end: async () => {},
  };
}

const kinds: { name: string; make(): Promise<Github> }[] = [
  {
    name: 'in memory',
    make: () =>
      onSandbox(({ git, sandbox }) => {
        const port = new FakePullRequests(sandbox.repository.git.dir);
        return {
          port,
          async label(number, name) {
            const labels = port.all.find((one) => one.number === number)?.labels ?? [];
            port.set(number, { labels: [...labels, name] });
          },
          async merge(number, branch) {
            await git('checkout', '--quiet', 'main');
            await git('merge', '--quiet', '--no-ff', '-m', `Merge ${branch}`, branch);
            await git('push', '--quiet', 'origin', 'main');
            const mergeCommit = sha(await git('rev-parse', 'main'));
            port.set(number, { state: 'merged', mergeCommit });
            return mergeCommit;
          },
        };
      }),
  },
  { name: 'in the simulation', make: async () => simulated() },
  {
    name: 'the real adapter',
    make: () =>
      onSandbox(({ octokit, sandbox }) => {
        const client = createClient({ token: sandbox.tokens.user, apiUrl: sandbox.url, clock: fastClock() });
        return {
          port: createPullRequests(client, { owner: where.owner, name: where.repo }),
          label: (number, name) => octokit.issues.addLabels({ ...where, issue_number: number, labels: [name] }),
          merge: async (number) => (await octokit.pulls.merge({ ...where, pull_number: number })).data.sha,
        };
      }),
  },
];

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
