/** What can be known of a repository and of the token without writing anything. */
import * as z from 'zod';
import { UserError } from '../../domain/errors.ts';
import type { Repository } from '../../ports/github.ts';
import { type Client, graphqlErrorsOf, refusalOf } from './client.ts';
import { activeRules } from './rules.ts';

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

const facts = z.object({
  default_branch: z.string(),
  archived: z.boolean().default(false),
  permissions: z.object({ push: z.boolean().optional() }).optional(),
});
const branchFacts = z.object({ protected: z.boolean().default(false) });

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
  const active = await activeRules(client, repository, branch);
  return {
    exists: found !== undefined,
    protected: found?.protected ?? false,
    rules: [...new Set(active.map(({ type }) => type))],
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

/** A UserError if the repository is not there or the token may not see it, else undefined. */
export function notFound(error: unknown, repository: Repository): UserError | undefined {
  const missing =
    refusalOf(error)?.status === 404 || graphqlErrorsOf(error)?.some(({ type }) => type === 'NOT_FOUND') === true;
  if (!missing) return undefined;
  return new UserError(`GitHub shows no repository ${repository.owner}/${repository.name} to this token.`, {
    hint: 'Check the remote’s URL, and that the token may read the repository.',
    exit: 'access',
    cause: error,
  });
}
