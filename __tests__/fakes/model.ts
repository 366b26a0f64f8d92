/**
 * A model that says what a test tells it to, on loopback: Anthropic's Messages and OpenAI's Responses, streamed.
 * The first turn is one call of a tool; once that call's result is in the conversation, it ends with a word.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IDLE_MS } from './wait.ts';

/** `call`: one tool call, then a closing word. `answer`: this status for every request. `hang`: no answer at all. */
export type Turn =
  | { call: string; input: Readonly<Record<string, unknown>> }
  | { answer: number; headers?: Readonly<Record<string, string>>; body: unknown }
  | 'hang';

type Told = Readonly<Record<string, unknown>>;

const CLOSING = 'The task is done.';
const RESULTS = new Set(['tool_result', 'function_call_output', 'custom_tool_call_output']);

export class ScriptedModel {
  turn: Turn = 'hang';
  /** What came back from the tool that was called: what the agent said of a denied or a finished call. */
  readonly results: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
      void this.#serve(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = new URL(request.url ?? '/', 'http://model').pathname;
    const stream = { '/v1/messages': messages, '/v1/responses': responses }[path];
    if (stream === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    if (this.turn === 'hang') return;
    if ('answer' in this.turn) {
      const { answer, headers, body: text } = this.turn;
      response.writeHead(answer, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(text));
      return;
    }
    const results = partsOf(body).filter(({ type }) => RESULTS.has(String(type)));
    this.results.push(...results.map(({ content, output }) => JSON.stringify(content ?? output)));
    // Without tools it is asked for something beside the task, such as a title.
    const first = results.length === 0 && listOf(body['tools']).length > 0;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of stream(first ? this.turn : undefined)) {
      response.write(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  }
}

type Call = Exclude<Turn, 'hang' | { answer: number }>;

function messages(call: Call | undefined): Told[] {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const id = 'msg_1';
  const start =
    call === undefined ? { type: 'text', text: '' } : { type: 'tool_use', id: 'toolu_1', name: call.call, input: {} };
  const delta =
    call === undefined
      ? { type: 'text_delta', text: CLOSING }
      : { type: 'input_json_delta', partial_json: JSON.stringify(call.input) };
  const message = { id, type: 'message', role: 'assistant', model: 'scripted', content: [], stop_reason: null, usage };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: start },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: call === undefined ? 'end_turn' : 'tool_use' }, usage },
    { type: 'message_stop' },
  ];
}

function responses(call: Call | undefined): Told[] {
  const id = 'resp_1';
  const item =
    call === undefined
      ? { type: 'message', id: 'm_1', role: 'assistant', content: [{ type: 'output_text', text: CLOSING }] }
      : { type: 'function_call', id: 'f_1', call_id: 'c_1', name: call.call, arguments: JSON.stringify(call.input) };
  return [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', output_index: 0, item },
    {
      type: 'response.completed',
      response: { id, usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } },
    },
  ];
}

/** The parts of a conversation, in either shape: items, or messages that hold them. */
function partsOf(body: Told): Told[] {
  const items = [...listOf(body['input']), ...listOf(body['messages'])];
  return [...items, ...items.flatMap(({ content }) => listOf(content))];
}

function listOf(value: unknown): Told[] {
  return Array.isArray(value) ? value : [];
}

async function bodyOf(request: IncomingMessage): Promise<Told> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Told);
}
