/** Accounts, the repository itself, branches, rules, contents and comparisons. */
import * as z from 'zod';
import { permissionIn } from '../access.ts';
import { limitState } from '../limits.ts';
import { Refused } from '../refused.ts';
import { rulesFor } from '../rulesets.ts';
import { publicUser } from '../shapes/accounts.ts';
import { commitShape } from '../shapes/commits.ts';
import { fullRepository, repositoryHtmlUrl, repositoryUrl } from '../shapes/repositories.ts';
import { type Credential, loginOf, type Repository, type Rule, type World } from '../world.ts';
import { comparison, contents } from './contents.ts';
import { commitOf, page, parseBody, type Route, reads, writes } from './router.ts';

const limits = (world: World, credential: Credential | null) => {
  const core = limitState(world, credential, 'core');
  return { resources: { core, search: core, graphql: limitState(world, credential, 'graphql') }, rate: core };
};

export const repositoryRoutes: Route[] = [
  {
    method: 'GET',
    path: '/user',
    handle: async ({ world, credential }) => {
      if (credential === null) throw new Refused(401, 'Requires authentication');
      if (credential.actor.kind !== 'user') throw new Refused(403, 'Resource not accessible by integration');
      return { status: 200, body: publicUser(world, loginOf(credential.actor)) };
    },
  },
  {
    method: 'GET',
    path: '/rate_limit',
    handle: async ({ world, credential }) => ({ status: 200, body: limits(world, credential) }),
  },

  reads('', 'metadata|contents', async ({ world, repository, credential }) => {
    const access = permissionIn(repository, credential);
    return { status: 200, body: fullRepository(world, repository, access === 'admin' || access === 'write') };
  }),

  reads('/branches', 'contents', async (request) => {
    const { world, repository } = request;
    const { items, headers } = page(request, await repository.git.branches());
    const body = items.map(({ name, oid }) => ({
      name,
      commit: { sha: oid, url: `${repositoryUrl(world, repository)}/commits/${oid}` },
      protected: rulesFor(repository, `refs/heads/${name}`).length > 0,
    }));
    return { status: 200, body, headers };
  }),

  reads('/branches/{branch}', 'contents', async ({ world, repository, params }) => {
    const name = params['branch'] ?? '';
    const oid = await repository.git.branch(name);
    if (oid === null) throw new Refused(404, 'Branch not found');
    const url = `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(name)}`;
    const contexts = requiredContexts(repository, name);
    return {
      status: 200,
      body: {
        name,
        commit: commitShape(world, repository, await repository.git.commit(oid)),
        _links: { self: url, html: `${repositoryHtmlUrl(world, repository)}/tree/${name}` },
        protected: rulesFor(repository, `refs/heads/${name}`).length > 0,
        protection: {
          // Rulesets do not show here, only classic protection, which the sandbox does not have.
          enabled: false,
          required_status_checks: { enforcement_level: 'off', contexts: contexts.slice(0, 0), checks: [] },
        },
        protection_url: `${url}/protection`,
      },
    };
  }),

  reads('/collaborators/{username}/permission', 'metadata|contents', async ({ world, repository, params }) => {
    const user = world.users.get((params['username'] ?? '').toLowerCase());
    if (user === undefined) throw new Refused(404, 'Not Found');
    const known = repository.collaborators.get(user.login.toLowerCase());
    const permission = known ?? (repository.settings.private ? 'none' : 'read');
    return { status: 200, body: { permission, role_name: permission, user: null } };
  }),

  reads('/rules/branches/{branch}', 'metadata|contents', async (request) => {
    const { repository, params } = request;
    const { items, headers } = page(request, rulesFor(repository, `refs/heads/${params['branch'] ?? ''}`));
    const body = items.map(({ rule, ruleset }) => ({
      ...ruleShape(rule),
      ruleset_source_type: 'Repository',
      ruleset_source: repository.fullName,
      ruleset_id: ruleset.id,
    }));
    return { status: 200, body, headers };
  }),

  reads('/contents/{path}', 'contents', async ({ world, repository, params, url }) => {
    const path = (params['path'] ?? '').replace(/\/$/, '');
    const ref = url.searchParams.get('ref') ?? repository.defaultBranch;
    return { status: 200, body: await contents(world, repository, path, ref) };
  }),

  reads('/compare/{basehead}', 'contents', async (request) => {
    const { world, repository, params } = request;
    const [base = '', head = ''] = (params['basehead'] ?? '').split('...');
    return { status: 200, body: await comparison(world, repository, base, head, params['basehead'] ?? '') };
  }),

  reads('/commits', 'contents', async (request) => {
    const { world, repository, url } = request;
    const from = await commitOf(repository, url.searchParams.get('sha') ?? repository.defaultBranch);
    const { items, headers } = page(request, await repository.git.list([from]));
    const commits = await Promise.all(items.map((oid) => repository.git.commit(oid)));
    return { status: 200, body: commits.map((commit) => commitShape(world, repository, commit)), headers };
  }),

  writes('POST', '/dispatches', 'contents', async (request) => {
    const { world, repository, credential } = request;
    const { event_type: action, client_payload: payload } = parseBody(
      z.object({ event_type: z.string(), client_payload: z.record(z.string(), z.unknown()).default({}) }),
      request,
    );
    world.bus.emit({
      name: 'repository_dispatch',
      action,
      repository: repository.fullName,
      payload: { action, branch: repository.defaultBranch, client_payload: payload },
      facts: { ref: `refs/heads/${repository.defaultBranch}` },
      causedBy: credential.actor,
    });
    return { status: 204 };
  }),
];

function requiredContexts(repository: Repository, branch: string): string[] {
  return rulesFor(repository, `refs/heads/${branch}`).flatMap(({ rule }) =>
    rule.type === 'required_status_checks' ? rule.contexts.map(({ context }) => context) : [],
  );
}

function ruleShape(rule: Rule): { type: string; parameters?: Record<string, unknown> } {
  switch (rule.type) {
    case 'pull_request':
      return {
        type: rule.type,
        parameters: {
          required_approving_review_count: rule.approvals,
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
          allowed_merge_methods: rule.methods ?? ['merge', 'squash', 'rebase'],
        },
      };
    case 'required_status_checks':
      return {
        type: rule.type,
        parameters: {
          strict_required_status_checks_policy: rule.strict ?? false,
          do_not_enforce_on_create: false,
          required_status_checks: rule.contexts.map(({ context, appId }) => ({
            context,
            ...(appId === undefined ? {} : { integration_id: appId }),
          })),
        },
      };
    case 'update':
      return { type: rule.type, parameters: { update_allows_fetch_and_merge: false } };
    case 'merge_queue':
      return {
        type: rule.type,
        parameters: {
          check_response_timeout_minutes: 60,
          grouping_strategy: 'ALLGREEN',
          max_entries_to_build: 5,
          max_entries_to_merge: 5,
          merge_method: 'MERGE',
          min_entries_to_merge: 1,
          min_entries_to_merge_wait_minutes: 5,
        },
      };
    default:
      return { type: rule.type };
  }
}
