/** What GitHub shows of a pull request that may land, behind one actor's calls. */
import type {
  CheckWriter,
  HandBackReader,
  HeadChecks,
  HeadDetails,
  OpenPullRequest,
  ReviewReader,
} from '../../src/ports/review.ts';
import type { Actor } from './actor.ts';
import type { Check, Pull } from './forge.ts';
import type { World } from './world.ts';

export function reviewReader(world: World, actor: Actor): ReviewReader {
  const { forge, graph } = world;
  const read = <T>(name: string, run: () => T): Promise<T> => actor.call(`github.${name}`, 'read', run);
  return {
    repository: () =>
      read('repository', () => ({
        defaultBranch: world.base,
        methods: [world.method],
        config: world.mergerConfig,
        rules: undefined,
        actionsToken: true,
        appToken: true,
      })),
    fileOn: () => read('fileOn', () => undefined),
    rulesOf: () => actor.look(() => ({ required: [], methods: undefined, mergeQueue: false })),
    openPullRequests: () =>
      read('openPullRequests', () => {
        actor.lookedAt = world.step;
        const open = forge.pulls.filter(
          (pull) => pull.state === 'open' || (pull.state === 'merged' && forge.lags(pull)),
        );
        return open.map((pull) => openPullRequest(world, pull));
      }),
    jobNames: () => actor.look(() => undefined),
    details: (of) =>
      read('details', () => new Map(of.map(({ number, head }) => [number, detailsOf(world, number, head)]))),
    changedFiles: ({ number }) =>
      read('changedFiles', () => {
        const head = forge.headOf(forge.find(number));
        const fork = graph.mergeBase(world.baseHead(), head);
        return { paths: fork === undefined ? [] : graph.changed(fork, head), complete: true };
      }),
  };
}

/** Of a pull request that does not land as it is. */
export function handBackPort(world: World, actor: Actor): HandBackReader & CheckWriter {
  const { forge, graph } = world;
  const read = <T>(name: string, run: () => T): Promise<T> => actor.call(`github.${name}`, 'read', run);
  return {
    ...reviewReader(world, actor),
    mergeable: (number) => read('mergeable', () => forge.mergeabilityOf(forge.find(number))),
    attemptsOf: (workflowRun) =>
      read('attemptsOf', () => {
        const commit = graph.commits[workflowRun];
        const check = commit === undefined ? undefined : forge.checks.get(commit.sha);
        return { started: 1 + (forge.reRuns.get(commit?.sha ?? '') ?? 0), complete: check !== 'queued' };
      }),
    logEnd: () => read('logEnd', () => 'it failed\n'),
    requestedChanges: () => actor.look(() => []),
    rerunFailed: (workflowRun) =>
      actor.call('github.rerunFailed', 'effect', () => {
        const commit = graph.commits[workflowRun];
        if (commit === undefined || forge.checks.get(commit.sha) !== 'red') return { is: 'refused', why: 'it runs' };
        world.count('checks run again');
        forge.reRuns.set(commit.sha, 1 + (forge.reRuns.get(commit.sha) ?? 0));
        forge.report(commit.sha, 'queued');
        return { is: 'started' };
      }),
  };
}

function openPullRequest(world: World, pull: Pull): OpenPullRequest {
  const { forge } = world;
  const { number, title, body, branch, base, draft, labels, createdAt } = pull;
  return {
    number,
    url: '',
    title,
    body,
    author: { login: 'ada', association: 'OWNER' },
    branch,
    head: forge.headOf(pull),
    base,
    fromFork: false,
    draft,
    labels: [...labels],
    mergeable: pull.mergeableFor === forge.mergeableFor(pull) ? forge.mergeabilityOf(pull) : 'unknown',
    behind: false,
    review: 'none',
    headApproved: false,
    changedLines: 1,
    changedFiles: 1,
    createdAt,
  };
}

function detailsOf(world: World, number: number, head: string): HeadDetails {
  const pull = world.forge.find(number);
  return { checks: checksOf(world, head), comment: pull.comments[0], said: pull.said.get(head) };
}

function checksOf(world: World, head: string): HeadChecks {
  const { graph, forge } = world;
  const check: Check | undefined = graph.has(head) ? forge.checks.get(graph.at(head).sha) : undefined;
  const at = new Date(world.startedAt);
  if (check === undefined) return { committedAt: at, suites: [], runs: [], statuses: [] };
  const complete = check !== 'queued';
  const conclusion = complete ? (check === 'green' ? 'success' : 'failure') : undefined;
  const suite = {
    id: head,
    createdAt: at,
    app: 'github-actions',
    appId: 7,
    workflow: { path: 'ci.yml', name: 'CI' },
    event: 'pull_request',
    runId: graph.commits.findIndex(({ sha }) => sha === head),
    complete,
    conclusion,
  };
  return {
    committedAt: at,
    suites: [suite],
    runs: [{ id: 1, name: 'test', suite, complete, conclusion, startedAt: at }],
    statuses: [],
  };
}
