/** Rulesets: which rules hold for a branch, whom they bind, and in which words GitHub refuses. */
import { minimatch } from 'minimatch';
import { contextOutcome, rollup } from './check-summary.ts';
import type { Actor } from './events.ts';
import { type RefMove, ZERO_OID } from './git.ts';
import type { MergeMethod, PullRequest, Repository, Rule, Ruleset, World } from './world.ts';

type RuleInForce = { rule: Rule; ruleset: Ruleset };

export function rulesFor(repository: Repository, ref: string): RuleInForce[] {
  const matches = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' && ref === `refs/heads/${repository.defaultBranch}`) ||
    minimatch(ref, pattern);
  return [...repository.rulesets.values()]
    .filter(({ enforcement }) => enforcement === 'active')
    .filter(({ include, exclude }) => include.some(matches) && !exclude.some(matches))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })));
}

/** The rules that bind this actor. The Actions token can be on no bypass list. */
export function bindingRules(repository: Repository, ref: string, actor: Actor): Rule[] {
  return rulesFor(repository, ref)
    .filter(({ ruleset }) => !ruleset.bypass.some((entry) => isSame(entry, actor)))
    .map(({ rule }) => rule);
}

function isSame(entry: Ruleset['bypass'][number], actor: Actor): boolean {
  if (entry.kind === 'user') return actor.kind === 'user' && actor.login.toLowerCase() === entry.login.toLowerCase();
  return actor.kind === 'app' && actor.appId === entry.appId;
}

/** Why a direct move of a ref is refused, as far as names and state tell; empty when it is not. */
export function refusalsOfMove(repository: Repository, move: RefMove, actor: Actor): string[] {
  const creates = move.before === ZERO_OID;
  const deletes = move.after === ZERO_OID;
  return bindingRules(repository, move.ref, actor).flatMap((rule): string[] => {
    switch (rule.type) {
      case 'creation':
        return creates ? ['Cannot create ref due to creations being restricted.'] : [];
      case 'update':
        return creates || deletes ? [] : ['Cannot update this protected ref.'];
      case 'deletion':
        return deletes ? ['Cannot delete this branch'] : [];
      case 'pull_request':
        return creates || deletes ? [] : ['Changes must be made through a pull request.'];
      case 'merge_queue':
        return creates || deletes ? [] : ['Changes must be made through the merge queue'];
      case 'required_status_checks':
        return creates || deletes ? [] : unmetChecks(repository, rule, move.after);
      case 'non_fast_forward':
      case 'required_linear_history':
        return [];
      default:
        return rule satisfies never;
    }
  });
}

export function forbidsForce(repository: Repository, ref: string, actor: Actor): boolean {
  return bindingRules(repository, ref, actor).some(({ type }) => type === 'non_fast_forward');
}

function unmetChecks(
  repository: Repository,
  rule: Extract<Rule, { type: 'required_status_checks' }>,
  sha: string,
): string[] {
  return rule.contexts.flatMap(({ context, appId }) => {
    switch (contextOutcome(repository, sha, context, appId)) {
      case 'success':
        return [];
      case 'failure':
        return [`Required status check "${context}" is failing.`];
      case 'pending':
        return [`Required status check "${context}" is in progress.`];
      case null:
        return [`Required status check "${context}" is expected.`];
      default:
        return [];
    }
  });
}

const settingByMethod = {
  merge: ['allowMergeCommit', 'Merge commits are not allowed on this repository.'],
  squash: ['allowSquashMerge', 'Squash merges are not allowed on this repository.'],
  rebase: ['allowRebaseMerge', 'Rebase merges are not allowed on this repository.'],
} as const;

/** Why a pull request may not be merged now by this actor and method (null: by any), conflicts apart. */
export function refusalsOfMerge(
  repository: Repository,
  pull: PullRequest,
  actor: Actor,
  method: MergeMethod | null,
): string[] {
  return bindingRules(repository, `refs/heads/${pull.base.ref}`, actor).flatMap((rule): string[] => {
    switch (rule.type) {
      case 'pull_request': {
        const missing = approvals(repository, pull) < rule.approvals;
        const barred = method !== null && rule.methods !== undefined && !rule.methods.includes(method);
        return [
          ...(missing
            ? [`At least ${rule.approvals} approving review is required by reviewers with write access.`]
            : []),
          ...(barred ? [`This repository's rules do not allow merging by ${method}.`] : []),
        ];
      }
      case 'required_status_checks':
        return unmetChecks(repository, rule, pull.head.sha);
      case 'merge_queue':
        return ['Changes must be made through the merge queue'];
      case 'required_linear_history':
        return method === 'merge' ? ['This branch must not contain merge commits.'] : [];
      case 'update':
        return ['Cannot update this protected ref.'];
      case 'creation':
      case 'deletion':
      case 'non_fast_forward':
        return [];
      default:
        return rule satisfies never;
    }
  });
}

/** How many required checks count only on a branch that contains its base, which this one does not. */
export async function checksOfUpToDate(repository: Repository, pull: PullRequest, actor: Actor): Promise<number> {
  const base = `refs/heads/${pull.base.ref}`;
  const strict = bindingRules(repository, base, actor).flatMap((rule) =>
    rule.type === 'required_status_checks' && rule.strict === true ? rule.contexts : [],
  );
  return strict.length === 0 || (await repository.git.isAncestor(base, pull.head.sha)) ? 0 : strict.length;
}

/** Why the repository's settings forbid a method, or null. */
export function refusalOfMethod(repository: Repository, method: MergeMethod): string | null {
  const [setting, message] = settingByMethod[method];
  return repository.settings[setting] ? null : message;
}

/** Reviewers with write access whose newest opinion is an approval. A pull request's author does not count. */
export function approvals(repository: Repository, pull: PullRequest): number {
  return [...opinions(repository, pull).values()].filter((state) => state === 'APPROVED').length;
}

export function opinions(repository: Repository, pull: PullRequest): Map<string, string> {
  const newest = new Map<string, string>();
  for (const review of repository.reviews) {
    const key = review.authorLogin.toLowerCase();
    const permission = repository.collaborators.get(key);
    if (review.pullNumber !== pull.number || (permission !== 'write' && permission !== 'admin')) continue;
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') newest.set(key, review.state);
  }
  return newest;
}

/** `mergeable_state` of REST. Rules are judged as for somebody on no bypass list. */
export async function mergeableState(_world: World, repository: Repository, pull: PullRequest): Promise<string> {
  if (pull.state !== 'open' || pull.mergeability.state !== 'known') return 'unknown';
  if (!pull.mergeability.mergeable) return 'dirty';
  if (pull.draft) return 'draft';
  const anyone: Actor = { kind: 'actions' };
  if (refusalsOfMerge(repository, pull, anyone, null).length > 0) return 'blocked';
  if ((await checksOfUpToDate(repository, pull, anyone)) > 0) return 'behind';
  const outcome = rollup(repository, pull.head.sha);
  return outcome === null || outcome === 'success' ? 'clean' : 'unstable';
}

/** What git prints for a refused push. */
export function pushRefusal(ref: string, refusals: readonly string[]): string {
  const list = refusals.map((refusal) => `- ${refusal}\n\n`).join('');
  return `error: GH013: Repository rule violations found for ${ref}.\n\n${list}`;
}

/** What the API says for a refused change. */
export function apiRefusal(refusals: readonly string[]): string {
  return `Repository rule violations found\n\n${refusals.map((refusal) => `${refusal}\n\n`).join('')}`;
}
