/** Routes of the REST API: matching, access, bodies, pages. */
import type { z } from 'zod';
import { holds, inaccessible, permissionIn } from '../access.ts';
import { notFound, Refused } from '../refused.ts';
import { type Credential, findRepository, loginOf, type PullRequest, type Repository, type World } from '../world.ts';

export type RestRequest = {
  world: World;
  credential: Credential | null;
  url: URL;
  params: Readonly<Record<string, string>>;
  body: unknown;
};

export type RestAnswer = { status: number; body?: unknown; headers?: Record<string, string> };

export type RepositoryRequest = RestRequest & { repository: Repository };
/** Somebody is logged in: given for every write. */
export type WriteRequest = RepositoryRequest & { credential: Credential };

export type Route = {
  method: string;
  /** As in GitHub's OpenAPI description. */
  path: string;
  handle: (request: RestRequest) => Promise<RestAnswer>;
};

/** A route that reads a repository. */
export function reads(
  path: string,
  permission: string,
  handle: (request: RepositoryRequest) => Promise<RestAnswer>,
): Route {
  return {
    method: 'GET',
    path: `/repos/{owner}/{repo}${path}`,
    handle: (request) => handle({ ...request, repository: enter(request, permission, 'read') }),
  };
}

/** A route that changes a repository; the changes of a repository happen one at a time. */
export function writes(
  method: string,
  path: string,
  permission: string,
  handle: (request: WriteRequest) => Promise<RestAnswer>,
  options: {
    anyReader?: boolean;
    /** The login that needs no write access for this. */
    orAuthor?: (request: RepositoryRequest) => string;
  } = {},
): Route {
  return {
    method,
    path: `/repos/{owner}/{repo}${path}`,
    handle: (request) => {
      if (request.credential === null) throw new Refused(401, 'Requires authentication');
      const { credential } = request;
      const repository = enter(request, permission, 'write');
      const access = permissionIn(repository, credential);
      const author = options.orAuthor?.({ ...request, repository }).toLowerCase();
      const isFree = options.anyReader === true || author === loginOf(credential.actor).toLowerCase();
      if (access === 'read' && !isFree) {
        throw new Refused(403, 'You must have write access to perform this action.');
      }
      return repository.exclusively(() => handle({ ...request, credential, repository }));
    },
  };
}

function enter(request: RestRequest, permission: string, level: 'read' | 'write'): Repository {
  const { world, credential, params } = request;
  const repository = findRepository(world, params['owner'] ?? '', params['repo'] ?? '');
  if (repository === undefined || permissionIn(repository, credential) === 'none') throw notFound();
  const needed = permission.split('|');
  const free = level === 'read' && (credential === null || !repository.settings.private);
  if (!free && !needed.some((name) => holds(credential, name, level))) {
    throw inaccessible(credential);
  }
  return repository;
}

type Compiled = { route: Route; pattern: RegExp; names: string[] };

/** Parameters that may hold slashes, as in `/git/ref/heads/feature/x`. */
const wide = new Set(['ref', 'path', 'basehead', 'branch', 'name']);

export function compileRoutes(routes: readonly Route[]): (method: string, pathname: string) => Match | null {
  const compiled: Compiled[] = routes.map((route) => {
    const names: string[] = [];
    const source = route.path.replace(/\{([a-z_]+)\}/g, (_whole, name: string) => {
      names.push(name);
      return wide.has(name) ? '(.+)' : '([^/]+)';
    });
    return { route, pattern: new RegExp(`^${source}$`), names };
  });
  return (method, pathname) => {
    for (const { route, pattern, names } of compiled) {
      const found = route.method === method ? pattern.exec(pathname) : null;
      if (found === null) continue;
      const params: Record<string, string> = {};
      names.forEach((name, index) => {
        params[name] = decodeURIComponent(found[index + 1] ?? '');
      });
      return { route, params };
    }
    return null;
  };
}

type Match = { route: Route; params: Record<string, string> };

/** The body by a schema; 422 says which field is wrong. */
export function parseBody<S extends z.ZodType>(schema: S, request: RestRequest): z.infer<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Refused(
    422,
    `Invalid request.\n\nFor 'properties/${first?.path.join('/') ?? ''}', ${first?.message ?? ''}`,
  );
}

const maxPerPage = 100;
const defaultPerPage = 30;

/** One page of a list, and the Link header that leads to the others. */
export function page<T>(request: RestRequest, items: readonly T[]): { items: T[]; headers: Record<string, string> } {
  const number = (name: string, fallback: number) => Number(request.url.searchParams.get(name) ?? fallback) || fallback;
  const size = Math.max(1, Math.min(maxPerPage, number('per_page', defaultPerPage)));
  const current = Math.max(1, number('page', 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string): string => {
    const url = new URL(`${request.world.url}${request.url.pathname}${request.url.search}`);
    url.searchParams.set('page', String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [link(current - 1, 'prev')] : []),
    ...(current < last ? [link(current + 1, 'next'), link(last, 'last')] : []),
    ...(current > 1 ? [link(1, 'first')] : []),
  ];
  return {
    items: items.slice((current - 1) * size, current * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

export function pullOf(request: RepositoryRequest, name = 'pull_number'): PullRequest {
  const pull = request.repository.pulls.get(Number(request.params[name]));
  if (pull === undefined) throw notFound();
  return pull;
}

/** The commit that a `{ref}` names: a branch, a tag, a full ref or an object id. */
export async function commitOf(repository: Repository, ref: string): Promise<string> {
  for (const name of [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`, ref]) {
    const oid = name.startsWith('-') ? null : await repository.git.resolve(`${name}^{commit}`);
    if (oid !== null) return oid;
  }
  throw new Refused(422, `No commit found for SHA: ${ref}`);
}
