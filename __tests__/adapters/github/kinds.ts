/** The real adapter on the sandbox, and those in memory, and what the tests of their contract have in common. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import { createClient } from '../../../src/adapters/github/client.ts';
import { createPullRequests } from '../../../src/adapters/github/pull-requests.ts';
import { type Branch, branchOf, issueId, sha } from '../../../src/domain/ids.ts';
import type { PullRequests } from '../../../src/ports/github.ts';
import { FakePullRequests } from '../../fakes/pull-requests.ts';
import { fastClock } from '../../merger/harness.ts';
import { type Stage, setStage, where } from '../../sandbox/stage.ts';
import { Alone } from '../../sim/alone.ts';
import { pullRequestsPort } from '../../sim/forge-ports.ts';
import { World } from '../../sim/world.ts';

export const branchAt = (at: number) => branchOf(issueId(`bd-e.${at}`), 1);
export const [ONE, TWO, THREE, NONE] = [branchAt(1), branchAt(2), branchAt(3), branchAt(4)];
export const WANT = { base: 'main', title: 'Say "hello" & <wave>', body: 'Done.\n\nAll of it.\n' };

/** The port, and what others do to the repository meanwhile. */
export type Github = {
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

export const kinds: { name: string; make(): Promise<Github> }[] = [
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

/** In a `describe`: a new GitHub for each of its tests, which ends with the test, and what most of them do with it. */
export function githubForEach(make: () => Promise<Github>) {
  let github: Github;
  beforeEach(async () => {
    github = await make();
  });
  afterEach(() => github.end());
  return {
    get github() {
      return github;
    },
    get port() {
      return github.port;
    },
    async opened(branch: Branch) {
      await github.push(branch);
      return await github.port.open({ ...WANT, branch });
    },
    /** The only one of the branch. */
    async at(branch: Branch) {
      const [found, ...more] = await github.port.pullRequestsOf([branch]);
      expect(more).toEqual([]);
      return found;
    },
  };
}
