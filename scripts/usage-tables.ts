/** The tables of docs/usage.md that the sources know best: the keys of heddle.yml, the exit codes, and why a task waits. */
import { configJsonSchema } from '../src/config/schema.ts';
import { EXIT } from '../src/domain/errors.ts';
import { WAITS } from '../src/domain/issue.ts';
import { SENTENCES } from '../src/spawner/messages/standings.ts';

type Schema = {
  type?: string;
  enum?: readonly string[];
  default?: unknown;
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
};

export function keysTable(): string {
  const rows = configKeys().map(({ key, schema }) => {
    const { description = '' } = schema;
    return `| \`${key}\` | ${typeOf(schema)} | ${defaultOf(schema)} | ${description.replaceAll('|', '\\|')} |`;
  });
  return ['| key | value | default | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** Every key of heddle.yml, as it is written from the top on; `NAME` stands for what a user calls it. */
export function configKeys(): { key: string; schema: Schema }[] {
  return keysOf(configJsonSchema() as Schema, '');
}

export function exitTable(): string {
  const rows = Object.values(EXIT).map(({ code, means }) => `| ${code} | ${means} |`);
  return ['| exit code | means |', '| --- | --- |', ...rows].join('\n');
}

/** The sentence of a task that needs a person is its own. */
export function waitsTable(): string {
  const rows = WAITS.map(
    (waits) => `| \`${waits}\` | ${waits === 'person' ? 'the reason, and what to type next' : SENTENCES[waits]} |`,
  );
  return ['| `waits` | `waits_for` |', '| --- | --- |', ...rows].join('\n');
}

function keysOf(schema: Schema, prefix: string): { key: string; schema: Schema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const key = `${prefix}${name}`;
    if (child.properties !== undefined) return keysOf(child, `${key}.`);
    const { additionalProperties: each } = child;
    if (typeof each !== 'object') return [{ key, schema: child }];
    return [{ key, schema: child }, ...keysOf(each, `${key}.NAME.`)];
  });
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return 'list of texts';
  if (schema.type === 'integer') return 'number';
  return schema.type === 'object' ? 'mapping' : 'text';
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return 'none';
  if (Array.isArray(value)) return value.map((one) => `\`${String(one)}\``).join(', ');
  return `\`${String(value)}\``;
}
