/** What `heddle.yml` says, in the words and units of the code. Everything outside of this folder uses `Settings` alone. */
import { parseConfig } from './parse.ts';
import type { Config } from './schema.ts';

export type AgentSettings = {
  command: string | undefined;
  /** The definition to start from; undefined: the one of the agent's own name. */
  use: 'claude' | 'codex' | 'command' | undefined;
  model: string | undefined;
  flags: readonly string[];
  permissionMode: string | undefined;
};

export type Settings = {
  /** Undefined where the file does not name it: `branchesOf` tells which holds then. */
  base: string | undefined;
  stateBranch: string | undefined;
  remote: string;
  maxParallel: number;
  pollMs: number;
  agent: string;
  agents: Readonly<Record<string, AgentSettings>>;
  /** Path of the template, relative to the checkout. */
  prompt: string;
  worktree: { root: string; setup: string | undefined; max: number; minFreeMb: number };
  limits: {
    wallClockMs: number;
    silenceMs: number;
    attempts: number;
    backoffMs: number;
    setupMs: number;
    githubMs: number;
  };
  onRed: 'worker' | 'person';
  onConflict: 'worker' | 'person';
  verify: string | undefined;
  forbiddenPaths: readonly string[];
  /** Globs: who changes such a path needs an approval. */
  needsReview: readonly string[];
  merge: {
    method: 'merge' | 'squash' | 'rebase' | undefined;
    checks: 'required' | 'none';
    required: readonly string[];
    maxChangedLines: number;
    trusted: readonly string[];
    checksDeadlineMs: number;
  };
};

/** Reads the text of a `heddle.yml`; an empty one stands for no such file. Throws a UserError (`config`) for a mistake in it. */
export function readSettings(text: string): Settings {
  return settingsOf(parseConfig(text));
}

export type NamedBranches = Partial<Pick<Settings, 'base' | 'stateBranch'>>;

/** The base is the default branch, and the state branch is the base, unless another is named. */
export function branchesOf(
  { base: named, stateBranch }: NamedBranches,
  defaultBranch: string,
): { base: string; state: string } {
  const base = named ?? defaultBranch;
  return { base, state: stateBranch ?? base };
}

/** Seconds are what people write: here, on the command line and in a workflow. */
export function inMs(seconds: number): number {
  return seconds * 1_000;
}

function settingsOf(config: Config): Settings {
  const { worktree, limits, merge } = config;
  return {
    base: config.base,
    stateBranch: config.state_branch,
    remote: config.remote,
    maxParallel: config.max_parallel,
    pollMs: inMs(config.poll_seconds),
    agent: config.agent,
    agents: Object.fromEntries(Object.entries(config.agents).map(([name, agent]) => [name, agentOf(agent)])),
    prompt: config.prompt,
    worktree: { root: worktree.root, setup: worktree.setup, max: worktree.max, minFreeMb: worktree.min_free_mb },
    limits: {
      wallClockMs: inMs(limits.wall_clock_seconds),
      silenceMs: inMs(limits.silence_seconds),
      attempts: limits.attempts,
      backoffMs: inMs(limits.backoff_seconds),
      setupMs: inMs(limits.setup_seconds),
      githubMs: inMs(limits.github_seconds),
    },
    onRed: config.on_red,
    onConflict: config.on_conflict,
    verify: config.verify,
    forbiddenPaths: config.forbidden_paths,
    needsReview: config.review.needs_review,
    merge: {
      method: merge.method,
      checks: merge.checks,
      required: merge.required,
      maxChangedLines: merge.max_changed_lines,
      trusted: merge.trusted,
      checksDeadlineMs: inMs(60 * merge.checks_deadline_minutes),
    },
  };
}

function agentOf({ command, use, model, flags, permission_mode }: Config['agents'][string]): AgentSettings {
  return { command, use, model, flags, permissionMode: permission_mode };
}
