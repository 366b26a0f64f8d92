/** How every git command of Heddle is run: no prompt, no translation, no surprise from the caller's environment. */
import { REPOSITORY_VARIABLES, TOKEN_VARIABLES, UNATTENDED_GIT } from '../../domain/environment.ts';
import { Interrupted, TransientError } from '../../domain/errors.ts';
import { isSha, type Sha } from '../../domain/ids.ts';
import type { Silence } from '../../ports/silence.ts';
import { type RunResult, run } from '../host/run.ts';
import { hookFolder } from './hooks.ts';
import { folderOf, type WorkTree } from './work-tree.ts';

export type GitCommand = {
  /** Runs git in a work tree; any exit code is an outcome. */
  try(at: WorkTree, args: readonly string[], options?: GitOptions): Promise<RunResult>;
  /** Runs git in a work tree and gives stdout; throws TransientError when it fails. */
  ok(at: WorkTree, args: readonly string[], options?: GitOptions): Promise<string>;
  /** Like `ok`, for commands that answer one object id. */
  sha(at: WorkTree, args: readonly string[], options?: GitOptions): Promise<Sha>;
};
type GitOptions = { input?: string; timeoutMs?: number; env?: Readonly<Record<string, string>> };

const LOCAL_TIMEOUT_MS = 120_000;
/** Commands that talk to the remote, however much they bring. */
export const REMOTE_TIMEOUT_MS = 300_000;
/** Over HTTP, one that gets next to nothing for so long is given up; GitHub counts for some seconds before it sends. */
const STALLED_MS = 120_000;
/** Bytes in a second. Nobody sends so slowly who sends at all, but for signs that the other side is still there. */
const STALLED_BELOW = 10;
/** A hook of the user's may run a formatter or a test suite. */
export const HOOK_TIMEOUT_MS = 15 * 60_000;

const OWN_SETTINGS = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
/**
 * A new worktree has no submodules yet, and git fails to fill it when it is told to look into them. A push keeps the
 * user's word: there this would also take out `push.recurseSubmodules=check`.
 */
const NO_RECURSION = ['-c', 'submodule.recurse=false'];

const REMOTE: ReadonlySet<string> = new Set(['fetch', 'push', 'ls-remote']);
/** An answer that git's HTTP client could read to its end names a status instead of curl's own number. */
export const NO_CONNECTION =
  /could not resolve host|connection|timed out|unable to access|HTTP 5\d\d|RPC failed; curl|remote end hung up|early EOF/i;

export type Credentials = { urlPrefix: string; token: string };
type Within = {
  /** Of the repository that is worked in; left out only by those who read, since reading runs no hook. */
  commonDir?: string;
  /** What a command of Heddle's has for all that it asks of the remote. */
  silence?: Silence;
  /** Ends a read of the remote. */
  stop?: AbortSignal;
};

