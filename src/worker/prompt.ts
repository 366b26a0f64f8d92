/** Fills the template of the prompt. What comes from the issue is data: it is put in once and never read as template. */
import { UserError } from '../domain/errors.ts';
import type { Issue } from '../domain/issue.ts';
import { cut } from '../domain/text.ts';

const PLACEHOLDERS = [
  'id',
  'title',
  'description',
  'design',
  'acceptance',
  'notes',
  'dependencies',
  'rules',
  'state',
  'feedback',
  'failure',
] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];
export type PromptValues = Readonly<Record<Placeholder, string>>;

/** Linux takes arguments up to 128 KiB, and some agents want the prompt as one. */
const MAX_PROMPT_BYTES = 120_000;
const MAX_VALUE = 24_000;

/**
 * `{{name}}` is replaced; `{{#name}}…{{/name}}` stays only where the value is not empty.
 * Throws a UserError for a placeholder that does not exist.
 */
export function fillPrompt(template: string, values: PromptValues, path: string): string {
  const chosen = template.replace(/\{\{#(\w+)\}\}\n?([\s\S]*?)\{\{\/\1\}\}\n?/g, (_, name: string, inside: string) =>
    values[known(name, path)].trim() === '' ? '' : inside,
  );
  const filled = chosen.replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
    cut(values[known(name, path)].trim(), MAX_VALUE),
  );
  // A leading dash would be read as an option by an agent that takes the prompt as an argument.
  const text = filled.trimStart().replace(/^-/, '\n-').replaceAll('\0', '');
  return cutBytes(text, MAX_PROMPT_BYTES);
}

function known(name: string, path: string): Placeholder {
  const found = PLACEHOLDERS.find((one) => one === name);
  if (found !== undefined) return found;
  throw new UserError(`${path} has an unknown placeholder {{${name}}}.`, {
    hint: `These exist: ${PLACEHOLDERS.map((one) => `{{${one}}}`).join(' ')}.`,
    exit: 'config',
  });
}

function cutBytes(text: string, max: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= max) return text;
  return new TextDecoder().decode(bytes.subarray(0, max)).replace(/\uFFFD+$/, '');
}

/** The closed issues that a task depends on, its own and not those of the containers above it. */
export function closedDependencies(issue: Issue, issues: readonly Issue[]): readonly Issue[] {
  const wanted = new Set(issue.dependencies.filter(({ type }) => type !== 'parent-child').map(({ on }) => on));
  return issues.filter(({ id, status }) => wanted.has(id) && status === 'closed');
}
