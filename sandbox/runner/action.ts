/** An action's own description: `action.yml` in its folder. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { interpolate, type Scope } from '../workflow/expression.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const schema = z.object({
  inputs: z
    .record(z.string(), z.object({ default: scalar.nullish(), required: z.boolean().optional() }).nullable())
    .default({}),
  runs: z.object({
    using: z.string(),
    main: z.string().optional(),
    pre: z.string().optional(),
    post: z.string().optional(),
  }),
});

export type Action = z.infer<typeof schema> & { folder: string };

/** Throws when there is none, or when it is of a kind that the sandbox does not run. */
export async function readAction(folder: string): Promise<Action> {
  const file = path.join(folder, 'action.yml');
  const action = schema.parse(parse(await readFile(file, 'utf8')));
  if (!/^node(20|24)$/.test(action.runs.using) || action.runs.main === undefined) {
    throw new Error(`${file}: the sandbox runs actions of \`using: node24\`, not \`${action.runs.using}\`.`);
  }
  return { ...action, folder };
}

/** `INPUT_*` of a step: what it passes, else the action's defaults. */
export function inputVariables(
  action: Action,
  passed: Readonly<Record<string, string>>,
  scope: Scope,
): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, input] of Object.entries(action.inputs)) values.set(variable(name), input?.default ?? '');
  for (const [name, value] of Object.entries(passed)) values.set(variable(name), value);
  return Object.fromEntries([...values].map(([name, value]) => [name, interpolate(value, scope)]));
}

/** As the runner: only spaces are replaced, so an input with a hyphen is a variable with a hyphen. */
function variable(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}
