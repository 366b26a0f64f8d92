/** One HTTP server for REST, GraphQL and git. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authenticate } from './access.ts';
import { conditional } from './etags.ts';
import { isGitPath, serveGit } from './git-http.ts';
import { isLentText, serveLentText } from './lent-texts.ts';
import { countRequest, limitHeaders } from './limits.ts';
import { Refused } from './refused.ts';
import { actionsRoutes } from './rest/actions.ts';
import { checkRoutes } from './rest/checks.ts';
import { gitRoutes } from './rest/git.ts';
import { issueRoutes } from './rest/issues.ts';
import { pullRoutes } from './rest/pulls.ts';
import { repositoryRoutes } from './rest/repos.ts';
import { reviewRoutes } from './rest/reviews.ts';
import { compileRoutes, type RestAnswer, type Route } from './rest/router.ts';
import type { Credential, World } from './world.ts';

export const restRoutes: readonly Route[] = [
  ...repositoryRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...actionsRoutes,
  ...gitRoutes,
];

/** One request and its answer, as a contract test wants to see it. Git traffic is not told. */
export type Exchange = {
  method: string;
  /** Without the base address; the query included. */
  path: string;
  requestBody: unknown;
  status: number;
  responseBody: unknown;
  headers: Readonly<Record<string, string>>;
};

export type ExchangeListener = (exchange: Exchange) => void;

/** A body above this is not read: GitHub refuses them too. */
const maxBodyBytes = 50 * 1024 * 1024;

/** A connection that the server ends just as a busy client takes it up again is a lost answer. */
const idleMs = 10 * 60_000;

const find = compileRoutes(restRoutes);

export function createSandboxServer(world: World, listeners: ReadonlySet<ExchangeListener>): Server {
  return createServer({ keepAliveTimeout: idleMs }, (request, response) => {
    answer(world, listeners, request, response).catch((error: unknown) => {
      // A bug of the sandbox itself must be seen, not taken for GitHub.
      console.error('sandbox:', request.method, request.url, error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'Sandbox bug', error: String(error) }));
    });
  });
}

async function answer(
  world: World,
  listeners: ReadonlySet<ExchangeListener>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (isGitPath(url.pathname)) return serveGit(world, url, request, response);
  if (isLentText(url.pathname)) return serveLentText(world, url.pathname, response);
  // The addresses of GitHub Enterprise work as well.
  url.pathname = url.pathname.replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const method = request.method ?? 'GET';
  const body = await readJson(request);
  const { authorization, 'if-none-match': ifNoneMatch } = request.headers;
  const { credential, answer: whole } = await route(world, method, url, authorization, body);
  const answered = conditional(whole, { method, authorization, ifNoneMatch });
  const resource = url.pathname === '/graphql' ? 'graphql' : 'core';
  // Unchanged costs nothing, and neither does asking what is left.
  const isFree = (answered.status === 304 && credential !== null) || url.pathname === '/rate_limit';
  if (!isFree) countRequest(world, credential, resource);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `SANDBOX:${world.nextId()}`,
    ...limitHeaders(world, credential, resource),
    ...answered.headers,
  };
  const text = answered.body === undefined ? '' : JSON.stringify(answered.body);
  const { 'content-type': type, ...rest } = headers;
  response.writeHead(answered.status, answered.body === undefined ? rest : { ...rest, 'content-type': type });
  for (const listener of listeners) {
    listener({
      method,
      path: `${url.pathname}${url.search}`,
      requestBody: body.kind === 'json' ? body.value : undefined,
      status: answered.status,
      responseBody: text === '' ? undefined : JSON.parse(text),
      headers,
    });
  }
  response.end(text);
}

type Body = { kind: 'none' } | { kind: 'json'; value: unknown } | { kind: 'broken' };

async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > maxBodyBytes) return { kind: 'broken' };
    chunks.push(part);
  }
  if (size === 0) return { kind: 'none' };
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString()) };
  } catch {
    return { kind: 'broken' };
  }
}

/** The answer, and who has asked as far as that is known: null is anonymous, or a token that nobody issued. */
async function route(
  world: World,
  method: string,
  url: URL,
  authorization: string | undefined,
  body: Body,
): Promise<{ credential: Credential | null; answer: RestAnswer }> {
  let credential: Credential | null = null;
  try {
    credential = authenticate(world, authorization);
    return { credential, answer: await answerTo(world, credential, method, url, body) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { status, message, errors } = error;
    const more = errors === undefined ? {} : { errors };
    const said = { message, ...more, documentation_url: documentation, status: String(status) };
    return { credential, answer: { status, body: said } };
  }
}

async function answerTo(
  world: World,
  credential: Credential | null,
  method: string,
  url: URL,
  body: Body,
): Promise<RestAnswer> {
  if (body.kind === 'broken') throw new Refused(400, 'Problems parsing JSON');
  const value = body.kind === 'json' ? body.value : undefined;
  if (url.pathname === '/graphql' && method === 'POST') {
    if (credential === null) throw new Refused(401, 'This endpoint requires you to be authenticated.');
    const { executeGraphql } = await import('./graphql/execute.ts');
    return { status: 200, body: await executeGraphql(world, credential, value) };
  }
  const match = find(method, url.pathname);
  if (match === null) {
    // 501 and not 404: a client must not take "not modelled" for "not there".
    const message = `The sandbox does not model ${method} ${url.pathname}`;
    return { status: 501, body: { message, documentation_url: documentation } };
  }
  return match.route.handle({ world, credential, url, params: match.params, body: value });
}

const documentation = 'https://docs.github.com/rest';
