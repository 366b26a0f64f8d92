/**
 * The user's hooks, run so that they cannot break the user's clone. Git tells every hook of a linked worktree by GIT_DIR which
 * repository it works for, and a hook passes that on: `git init` and `git config` in a scratch folder then write into the
 * user's configuration. So git is given a folder of ours, whose scripts take those variables away and go on as the user's hook.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TransientError } from '../../domain/errors.ts';
import { errorCode } from '../host/error-code.ts';

/** Every hook of a repository that is worked in; those of one that is pushed to are run there, without settings of ours. */
const NAMES = [
  'applypatch-msg',
  'commit-msg',
  'post-applypatch',
  'post-checkout',
  'post-commit',
  'post-index-change',
  'post-merge',
  'post-rewrite',
  'pre-applypatch',
  'pre-auto-gc',
  'pre-commit',
  'pre-merge-commit',
  'pre-push',
  'pre-rebase',
  'prepare-commit-msg',
  'reference-transaction',
];

/**
 * Which hook is the user's is asked when it runs, as git does: one that an agent has installed since (`husky`) counts. It is
 * asked while GIT_DIR still says of which repository, whatever has become of the worktree's own `.git`.
 * GIT_CONFIG_COUNT stays: it is the user's own, and says how to log in at a push, which Git LFS needs in its hook.
 */
const SCRIPT = `#!/bin/sh
# Written by Heddle, which runs your hooks through it: your own hook of this name goes on below, in this folder and with
# these arguments, but without what would lead its git commands elsewhere into this repository.
unset GIT_CONFIG_PARAMETERS
hook=$(git rev-parse --git-path "hooks/\${0##*/}") || exit
[ -f "$hook" ] && [ -x "$hook" ] || exit 0
# One that is named without a folder would be looked for on PATH.
case $hook in */*) ;; *) hook=./$hook ;; esac
case \${GIT_INDEX_FILE-} in
  # Git takes this one anyway; said aloud, a repository elsewhere would take it too.
  '' | "\${GIT_DIR:-.git}/index") unset GIT_INDEX_FILE ;;
  /*) ;;
  *) GIT_INDEX_FILE=$PWD/$GIT_INDEX_FILE ;;
esac
unset GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_PREFIX
# Once the worktree has lost its .git file, git would take a repository above it for this one.
GIT_CEILING_DIRECTORIES=\${PWD%/*}\${GIT_CEILING_DIRECTORIES:+:$GIT_CEILING_DIRECTORIES}
export GIT_CEILING_DIRECTORIES
exec "$hook" "$@"
`;
const SCRIPT_NAME = 'run';

/**
 * A folder for `core.hooksPath`, named after what is in it, so that two versions of Heddle do not write each other's. Looked at
 * before each use, because all in there may be deleted at any time, and git passes over a hook that is not there.
 */
export function hookFolder(commonDir: string): string {
  const version = createHash('sha256').update(SCRIPT).digest('hex').slice(0, 12);
  const folder = join(commonDir, 'heddle', 'hooks', version);
  try {
    if (isWhole(folder)) return folder;
    mkdirSync(folder, { recursive: true });
    const half = join(folder, `.${process.pid}`);
    writeFileSync(half, SCRIPT, { mode: 0o755 });
    renameSync(half, join(folder, SCRIPT_NAME));
    for (const name of NAMES) link(join(folder, name));
    return folder;
  } catch (cause) {
    throw new TransientError(`The scripts that run your hooks could not be written into ${folder}.`, { cause });
  }
}

function isWhole(folder: string): boolean {
  try {
    const there = new Set(readdirSync(folder));
    return NAMES.every((name) => there.has(name)) && readFileSync(join(folder, SCRIPT_NAME), 'utf8') === SCRIPT;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return false;
    throw cause;
  }
}

/** Another process may write the same folder at the same time. */
function link(path: string): void {
  try {
    symlinkSync(SCRIPT_NAME, path);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
  }
}
