/** What GitHub itself demands before it takes a change into a branch, as far as a token without administration rights sees it. */
import * as z from 'zod';
import type { Repository } from '../../ports/github.ts';
import type { MergeMethod } from '../../ports/landing.ts';
import type { BaseRules, RequiredCheck } from '../../ports/review.ts';
import type { Client } from './client.ts';

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
          .nullable(),
      })
      .nullable(),
  }),
});
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
  const required: RequiredCheck[] = [];
  let methods: readonly MergeMethod[] | undefined;
  const narrow = (allowed: (method: MergeMethod) => boolean): void => {
    methods = (methods ?? METHODS).filter(allowed);
  };
  const takesNoMerges = (): void => narrow((method) => method !== 'merge');
  let mergeQueue = false;
  for (const { type, parameters } of await activeRules(client, repository, base)) {
    if (type === 'merge_queue') mergeQueue = true;
    if (type === 'required_linear_history') takesNoMerges();
    if (type === 'required_status_checks') {
      const checks = statusChecks.parse(parameters).required_status_checks;
      required.push(...checks.map((one) => ({ name: one.context, appId: one.integration_id ?? undefined })));
    }
    if (type === 'pull_request') {
      const allowed = pullRequests.parse(parameters ?? {}).allowed_merge_methods;
      if (allowed !== undefined) narrow((method) => allowed.includes(method));
    }
  }
  const answer = classic.parse(
    await client.graphql(
      `query ClassicProtection($owner: String!, $repo: String!, $ref: String!) {
        repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { refUpdateRule { requiredStatusCheckContexts requiresLinearHistory } } } }`,
      { ...where, ref: `refs/heads/${base}` },
    ),
  );
  const protection = answer.repository.ref?.refUpdateRule;
  if (protection?.requiresLinearHistory) takesNoMerges();
  for (const name of protection?.requiredStatusCheckContexts ?? []) {
    if (name !== null && !required.some((one) => one.name === name)) required.push({ name, appId: undefined });
  }
  return { required, methods, mergeQueue };
}
