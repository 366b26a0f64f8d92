/**
 * `heddle.yml`: every key, documented once, validated once. All keys are optional.
 * The merger reads it from the base branch, the spawner from the checkout.
 */
import * as z from 'zod';
import { CONFIG_PATH } from '../domain/config-path.ts';

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

export const configSchema = z.strictObject({
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
  on_red: z
    .enum(['worker', 'person'])
    .default('worker')
    .describe('Who repairs a pull request whose checks fail, once a second run has failed as well.'),
  on_conflict: z
    .enum(['worker', 'person'])
    .default('worker')
    .describe('Who repairs a pull request that conflicts with its base.'),
  verify: z.string().min(1).optional().describe('Run in the worktree before the push; a failure is the task’s reason.'),
  forbidden_paths: z
    .array(z.string().min(1))
    .default(['.github/**', '.beads/**', '.heddle/**', CONFIG_PATH])
    .describe('Paths that no task may change (globs).'),
  review: z
    .strictObject({
      needs_review: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'Pull requests that change these paths (globs) are merged only once somebody who may write has approved that head.',
        ),
    })
    .prefault({}),
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

/** The file in its own spelling and units; nobody but `settings.ts` reads it. */
export type Config = z.infer<typeof configSchema>;

/** Every key with its description and default, as JSON Schema: docs/usage.md is made from it. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(configSchema, { io: 'input' });
}
