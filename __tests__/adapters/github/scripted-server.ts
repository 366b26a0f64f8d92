/** A server that answers what a test tells it, one answer per request; the last one is repeated. */
import { createServer, type ServerResponse } from 'node:http';
import { IDLE_MS } from '../../fakes/wait.ts';

export type Answer = (response: ServerResponse) => void;

export type ScriptedServer = {
  url: string;
  /** `METHOD path` of every request so far. */
  requests: string[];
  /** Requests that somebody still waits for. */
  waiting(): number;
  close(): Promise<void>;
};

export async function serve(...answers: readonly Answer[]): Promise<ScriptedServer> {
  const requests: string[] = [];
  let waiting = 0;
  const server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(`${request.method} ${request.url}`);
    waiting += 1;
    response.once('close', () => {
      waiting -= 1;
    });
    request.resume().on('end', () => answer?.(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    waiting: () => waiting,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Says that more is coming, and hangs up. */
export const cutOff: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('[{"number":');
  response.socket?.end();
};

/** A whole answer by its length, but no JSON. */
export const garbled: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('[{"number":');
};

export const hangUp: Answer = (response) => {
  response.socket?.destroy();
};

/** Takes the request, and says nothing. */
export const silent: Answer = () => undefined;

/** A byte a second, without end. */
export const trickling: Answer = (response) => {
  response.writeHead(200, { 'content-type': typeFor(response) });
  const timer = setInterval(() => response.write(' '), 1_000);
  response.once('close', () => clearInterval(timer));
  response.write(' ');
};

/** Half of what it has announced, and then nothing. */
export const halfABody: Answer = (response) => {
  const body = response.req.url?.includes('info/refs') ? '001e# service=git-upload-pack\n' : '{"data":{"repository"';
  response.writeHead(200, { 'content-type': typeFor(response), 'content-length': '1000' });
  response.write(body);
};

/** Git speaks another language with a server that calls its answer something else. */
function typeFor({ req }: ServerResponse): string {
  const service = /service=(git-[a-z-]+)/.exec(req.url ?? '')?.[1];
  return service === undefined ? 'application/json' : `application/x-${service}-advertisement`;
}
