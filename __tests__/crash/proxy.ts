/** A proxy before the sandbox that hits one request: it kills who asked, before or after GitHub did it, or loses the answer. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { IDLE_MS } from '../fakes/wait.ts';
import type { PlannedFault, RequestCall } from './call.ts';

export type FaultyProxy = {
  url: string;
  /** Every request that changed something, and every GraphQL operation: `role METHOD /path` or `role operation`. */
  requests: string[];
  close(): Promise<void>;
};
export type ProxyOptions = {
  target: string;
  userToken: string;
  faults: readonly PlannedFault[];
};

export async function startProxy(options: ProxyOptions): Promise<FaultyProxy> {
  const requests: string[] = [];
  const waiting = new Set(options.faults.filter(({ call }) => call.by === 'github'));
  const server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (/\.git\//.test(request.url ?? '')) return stream(options.target, request, response);
    const body = await bodyOf(request);
    const role = (request.headers.authorization ?? '').endsWith(options.userToken) ? 'user' : 'merger';
    const name = nameOf(request, body);
    requests.push(`${role} ${name}`);
    const fault = [...waiting].find(({ call }) => call.by === 'github' && isHit(call, role, name));
    if (fault === undefined) return answer(response, await forward(options.target, request, body));
    waiting.delete(fault);
    const { remotePort } = request.socket;
    // Noted only once the signal has found somebody: a point at which nobody was killed has shown nothing.
    const kill = async (): Promise<void> => {
      process.kill(whoHas(remotePort ?? 0), 'SIGKILL');
      await mkdir(fault.fired);
    };
    if (fault.mode === 'before') await kill();
    else await forward(options.target, request, body);
    if (fault.mode === 'after') await kill();
    if (fault.mode === 'lost') await mkdir(fault.fired);
    response.destroy();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isHit(call: RequestCall, role: 'user' | 'merger', name: string): boolean {
  return call.role === role && call.request.test(name);
}

function nameOf(request: IncomingMessage, body: Buffer): string {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (!path.endsWith('/graphql')) return `${request.method} ${path}`;
  const query: unknown = JSON.parse(body.toString()).query;
  return /^\s*(?:query|mutation)\s+(\w+)/.exec(String(query))?.[1] ?? 'unnamed';
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

type Whole = { status: number; headers: IncomingMessage['headers']; body: Buffer };

function forward(target: string, request: IncomingMessage, body: Buffer): Promise<Whole> {
  return new Promise((resolve, reject) => {
    const options = { method: request.method, headers: { ...request.headers, host: new URL(target).host } };
    const onward = httpRequest(`${target}${request.url}`, options, (answered) => {
      bodyOf(answered).then(
        (whole) => resolve({ status: answered.statusCode ?? 502, headers: answered.headers, body: whole }),
        reject,
      );
    });
    onward.once('error', reject);
    onward.end(body);
  });
}

function answer(response: ServerResponse, { status, headers, body }: Whole): void {
  const { 'transfer-encoding': _chunked, ...rest } = headers;
  response.writeHead(status, rest);
  response.end(body);
}

/** Git's traffic is large and not hit here: it is hit at the command. */
function stream(target: string, request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...request.headers, host: new URL(target).host };
  const onward = httpRequest(`${target}${request.url}`, { method: request.method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.once('error', () => response.destroy());
  response.once('close', () => onward.destroy());
  request.pipe(onward);
}

/** Who of Heddle has the other end of a connection from this machine: its port, then the socket, then who holds that open. */
function whoHas(port: number): number {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(hex));
  const socket = `socket:[${row?.[9]}]`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== socket || Number(pid) === process.pid) continue;
        if (/(cli|action)\.js/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) return Number(pid);
      }
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
  throw new Error(`nobody of Heddle has port ${port}`);
}
