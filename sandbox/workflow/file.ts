/** Workflow files: YAML in, typed out. What the sandbox does not model is kept out by the schema's defaults, not refused. */
import { parse } from 'yaml';
import * as z from 'zod';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.coerce.string())]);
const plain = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]).transform(plainText));

const filter = z
  .object({
    types: texts.optional(),
    branches: texts.optional(),
    'branches-ignore': texts.optional(),
    tags: texts.optional(),
    'tags-ignore': texts.optional(),
    paths: texts.optional(),
    'paths-ignore': texts.optional(),
    workflows: texts.optional(),
  })
  .nullable()
  .transform((value) => value ?? {});
const schedules = z
  .array(z.object({ cron: z.string() }))
  .transform((list) => ({ crons: list.map(({ cron }) => cron) }));

const triggers = z.union([
  z.string().transform((name) => ({ [name]: {} })),
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, {}]))),
  z.record(z.string(), z.union([schedules, filter])),
]);

const permissions = z.union([
  z.enum(['read-all', 'write-all']),
  z.record(z.string(), z.enum(['read', 'write', 'none'])),
]);

const concurrency = z.union([
  z.string().transform((group) => ({ group, 'cancel-in-progress': false as boolean | string })),
  z.object({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]).default(false) }),
]);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** `include` adds whole combinations; everything else is an axis. */
const matrix = z
  .object({ include: z.array(z.record(z.string(), scalar)).default([]) })
  .catchall(z.array(scalar))
  .transform(({ include, ...axes }) => ({ include, axes }));

const step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.union([z.string(), z.boolean()]).optional(),
  uses: z.string().optional(),
  run: scalar.transform(String).optional(),
  shell: z.string().optional(),
  'working-directory': z.string().optional(),
  with: plain.default({}),
  env: plain.default({}),
  'continue-on-error': z.boolean().default(false),
});

const job = z.object({
  name: z.string().optional(),
  needs: texts.default([]),
  if: z.union([z.string(), z.boolean()]).optional(),
  permissions: permissions.nullish(),
  concurrency: concurrency.optional(),
  env: plain.default({}),
  outputs: plain.default({}),
  'timeout-minutes': z.number().optional(),
  strategy: z.object({ matrix: matrix.optional() }).optional(),
  steps: z.array(step).default([]),
});

const workflow = z.object({
  name: z.string().optional(),
  on: triggers,
  permissions: permissions.nullish(),
  concurrency: concurrency.optional(),
  env: plain.default({}),
  jobs: z.record(z.string(), job),
});

export type TriggerFilter = z.infer<typeof filter> | z.infer<typeof schedules>;
export type Triggers = Readonly<Record<string, TriggerFilter>>;
export type Permissions = z.infer<typeof permissions>;
export type Concurrency = z.infer<typeof concurrency>;
export type Step = z.infer<typeof step>;
export type Job = z.infer<typeof job>;

export type WorkflowFile = Omit<z.infer<typeof workflow>, 'name' | 'on'> & {
  /** As GitHub shows it: the path where the file has no name. */
  name: string;
  on: Triggers;
  /** `.github/workflows/heddle.yml` */
  path: string;
};

/** Throws when the text is no workflow, with the path and the first thing that is wrong. */
export function parseWorkflow(path: string, text: string): WorkflowFile {
  const result = workflow.safeParse(parse(text));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(`${path} is no workflow: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
  }
  return { ...result.data, name: result.data.name ?? path, path };
}

function plainText(value: string | number | boolean | null): string {
  return value === null ? '' : String(value);
}
