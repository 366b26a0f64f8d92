/** The shapes of `bd … --json`, as far as Heddle reads them. Source: bd 1.3.0. */
import * as z from 'zod';
import { issueId } from '../../domain/ids.ts';
import { HAND_BACK_KINDS, type Issue, type Metadata, PHASES, WAITS } from '../../domain/issue.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
/** A value of another type is somebody else's use of the key: it reads as absent and is left alone. */
const optional = <T>(type: z.ZodType<T>) =>
  z
    .unknown()
    .optional()
    .transform((value): T | undefined => {
      const result = type.safeParse(value);
      return result.success ? result.data : undefined;
    });

const metadata = z
  .looseObject({
    phase: optional(z.enum(PHASES)),
    round: optional(z.number().int().positive()),
    worktree: optional(z.string()),
    branch: optional(z.string()),
    agent_pid: optional(z.number().int().positive()),
    agent_host: optional(z.string()),
    agent_start: optional(z.string()),
    pr_number: optional(z.number().int().positive()),
    attempt: optional(z.number().int().nonnegative()),
    retry_at: optional(z.string()),
    reason: optional(z.string()),
    base_sha: optional(z.string()),
    head_sha: optional(z.string()),
    waits: optional(z.enum(WAITS)),
    waits_for: optional(z.string()),
    handed_back: optional(z.partialRecord(z.enum(HAND_BACK_KINDS), z.number().int().nonnegative())),
  })
  .nullish()
  .transform((value): Metadata => value ?? {});

const issue = z
  .object({
    id: z.string().min(1),
    title: text,
    issue_type: text,
    status: z.string().min(1),
    priority: z
      .number()
      .nullish()
      .transform((value) => value ?? 2),
    assignee: text,
    metadata,
    parent: z.string().nullish(),
    dependencies: z.array(z.object({ depends_on_id: z.string(), type: z.string() })).nullish(),
    description: text,
    design: text,
    acceptance_criteria: text,
    notes: text,
    close_reason: text,
    started_at: text,
    external_ref: text,
  })
  .transform((raw): Issue => {
    const dependencies = (raw.dependencies ?? []).map(({ depends_on_id, type }) => ({
      on: issueId(depends_on_id),
      type,
    }));
    const edge = dependencies.find(({ type }) => type === 'parent-child');
    const parent = edge?.on ?? (raw.parent ? issueId(raw.parent) : undefined);
    return {
      id: issueId(raw.id),
      title: raw.title,
      type: raw.issue_type,
      status: raw.status,
      priority: raw.priority,
      assignee: raw.assignee,
      metadata: raw.metadata,
      parent,
      dependencies: dependencies.filter(({ type }) => type !== 'parent-child'),
      description: raw.description,
      design: raw.design,
      acceptanceCriteria: raw.acceptance_criteria,
      notes: raw.notes,
      closeReason: raw.close_reason,
      startedAt: raw.started_at,
      externalRef: raw.external_ref,
    };
  });

export const issueList = z.array(issue);

/** What `update` prints: the issues written on stdout; on a failure, `failed` per id (stdout or stderr). */
export const updated = z.array(z.object({ id: z.string() }));
export const failures = z.object({
  failed: z.array(z.object({ id: z.string(), error: text, guard_mismatch: z.boolean().nullish() })),
});

/** What `import` prints. A dependency on an issue that is nowhere is left out with exit 0. */
export const imported = z.object({
  skipped_dependencies: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
});
