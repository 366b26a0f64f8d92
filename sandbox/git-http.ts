/** Clone, fetch and push over smart HTTP: `git http-backend` behind a small gate. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { authenticate, holds, mayChangeWorkflows, permissionIn } from './access.ts';
import { gitEnvironment, type RefMove } from './git.ts';
import { readCommands, rewordRefusal } from './receive-pack.ts';
import { refsMoved } from './refs.ts';
import { Refused } from './refused.ts';
import { forbidsForce, pushRefusal, refusalsOfMove } from './rulesets.ts';
import { type Credential, findRepository, loginOf, type Repository, type World } from './world.ts';

const gitPath = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export const isGitPath = (pathname: string): boolean => gitPath.test(pathname);

export async function serveGit(world: World, url: URL, request: IncomingMessage, response: ServerResponse) {
  const [, owner = '', name = '', what = ''] = gitPath.exec(url.pathname) ?? [];
  const pushes = what === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const gate = admit(world, owner, name, request.headers.authorization, pushes);
  if ('status' in gate) {
    const challenge = gate.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
    response.writeHead(gate.status, { 'content-type': 'text/plain', ...challenge }).end(gate.text);
    return;
  }
  const body = await readBody(request);
  const { repository, credential } = gate;
  if (what !== 'git-receive-pack' || credential === null) {
    send(response, await backend(repository, what, url, request, credential, body, {}));
    return;
  }
  await receive(world, repository, credential, { what, url, request, body }, response);
}

type Gate = { repository: Repository; credential: Credential | null } | { status: number; text: string };

/** A private repository does not exist for those who may not read it. */
function admit(world: World, owner: string, name: string, authorization: string | undefined, pushes: boolean): Gate {
  const repository = findRepository(world, owner, name);
  let credential: Credential | null;
  try {
    credential = authenticate(world, authorization);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return {
      status: 401,
      text: 'Invalid username or token. Password authentication is not supported for Git operations.',
    };
  }
  const permission = repository === undefined ? 'none' : permissionIn(repository, credential);
  if (credential === null && (pushes || permission === 'none'))
    return { status: 401, text: 'No anonymous write access.' };
  if (repository === undefined || permission === 'none') return { status: 404, text: 'Repository not found.' };
  if (!pushes) return { repository, credential };
  const login = credential === null ? 'anonymous' : loginOf(credential.actor);
  if (permission === 'read' || !holds(credential, 'contents', 'write')) {
    return { status: 403, text: `Permission to ${repository.fullName}.git denied to ${login}.` };
  }
  return { repository, credential };
}

type Push = { what: string; url: URL; request: IncomingMessage; body: Buffer };

async function receive(
  world: World,
  repository: Repository,
  credential: Credential,
  push: Push,
  response: ServerResponse,
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sandbox-push-'));
  try {
    await repository.exclusively(async () => {
      const commands = readCommands(push.body);
      await tellHooks(folder, repository, credential, commands);
      const answer = await backend(repository, push.what, push.url, push.request, credential, push.body, {
        SANDBOX_PUSH: folder,
      });
      // By the time the pusher hears of it, pull requests know of it too.
      await refsMoved(world, repository, await received(folder), credential.actor);
      const reason =
        (await readIfThere(path.join(folder, 'reason'))) ?? 'push declined due to repository rule violations';
      send(response, { ...answer, body: rewordRefusal(answer.body, reason) });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tellHooks(
  folder: string,
  repository: Repository,
  credential: Credential,
  commands: readonly RefMove[],
): Promise<void> {
  const refusals = commands
    .map((move) => ({ ref: move.ref, why: refusalsOfMove(repository, move, credential.actor) }))
    .filter(({ why }) => why.length > 0)
    .map(({ ref, why }) => pushRefusal(ref, why));
  const unforced = commands.filter(({ ref }) => forbidsForce(repository, ref, credential.actor)).map(({ ref }) => ref);
  await Promise.all([
    writeFile(path.join(folder, 'refused'), refusals.join('\n')),
    writeFile(path.join(folder, 'no-force'), `${unforced.join('\n')}\n`),
    ...(mayChangeWorkflows(credential) ? [] : [writeFile(path.join(folder, 'no-workflows'), '')]),
  ]);
}

/** The moves that git has really made, as post-receive tells them. */
async function received(folder: string): Promise<RefMove[]> {
  const text = (await readIfThere(path.join(folder, 'received'))) ?? '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((row) => ({ before: row.slice(0, 40), after: row.slice(41, 81), ref: row.slice(82) }));
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const gzipped = request.headers['content-encoding'] === 'gzip';
  const source = gzipped ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

type Answer = { status: number; headers: Record<string, string>; body: Buffer };

function backend(
  repository: Repository,
  what: string,
  url: URL,
  request: IncomingMessage,
  credential: Credential | null,
  body: Buffer,
  more: Record<string, string>,
): Promise<Answer> {
  const protocol = request.headers['git-protocol'];
  const env = {
    ...gitEnvironment,
    ...more,
    GIT_PROJECT_ROOT: repository.git.dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${what}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(body.length),
    REMOTE_ADDR: '127.0.0.1',
    ...(credential === null ? {} : { REMOTE_USER: loginOf(credential.actor) }),
    ...(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
  };
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', () => resolve(parseCgi(Buffer.concat(chunks))));
    child.stdin.end(body);
  });
}

function parseCgi(output: Buffer): Answer {
  const end = output.indexOf('\r\n\r\n');
  if (end < 0) return { status: 500, headers: {}, body: Buffer.from('git http-backend gave no answer') };
  const headers: Record<string, string> = {};
  let status = 200;
  for (const row of output.subarray(0, end).toString().split('\r\n')) {
    const colon = row.indexOf(':');
    const name = row.slice(0, colon).toLowerCase();
    const value = row.slice(colon + 1).trim();
    if (name === 'status') status = Number(value.split(' ')[0]);
    else headers[name] = value;
  }
  return { status, headers, body: output.subarray(end + 4) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}
