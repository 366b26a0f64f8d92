/** GitHub behind one actor's calls: for spawner and worker, and for the merger. */
import { TransientError, UserError } from '../../src/domain/errors.ts';
import type { Branch } from '../../src/domain/ids.ts';
import { roundOf } from '../../src/domain/issue.ts';
import { parseMarker } from '../../src/domain/marker.ts';
import type { Opening, PullRequest, PullRequests } from '../../src/ports/github.ts';
import type { MergeOutcome } from '../../src/ports/landing.ts';
import type { CommitOutcome, MergerGitHub } from '../../src/ports/merger-github.ts';
import type { Actor } from './actor.ts';
import { reviewReader } from './review-port.ts';
import type { World } from './world.ts';

export function pullRequestsPort(world: World, actor: Actor): PullRequests {
  const { forge } = world;
  const effect = <T>(name: string, run: () => T): Promise<T> => actor.call(`github.${name}`, 'effect', run);
  // As the real one: whatever became of an earlier request, the branch finds the pull request again.
  const known = async (branch: Branch): Promise<PullRequest | undefined> => {
    const all = await port.pullRequestsOf([branch]);
    const found = all.find(({ state }) => state === 'open') ?? all[0];
    if (found !== undefined) world.count('adopted pull request');
    return found;
  };
  const make = async (want: Opening): Promise<PullRequest> => {
    try {
      const made = await effect('open', () => {
        const pull = forge.make(want);
        if (pull !== undefined) world.rules.opens(actor, pull);
        return pull;
      });
      if (made !== undefined) return forge.shown(made);
      throw new UserError(`GitHub refuses one of ${want.branch}`, { hint: 'Look.', exit: 'person' });
    } catch (failure) {
      // What a killed actor throws is neither, and must not go on.
      const answer = failure instanceof TransientError || failure instanceof UserError;
      const found = answer ? await known(want.branch) : undefined;
      if (found === undefined) throw failure;
      return found;
    }
  };
  const port: PullRequests = {
    defaultBranch: () => actor.look(() => world.base),
    pullRequestsOf: (branches) =>
      actor.call('github.pullRequestsOf', 'read', () =>
        // The newest first.
        forge.pulls
          .filter(({ branch }) => branches.includes(branch))
          .map((pull) => forge.shown(pull))
          .reverse(),
      ),
    open: async (want) => (await known(want.branch)) ?? (await make(want)),
    close: (number) =>
      effect('close', () => {
        const pull = forge.find(number);
        const marker = parseMarker(pull.body);
        const old = marker !== undefined && marker.round < roundOf(world.beads.at(marker.task));
        if (old && pull.state === 'open') world.count('old pull request closed');
        forge.close(pull);
      }),
  };
  return port;
}

export function mergerPort(world: World, actor: Actor): MergerGitHub {
  const { forge, graph } = world;
  const read = <T>(name: string, run: () => T): Promise<T> => actor.call(`github.${name}`, 'read', run);
  const unclear = { lost: () => ({ is: 'unclear' as const, why: 'the answer was lost' }) };
  return {
    ...reviewReader(world, actor),
    stateFile: (branch, path) =>
      read('stateFile', () => {
        const commit = world.remote.get(branch);
        if (commit === undefined) return undefined;
        actor.stateFile = graph.at(commit).tree[path];
        return { commit, content: actor.stateFile };
      }),
    mergedInto: (_base, branches) =>
      read('mergedInto', () =>
        forge.pulls.flatMap((pull) => {
          const { number, branch, body, state, mergeCommit } = pull;
          if (state !== 'merged' || mergeCommit === undefined || !branches.includes(branch) || forge.lags(pull))
            return [];
          return [{ number, url: '', branch, body, commit: mergeCommit }];
        }),
      ),
    jobNames: () => read('jobNames', () => undefined),
    mayWrite: () => read('mayWrite', () => true),
    contains: (branch, commit) => read('contains', () => graph.isAncestor(commit, world.remote.get(branch) ?? '')),
    askMergeability: (number) =>
      read('askMergeability', () => {
        const pull = forge.find(number);
        if (!world.chaos || world.random.chance(0.7)) pull.mergeableFor = forge.mergeableFor(pull);
      }),
    merge: (want) =>
      actor.call<MergeOutcome>(
        'github.merge',
        'effect',
        (cut) => {
          const outcome = land(world, actor, want);
          if (outcome.is === 'merged' && cut) world.count('merged, answer lost');
          return outcome;
        },
        unclear,
      ),
    commitFile: ({ branch, expectedHead, path, content }) =>
      actor.call<CommitOutcome>(
        'github.commitFile',
        'effect',
        () => {
          const there = world.remote.get(branch);
          if (there === undefined) return { is: 'refused', why: 'no such branch' };
          if (there !== expectedHead && world.broken !== 'compare and swap') {
            world.count('close race lost');
            return { is: 'lost the race' };
          }
          const commit = graph.add([there], { ...graph.at(there).tree, [path]: content });
          world.rules.stateMoves(actor, there, content);
          world.setRemote(branch, commit);
          return { is: 'committed', commit };
        },
        unclear,
      ),
    comment: (number, { id, body }) =>
      actor.call('github.comment', 'effect', () => {
        const { comments } = forge.find(number);
        const known = comments.find((one) => one.id === id);
        if (known !== undefined) known.body = body;
        else comments.push({ id: forge.commentId(), body });
      }),
    sayVerdict: ({ head, known, conclusion, title }) =>
      actor.call('github.sayVerdict', 'effect', () => {
        const run = known?.run ?? Number(forge.commentId());
        const pull = forge.pulls.find((one) => forge.headOf(one) === head);
        pull?.said.set(head, { run, conclusion, title, annotated: false });
        return { is: 'said' };
      }),
  };
}

function land(world: World, actor: Actor, want: { number: number; head: string }): MergeOutcome {
  const { forge, graph } = world;
  const pull = forge.find(want.number);
  if (pull.state !== 'open') return { is: 'not mergeable' };
  if (graph.conflicts(world.baseHead(), forge.headOf(pull)).length > 0) return { is: 'not mergeable' };
  if (pull.draft) return { is: 'refused', why: 'Pull Request is still a draft' };
  if (forge.headOf(pull) !== want.head && world.broken !== 'head pin') {
    world.count('head moved');
    return { is: 'head moved' };
  }
  if (world.chaos && world.random.chance(0.03)) {
    world.count('base moved');
    return { is: 'base moved' };
  }
  world.rules.lands(actor, pull);
  return { is: 'merged', commit: forge.merge(pull, actor.name) };
}
