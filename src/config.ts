/**
 * `heddle.yml`: every option, documented once, validated once.
 * The merger reads it from the base branch, the spawner from the checkout. All keys are optional.
 */
import { isMap, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { UserError } from './domain/errors.ts';

export const CONFIG_PATH = 'heddle.yml';

const seconds = z.number().int().positive();
const agent = z.strictObject({
  command: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Command line of an agent that Heddle does not know; `{promptFile}` in it is replaced, else the prompt comes on stdin.',
    ),
  use: z
    .enum(['claude', 'codex', 'command'])
    .optional()
    .describe('The definition to start from; the agent’s own name by default.'),
  model: z.string().min(1).optional().describe('Passed to the agent as its model.'),
  flags: z.array(z.string()).default([]).describe('Extra arguments, as they are.'),
  permission_mode: z.string().min(1).optional().describe('What the agent may do without asking, in its own words.'),
});

const schema = z.strictObject({
  base: z.string().min(1).optional().describe('The branch that work lands on. Default: the default branch.'),
  state_branch: z
    .string()
    .min(1)
    .optional()
    .describe('Where `.beads/issues.jsonl` is committed, when the base refuses direct pushes. Default: the base.'),
  remote: z.string().min(1).default('origin').describe('The git remote that is on GitHub.'),
  max_parallel: z.number().int().min(1).max(256).default(4).describe('Workers alive at once.'),
  poll_seconds: seconds.default(15).describe('How often a waiting spawner looks.'),
  agent: z.string().min(1).default('claude').describe('The agent that `spawn` runs unless `--agent` says otherwise.'),
  agents: z.record(z.string(), agent).default({}).describe('Agents by name; `claude` and `codex` are there already.'),
  prompt: z
    .string()
    .min(1)
    .default('.heddle/prompt.md')
    .describe('The template of the prompt; the built-in one is used where the file is missing.'),
  worktree: z
    .strictObject({
      root: z
        .string()
        .min(1)
        .default('../{repo}-worktrees')
        .describe('Folder of the worktrees, relative to the checkout.'),
      setup: z
        .string()
        .min(1)
        .optional()
        .describe('Run in every new worktree before the agent starts, such as `npm ci`.'),
      max: z.number().int().min(1).default(64).describe('No new worktree beyond this many.'),
      min_free_mb: z.number().int().min(0).default(1024).describe('No new worktree with less free disk than this.'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      wall_clock_seconds: seconds.default(2 * 60 * 60).describe('An agent is ended after this long.'),
      silence_seconds: seconds.default(15 * 60).describe('An agent that prints nothing for this long is ended.'),
      attempts: z
        .number()
        .int()
        .min(1)
        .max(20)
        .default(3)
        .describe('Starts of a worker per round before a person is needed.'),
      backoff_seconds: seconds.default(30).describe('Wait before the second attempt; doubled for each one after.'),
      setup_seconds: seconds.default(15 * 60).describe('Limit of `worktree.setup` and of `verify`.'),
      github_seconds: seconds
        .default(10 * 60)
        .describe('How long a command goes on while GitHub gives it no answer; then it ends with exit code 11.'),
    })
    .prefault({}),
  verify: z.string().min(1).optional().describe('Run in the worktree before the push; a failure is the task’s reason.'),
  forbidden_paths: z
    .array(z.string().min(1))
    .default(['.github/**', '.beads/**', '.heddle/**', 'heddle.yml'])
    .describe('Paths that no task may change (globs).'),
  merge: z
    .strictObject({
      method: z
        .enum(['merge', 'squash', 'rebase'])
        .optional()
        .describe('Default: the first of merge, squash, rebase that the repository allows.'),
      checks: z
        .enum(['required', 'none'])
        .default('required')
        .describe('`none`: a head without any check counts as green.'),
      required: z
        .array(z.string().min(1))
        .default([])
        .describe('Check names that must have succeeded, besides those that GitHub requires.'),
      max_changed_lines: z.number().int().positive().default(5000).describe('Larger pull requests need a person.'),
      trusted: z
        .array(z.string().min(1))
        .default([])
        .describe('Logins whose pull requests may be merged, besides those who may write to the repository.'),
      checks_deadline_minutes: z
        .number()
        .int()
        .positive()
        .default(360)
        .describe('A check that has not reported after this long needs a person.'),
    })
    .prefault({}),
});

export type Config = z.infer<typeof schema>;
export type AgentConfig = z.infer<typeof agent>;

/** Every key with its description and default, as JSON Schema: docs/usage.md is made from it. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(schema, { io: 'input' });
}

/** What holds without a `heddle.yml`. */
export function defaultConfig(): Config {
  return schema.parse({});
}

/** Parses the text of a `heddle.yml`. Throws a UserError that names line, key and what was expected. */
export function parseConfig(text: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw configError(`${CONFIG_PATH}:${line}: ${broken.message.split('\n')[0] ?? 'not YAML'}`);
  }
  const result = schema.safeParse(contentOf(document) ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part));
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const full = unknown === undefined ? path : [...path, unknown];
  const node = isMap(document.contents) ? document.getIn(full, true) : undefined;
  const range =
    typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range : undefined;
  const line = typeof range?.[0] === 'number' ? `:${lines.linePos(range[0]).line}` : '';
  throw configError(
    `${CONFIG_PATH}${line}: ${full.length === 0 ? 'the file' : `\`${full.join('.')}\``}: ${issue?.message ?? 'is not valid'}`,
  );
}

/** An alias that leads nowhere, or to far more than there is, shows only when it is followed. */
function contentOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw configError(`${CONFIG_PATH}: ${cause instanceof Error ? cause.message : 'not YAML'}`);
  }
}

function configError(message: string): UserError {
  return new UserError(message, {
    hint: 'docs/usage.md lists every key of heddle.yml with its default.',
    exit: 'config',
  });
}
