/**
 * Checks what is said to the sandbox, and what it says, against GitHub's own descriptions of REST and webhooks.
 * Hang it on any sandbox: `sandbox.onExchange(contract.observe)`, `sandbox.world.bus.subscribe(contract.observeEvent)`.
 * GraphQL needs no check here: it is executed against GitHub's own schema.
 */
import { readFile } from 'node:fs/promises';
import { Ajv, type AnySchemaObject, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { SandboxEvent } from './events.ts';
import { packageFile } from './package-file.ts';
import type { Exchange } from './server.ts';

export type Contract = {
  observe(exchange: Exchange): void;
  observeEvent(event: SandboxEvent): void;
  /** Sentences; empty when everything said was as described. */
  failures: string[];
  /** How many exchanges were checked per operation (`GET /repos/{owner}/{repo}`) and per webhook (`push`). */
  counts: ReadonlyMap<string, number>;
  /** The counts, for people. */
  report(): string;
};

/** Where the description itself is wrong or silent. Each needs its reason. */
const exceptions: readonly { operation: RegExp; message: RegExp; reason: string }[] = [
  {
    operation: /^webhook push$/,
    message: /email must match format "email".*\[bot\]@users\.noreply/,
    reason: 'A bot’s address has brackets before the @, which the format `email` forbids unless they are quoted.',
  },
];

type Description = { paths?: Record<string, PathItem>; webhooks?: Record<string, PathItem>; components: object };
type PathItem = Record<string, Operation>;
type Operation = {
  parameters?: readonly (Parameter | { $ref: string })[];
  requestBody?: { content?: Record<string, unknown> };
  responses?: Record<string, unknown>;
};
type Parameter = { name: string; in: string };

/** Parameters whose values hold slashes. */
const wide = new Set(['ref', 'path', 'basehead', 'branch', 'name']);

export async function createContract(): Promise<Contract> {
  const [rest, hooks] = await Promise.all([
    readDescription('@octokit/openapi/generated/api.github.com.json'),
    readDescription('@octokit/openapi-webhooks/generated/api.github.com.json'),
  ]);
  const schemas = validators({ rest, hooks });
  const find = router(rest.paths ?? {});
  const failures: string[] = [];
  const counts = new Map<string, number>();

  const fail = (operation: string, message: string): void => {
    const excused = exceptions.some((one) => one.operation.test(operation) && one.message.test(message));
    if (!excused) failures.push(`${operation}: ${message}`);
  };
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

  return {
    failures,
    counts,
    observe(exchange) {
      const url = new URL(exchange.path, 'http://sandbox');
      if (url.pathname === '/graphql') return;
      const found = find(exchange.method, url.pathname);
      if (found === null) return fail(`${exchange.method} ${url.pathname}`, 'is no operation of GitHub');
      const { operation, path } = found;
      const method = exchange.method.toLowerCase();
      const name = `${exchange.method} ${path}`;
      count(name);
      const base = pointer('rest', 'paths', path, method);
      checkQuery(rest, operation, url, (message) => fail(name, message));
      if (exchange.status < 400) checkRequest(schemas, operation, base, exchange, (message) => fail(name, message));
      checkAnswer(schemas, rest, operation, base, exchange, (message) => fail(name, message));
    },
    observeEvent(event) {
      // A schedule is no webhook, and a repository_dispatch carries whatever it was given.
      if (event.name === 'schedule' || event.name === 'repository_dispatch') return;
      const name = [event.name, event.action].filter(Boolean).join('-').replaceAll('_', '-');
      if (hooks.webhooks?.[name] === undefined) return fail(name, 'is no webhook of GitHub');
      count(`webhook ${name}`);
      const schema = pointer('hooks', 'webhooks', name, 'post', 'requestBody', 'content', 'application/json', 'schema');
      const fault = schemas(schema, event.payload);
      if (fault !== null) fail(`webhook ${name}`, fault);
    },
    report: () => [...counts].map(([name, times]) => `${String(times).padStart(5)}  ${name}`).join('\n'),
  };
}

type Check = (schema: string, value: unknown) => string | null;

function checkQuery(rest: Description, operation: Operation, url: URL, fail: (message: string) => void): void {
  const known = (operation.parameters ?? []).map((parameter) =>
    '$ref' in parameter ? follow(rest, parameter.$ref) : parameter,
  );
  for (const name of url.searchParams.keys()) {
    const listed = known.some((parameter) => read(parameter, 'in') === 'query' && read(parameter, 'name') === name);
    if (!listed) fail(`has no query parameter ${name}`);
  }
}

function checkRequest(
  check: Check,
  operation: Operation,
  base: string,
  exchange: Exchange,
  fail: (message: string) => void,
) {
  if (operation.requestBody?.content?.['application/json'] === undefined) {
    if (exchange.requestBody !== undefined && Object.keys(Object(exchange.requestBody)).length > 0)
      fail('takes no body');
    return;
  }
  const schema = `${base}${pointer('', 'requestBody', 'content', 'application/json', 'schema')}`;
  const fault = exchange.requestBody === undefined ? null : check(schema, exchange.requestBody);
  if (fault !== null) fail(`request ${fault}`);
}

function checkAnswer(
  check: Check,
  rest: Description,
  operation: Operation,
  base: string,
  exchange: Exchange,
  fail: (message: string) => void,
): void {
  const { status, responseBody } = exchange;
  // Any GET may be conditional, which is said in the documentation and not per operation.
  if (status === 304 && exchange.method === 'GET' && responseBody === undefined) return;
  const described = operation.responses?.[String(status)];
  const basic = pointer('rest', 'components', 'schemas', 'basic-error');
  if (described === undefined) {
    // Few refusals are described per operation; all of them have GitHub's one shape.
    const fault = status >= 400 && status !== 501 ? check(basic, responseBody) : `status ${status} is not described`;
    if (fault !== null) fail(fault);
    return;
  }
  const ref = read(described, '$ref');
  const response = typeof ref === 'string' ? follow(rest, ref) : described;
  const at =
    typeof ref === 'string'
      ? `rest${ref.replaceAll('{', '%7B').replaceAll('}', '%7D')}`
      : `${base}${pointer('', 'responses', String(status))}`;
  if (read(read(response, 'content'), 'application/json') === undefined) {
    const fault = responseBody === undefined ? null : check(basic, responseBody);
    if (fault !== null) fail(`${status} has no such body: ${fault}`);
    return;
  }
  const fault = check(`${at}${pointer('', 'content', 'application/json', 'schema')}`, responseBody);
  if (fault !== null) fail(`${status} ${fault}`);
}

async function readDescription(name: string): Promise<Description> {
  const description = JSON.parse(await readFile(await packageFile(name), 'utf8'));
  return withNulls(description);
}

/** OpenAPI 3.0 says `nullable`, which JSON Schema knows only beside a `type`. */
function withNulls<T>(node: T): T {
  if (typeof node !== 'object' || node === null) return node;
  for (const [key, value] of Object.entries(node)) Reflect.set(node, key, withNulls(value));
  if (Reflect.get(node, 'nullable') !== true) return node;
  const choices = Reflect.get(node, 'enum');
  if (Array.isArray(choices) && !choices.includes(null)) choices.push(null);
  if (Reflect.has(node, 'type')) return node;
  Reflect.deleteProperty(node, 'nullable');
  const strict = { ...node };
  for (const key of Object.keys(node)) Reflect.deleteProperty(node, key);
  Reflect.set(node, 'anyOf', [{ type: 'null' }, strict]);
  return node;
}

/** Schemas are compiled on first use: the whole description would take seconds. */
function validators(descriptions: Record<string, Description>): Check {
  const ajv = new Ajv({ strict: false, logger: false, allErrors: false });
  addFormats.default(ajv);
  for (const [id, description] of Object.entries(descriptions)) {
    const schema: AnySchemaObject = { ...description, $id: id };
    ajv.addSchema(schema, id);
  }
  const compiled = new Map<string, ReturnType<Ajv['compile']>>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile({ $ref: schema });
    compiled.set(schema, validate);
    return validate(value) ? null : (validate.errors ?? []).map((error) => explain(error, value)).join('; ');
  };
}

