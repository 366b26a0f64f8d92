/**
 * The environment of an agent, and of the set-up and verify commands: the user's own without what reaches GitHub or Beads.
 * This is hygiene, not a sandbox: the agent runs as the same user.
 */
import { gitCeilings, REPOSITORY_VARIABLES, TOKEN_VARIABLES, UNATTENDED_GIT } from '../domain/environment.ts';
import { RUN_TAG_VARIABLE } from '../domain/ids.ts';

/** Keys that are taken out, by name or by the start of it. */
const TAKEN = new Set([
  ...TOKEN_VARIABLES,
  'GH_CONFIG_DIR',
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'SSH_ASKPASS',
  'GIT_ASKPASS',
  ...REPOSITORY_VARIABLES,
  // Of the session that `heddle spawn` was typed in: some versions of claude refuse to start inside another one.
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SESSION_ID',
]);
const TAKEN_PREFIXES = ['HEDDLE_', 'BEADS_', 'BD_', 'ACTIONS_', 'GIT_CONFIG_'];

/** Nobody is there to answer: no pager, no editor, no colours, no prompt, no watching for changes. */
const QUIET = {
  CI: 'true',
  NO_COLOR: '1',
  TERM: 'dumb',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  ...UNATTENDED_GIT,
  GIT_ASKPASS: 'false',
  DEBIAN_FRONTEND: 'noninteractive',
  // An empty helper takes away all that the user's configuration names.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'credential.helper',
  GIT_CONFIG_VALUE_0: '',
};

export function agentEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  run: { tag: string; shimFolder: string; worktreeRoot: string },
): Record<string, string> {
  const passed = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !TAKEN.has(entry[0]) && !TAKEN_PREFIXES.some((prefix) => entry[0].startsWith(prefix)),
  );
  return {
    ...Object.fromEntries(passed),
    ...QUIET,
    // Where its `.git` is gone, git finds no repository, rather than one that somebody keeps in a folder above.
    ...gitCeilings(run.worktreeRoot, environment),
    PATH: `${run.shimFolder}:${environment['PATH'] ?? '/usr/bin:/bin'}`,
    // `gh` finds no login here.
    GH_CONFIG_DIR: `${run.shimFolder}/none`,
    [RUN_TAG_VARIABLE]: run.tag,
  };
}
