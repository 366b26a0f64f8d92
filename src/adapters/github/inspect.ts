/** What can be known of a repository and of the token without writing anything. */
import * as z from 'zod';
import type { Repository } from '../../ports/github.ts';
import { type Client, refusalOf } from './client.ts';
import { notFound } from './pull-requests.ts';

type RepositoryFindings = {
  defaultBranch: string;
  archived: boolean;
  /** Undefined: GitHub did not say, as for the tokens of apps. */
  mayPush: boolean | undefined;
  /** Scopes of a classic token; undefined for every other kind, whose permissions cannot be asked for. */
  scopes: readonly string[] | undefined;
};

type BranchFindings = {
  exists: boolean;
  /** A branch protection of the older kind, whose details only administrators see. */
  protected: boolean;
  /** Types of the rules that hold for the branch, also before it exists. */
  rules: readonly string[];
};

const PER_PAGE = 100;
const facts = z.object({
  default_branch: z.string(),
  archived: z.boolean().default(false),
  permissions: z.object({ push: z.boolean().optional() }).optional(),
});
const branchFacts = z.object({ protected: z.boolean().default(false) });
const rules = z.array(z.object({ type: z.string() }));

export async function inspectRepository(client: Client, repository: Repository): Promise<RepositoryFindings> {
  const where = { owner: repository.owner, repo: repository.name };
  const answer = await client.request('GET /repos/{owner}/{repo}', where).catch((error: unknown) => {
    throw notFound(error, repository) ?? error;
  });
  const { default_branch: defaultBranch, archived, permissions } = facts.parse(answer.data);
  const scopes = answer.headers['x-oauth-scopes'];
  return {
    defaultBranch,
    archived,
    mayPush: permissions?.push,
    scopes: typeof scopes === 'string' && scopes !== '' ? scopes.split(/,\s*/) : undefined,
  };
}

export async function inspectBranch(client: Client, repository: Repository, branch: string): Promise<BranchFindings> {
  const where = { owner: repository.owner, repo: repository.name, branch };
  const found = await client.request('GET /repos/{owner}/{repo}/branches/{branch}', where).then(
    ({ data }) => branchFacts.parse(data),
    (error: unknown) => {
      if (refusalOf(error)?.status === 404) return undefined;
      throw error;
    },
  );
  const active = await client.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
    ...where,
    per_page: PER_PAGE,
  });
  return {
    exists: found !== undefined,
    protected: found?.protected ?? false,
    rules: [...new Set(rules.parse(active.data).map(({ type }) => type))],
  };
}

/**
 * By its ref: asked for a branch that was renamed, GitHub answers with the one that it is now. Where GitHub refuses to
 * tell, as in an empty repository, it counts as not there: whatever comes next meets the same, and says so.
 */
export async function hasBranch(client: Client, repository: Repository, branch: string): Promise<boolean> {
  const where = { owner: repository.owner, repo: repository.name, ref: `heads/${branch}` };
  return await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', where).then(
    () => true,
    (error: unknown) => {
      if (refusalOf(error) !== undefined) return false;
      throw error;
    },
  );
}
