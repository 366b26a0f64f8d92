/** What GitHub itself demands before it takes a change into a branch, as far as a token without administration rights sees it. */
import * as z from 'zod';
import type { Repository } from '../../ports/github.ts';
import type { MergeMethod } from '../../ports/landing.ts';
import type { BaseRules, RequiredCheck } from '../../ports/review.ts';
import type { Client } from './client.ts';
import { pageOf } from './pages.ts';

const PER_PAGE = 100;

const rule = z.object({ type: z.string(), parameters: z.unknown().optional() });
const statusChecks = z.object({
  required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })),
});
const pullRequests = z.object({ allowed_merge_methods: z.array(z.string()).optional() });
const classic = z.object({
  repository: z.object({
    ref: z
      .object({
        refUpdateRule: z
          .object({
            requiredStatusCheckContexts: z.array(z.string().nullable()).nullable(),
            requiresLinearHistory: z.boolean(),
          })
          .nullish(),
      })
      .nullable(),
  }),
});
const lower = z.string().toLowerCase();
const shownRule = z.object({
  type: lower,
  parameters: z
    .object({
      requiredStatusChecks: z.array(z.object({ context: z.string(), integrationId: z.number().nullable() })).optional(),
      allowedMergeMethods: z.array(lower).nullish(),
    })
    .nullable(),
});

/** Of a ref in GraphQL: what `rulesIn` reads, and its shape. */
export const BRANCH_RULES = `refUpdateRule { requiredStatusCheckContexts requiresLinearHistory }
  rules(first: ${PER_PAGE}) { pageInfo { hasNextPage endCursor } nodes { type parameters {
    ... on RequiredStatusChecksParameters { requiredStatusChecks { context integrationId } }
    ... on PullRequestParameters { allowedMergeMethods } } } }`;
export const branchRules = {
  refUpdateRule: classic.shape.repository.shape.ref.unwrap().shape.refUpdateRule,
  rules: pageOf(shownRule).nullish(),
};
type BranchRulesShown = z.infer<z.ZodObject<typeof branchRules>>;

/** Undefined where GitHub does not tell all of them: then `readRules` asks for them by themselves. */
export function rulesIn({ rules, refUpdateRule }: BranchRulesShown): BaseRules | undefined {
  if (rules === null || rules === undefined || rules.pageInfo.hasNextPage) return undefined;
  return baseRules(
    rules.nodes.map(({ type, parameters }) => ({
      type,
      checks: (parameters?.requiredStatusChecks ?? []).map(({ context, integrationId }) => ({
        name: context,
        appId: integrationId ?? undefined,
      })),
      methods: parameters?.allowedMergeMethods ?? undefined,
    })),
    refUpdateRule,
  );
}

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

/** The rules of rulesets that hold for a branch, also before there is one of that name. */
export async function activeRules(
  client: Client,
  { owner, name: repo }: Repository,
  branch: string,
): Promise<readonly z.infer<typeof rule>[]> {
  const request = { owner, repo, branch, per_page: PER_PAGE };
  return z.array(rule).parse(await client.paginate('GET /repos/{owner}/{repo}/rules/branches/{branch}', request));
}

/** Rulesets over REST, classic branch protection over GraphQL: neither needs more than reading rights. */
export async function readRules(client: Client, repository: Repository, base: string): Promise<BaseRules> {
  const where = { owner: repository.owner, repo: repository.name };
  const active = await activeRules(client, repository, base);
  const answer = classic.parse(
    await client.graphql(
      `query ClassicProtection($owner: String!, $repo: String!, $ref: String!) {
        repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { refUpdateRule { requiredStatusCheckContexts requiresLinearHistory } } } }`,
      { ...where, ref: `refs/heads/${base}` },
    ),
  );
  return baseRules(active.map(ruleOf), answer.repository.ref?.refUpdateRule ?? null);
}

type RuleInForce = { type: string; checks: readonly RequiredCheck[]; methods: readonly string[] | undefined };

function ruleOf({ type, parameters }: z.infer<typeof rule>): RuleInForce {
  const checks = type === 'required_status_checks' ? statusChecks.parse(parameters).required_status_checks : [];
  return {
    type,
    checks: checks.map((one) => ({ name: one.context, appId: one.integration_id ?? undefined })),
    methods: type === 'pull_request' ? pullRequests.parse(parameters ?? {}).allowed_merge_methods : undefined,
  };
}

/** Of rulesets, and of a classic protection. */
function baseRules(active: readonly RuleInForce[], protection: BranchRulesShown['refUpdateRule']): BaseRules {
  const required = active.flatMap(({ checks }) => checks);
  let methods: readonly MergeMethod[] | undefined;
  const narrow = (allowed: (method: MergeMethod) => boolean): void => {
    methods = (methods ?? METHODS).filter(allowed);
  };
  for (const one of active) {
    if (one.type === 'required_linear_history') narrow((method) => method !== 'merge');
    if (one.methods !== undefined) narrow((method) => one.methods?.includes(method) === true);
  }
  if (protection?.requiresLinearHistory) narrow((method) => method !== 'merge');
  for (const name of protection?.requiredStatusCheckContexts ?? []) {
    if (name !== null && !required.some((one) => one.name === name)) required.push({ name, appId: undefined });
  }
  return { required, methods, mergeQueue: active.some(({ type }) => type === 'merge_queue') };
}