export function createGitCommand(
  env: Readonly<Record<string, string | undefined>>,
  credentials: Credentials | undefined,
  within: Within = {},
): GitCommand {
  const base = ownEnvironment(env);
  const { commonDir } = within;
  // Commit hooks run what the repository holds, and so what an agent wrote. Elsewhere a credential helper of the user's may need them.
  const tokenless = Object.fromEntries(TOKEN_VARIABLES.map((key) => [key, undefined]));

  const hooks = () => (commonDir === undefined ? [] : ['-c', `core.hooksPath=${hookFolder(commonDir)}`]);

  const start = async (
    at: WorkTree,
    args: readonly string[],
    options: GitOptions,
    stop?: AbortSignal,
  ): Promise<RunResult> => {
    // First: where the repository is gone, the folder for hooks must not be made anew in its place.
    const cwd = await folderOf(at);
    return await run('git', [...OWN_SETTINGS, ...hooks(), ...(args[0] === 'push' ? [] : NO_RECURSION), ...args], {
      cwd,
      env: { ...base, ...at.env, ...(args[0] === 'commit' ? tokenless : {}), ...options.env },
      timeoutMs: options.timeoutMs ?? LOCAL_TIMEOUT_MS,
      name: `git ${commandOf(args)}`,
      stop,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
  };
  const attempt: GitCommand['try'] = (at, args, options = {}) => {
    if (!REMOTE.has(args[0] ?? '')) return start(at, args, options);
    return answered(within, (stalledMs) => {
      // Only what talks to the remote sees this one; a commit hook has no use for it.
      const env = { ...credentialEnvironment(credentials, base), ...stalledEnvironment(stalledMs), ...options.env };
      return start(at, args, { ...options, env }, args[0] === 'push' ? undefined : within.stop);
    });
  };
  const ok: GitCommand['ok'] = async (at, args, options) => {
    const result = await attempt(at, args, options);
    if (result.exitCode !== 0) throw gitFailure(args, result);
    return result.stdout;
  };
  return {
    try: attempt,
    ok,
    async sha(at, args, options) {
      const text = (await ok(at, args, options)).trim();
      if (!isSha(text))
        throw new TransientError(
          `git ${commandOf(args)} answered ${JSON.stringify(text.slice(0, 80))}, not an object id.`,
        );
      return text;
    },
  };
}

function ownEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const own: Record<string, string | undefined> = {
    ...env,
    // Of a partial clone, git fetches what is missing in the middle of any command.
    ...stalledEnvironment(STALLED_MS),
    ...UNATTENDED_GIT,
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
  };
  for (const key of REPOSITORY_VARIABLES) delete own[key];
  return own;
}

/** The command itself, after options of git's own such as `-c key=value`. */
function commandOf([first = '', second, ...rest]: readonly string[]): string {
  return first === '-c' && second !== undefined ? commandOf(rest) : first;
}

export function gitFailure(args: readonly string[], result: RunResult): TransientError {
  return new TransientError(
    `git ${commandOf(args)} failed (exit ${result.exitCode ?? 'by signal'}): ${gitText(result)}`,
  );
}

/** What git said, without the hints and the `remote:` padding, bounded. */
export function gitText(result: RunResult): string {
  return `${result.stderr}\n${result.stdout}`
    .split('\n')
    .map((line) => line.replace(/^remote:\s?/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'))
    .join(' / ')
    .slice(0, 600);
}

/** Keeps the time in which the remote gives no answer. Throws, and asks nothing, when it is over or a signal has come. */
async function answered({ silence, stop }: Within, ask: (stalledMs: number) => Promise<RunResult>): Promise<RunResult> {
  silence?.begin();
  if (stop?.aborted) throw new Interrupted();
  const leftMs = silence?.leftMs() ?? STALLED_MS;
  if (leftMs <= 0) throw new TransientError('The remote has given no answer for too long.');
  const result = await ask(Math.min(STALLED_MS, leftMs));
  if (result.exitCode === 0 || !NO_CONNECTION.test(gitText(result))) silence?.answered();
  return result;
}

/** Of all places where git looks for these, the environment comes first. */
function stalledEnvironment(stalledMs: number): Record<string, string> {
  return {
    GIT_HTTP_LOW_SPEED_LIMIT: String(STALLED_BELOW),
    GIT_HTTP_LOW_SPEED_TIME: String(Math.ceil(stalledMs / 1000)),
  };
}

/**
 * Heddle talks to GitHub as one identity, so its own token replaces the user's credential helpers for the remote's host.
 * The token travels in the environment, never in a command line or a configuration file.
 */
function credentialEnvironment(
  credentials: Credentials | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (credentials === undefined) return {};
  const helper = '!f() { test "$1" = get && echo username=x-access-token && echo "password=$HEDDLE_GIT_TOKEN"; }; f';
  // After the user's own, which may be a proxy, a certificate or a folder of hooks; an empty helper takes away those before it.
  const said = Number(env['GIT_CONFIG_COUNT'] ?? 0);
  const first = Number.isSafeInteger(said) && said > 0 ? said : 0;
  return {
    HEDDLE_GIT_TOKEN: credentials.token,
    GIT_CONFIG_COUNT: String(first + 2),
    [`GIT_CONFIG_KEY_${first}`]: `credential.${credentials.urlPrefix}.helper`,
    [`GIT_CONFIG_VALUE_${first}`]: '',
    [`GIT_CONFIG_KEY_${first + 1}`]: `credential.${credentials.urlPrefix}.helper`,
    [`GIT_CONFIG_VALUE_${first + 1}`]: helper,
  };
}