function explain(error: ErrorObject, value: unknown): string {
  const steps = error.instancePath.split('/').slice(1);
  const found = steps.reduce<unknown>((node, step) => read(node, step), value);
  return `${error.instancePath || '(whole)'} ${error.message ?? ''} ${JSON.stringify(error.params)}, is ${JSON.stringify(found)?.slice(0, 120)}`;
}

/** A JSON pointer as the fragment of an address. */
function pointer(document: string, ...steps: readonly string[]): string {
  const path = steps.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
  return document === '' ? path : `${document}#${path}`;
}

function follow(description: Description, ref: string): unknown {
  return ref
    .split('/')
    .slice(1)
    .reduce<unknown>((node, step) => read(node, step), description);
}

function read(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined;
}

/** The most literal path wins, as `/pulls/comments` over `/pulls/{pull_number}`. */
function router(paths: Record<string, PathItem>) {
  const compiled = Object.entries(paths).map(([path, item]) => {
    const source = path
      .replace(/[.]/g, '\\.')
      .replace(/\{([^}]+)\}/g, (_whole, name: string) => (wide.has(name) ? '.+' : '[^/]+'));
    const literals = path.split('/').filter((part) => !part.startsWith('{')).length;
    return { path, item, literals, pattern: new RegExp(`^${source}$`) };
  });
  compiled.sort((one, other) => other.literals - one.literals);
  return (method: string, pathname: string): { path: string; operation: Operation } | null => {
    for (const { path, item, pattern } of compiled) {
      const operation = item[method.toLowerCase()];
      if (operation !== undefined && pattern.test(pathname)) return { path, operation };
    }
    return null;
  };
}
