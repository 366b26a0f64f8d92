/** Guards of the user's own clone against what hooks and other programs do that Heddle runs. */

/** @param {string} test */
const hooks = (test) => ({ file: '__tests__/adapters/git/hooks.test.ts', test });
/** @param {string} test */
const keys = (test) => ({ file: '__tests__/adapters/git/checkout-keys.test.ts', test });
/** @param {string} test */
const worker = (test) => ({ file: '__tests__/worker/worker.own-clone.test.ts', test });

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const cloneMutants = {
  'hooks are run as git runs them': {
    file: 'src/adapters/git/command.ts',
    from: '`core.hooksPath=${hookFolder(commonDir)}`',
    to: "'core.logAllRefUpdates=true'",
    seenBy: worker(
      'a hook that makes a repository of its own leaves the user’s configuration as it is, and the pull request is made',
    ),
  },
  'the login at the remote replaces what the user’s environment configures': {
    file: 'src/adapters/git/command.ts',
    from: 'Number.isSafeInteger(said) && said > 0 ? said : 0',
    to: 'said * 0',
    seenBy: {
      file: '__tests__/adapters/git/push.test.ts',
      test: 'what the user’s environment configures holds with a token of Heddle’s as well',
    },
  },
  'a remote that leads elsewhere is pushed to': {
    file: 'src/adapters/git/read.ts',
    from: 'if (url !== first) throw',
    to: "if (url === '') throw",
    seenBy: worker(
      'an agent that leads the remote elsewhere (git remote set-url origin OTHER): nothing is pushed there',
    ),
  },
  'a remote that leads elsewhere is fetched from': {
    file: 'src/adapters/git/git.ts',
    from: '      await reader.remoteUrl();\n',
    to: '',
    seenBy: {
      file: '__tests__/adapters/git/push.test.ts',
      test: 'a remote that has come to lead elsewhere is neither fetched from nor pushed to; what it led to is told without a password',
    },
  },
  'a hook is told which repository it works for': {
    file: 'src/adapters/git/hooks.ts',
    from: 'unset GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_PREFIX\n',
    to: '',
    seenBy: hooks(
      'a hook that makes a repository of its own writes nothing into the user’s configuration, be it run by a commit or by a push',
    ),
  },
  'a hook is told of the index that git takes anyway': {
    file: 'src/adapters/git/hooks.ts',
    from: `'' | "\\\${GIT_DIR:-.git}/index") unset GIT_INDEX_FILE ;;`,
    to: "'') ;;",
    seenBy: hooks('a hook that makes a repository of its own commits there, and not what is committed here'),
  },
  'a hook is not told of an index elsewhere': {
    file: 'src/adapters/git/hooks.ts',
    from: 'unset GIT_DIR GIT_WORK_TREE',
    to: 'unset GIT_INDEX_FILE GIT_DIR GIT_WORK_TREE',
    seenBy: hooks('a hook of the user’s keeps an index that is not the worktree’s own'),
  },
  'a hook that is not executable is run': {
    file: 'src/adapters/git/hooks.ts',
    from: '[ -f "$hook" ] && [ -x "$hook" ] || exit 0\n',
    to: '[ -f "$hook" ] || exit 0\n',
    seenBy: hooks('a hook of the user’s that is not executable is passed over, as git does'),
  },
  'our own folder of hooks is asked for the user’s': {
    file: 'src/adapters/git/hooks.ts',
    from: 'git rev-parse --git-path "hooks/',
    to: 'echo "$(git rev-parse --git-common-dir)/hooks/',
    seenBy: hooks('hooks are looked for where the user has configured them in any folder'),
  },
  'the folder of hooks is taken as it is': {
    file: 'src/adapters/git/hooks.ts',
    from: 'if (isWhole(folder)) return folder;',
    to: 'try { readdirSync(folder); return folder; } catch {}',
    seenBy: hooks(
      'hooks are looked for where the user has configured them whatever has become of the folder from which they are run',
    ),
  },
  'only the names in the folder of hooks are looked at': {
    file: 'src/adapters/git/hooks.ts',
    from: " && readFileSync(join(folder, SCRIPT_NAME), 'utf8') === SCRIPT;",
    to: ';',
    seenBy: hooks(
      'hooks are looked for where the user has configured them whatever has become of the folder from which they are run',
    ),
  },
  'a hook named without a folder is looked for on PATH': {
    file: 'src/adapters/git/hooks.ts',
    from: 'case $hook in */*) ;; *) hook=./$hook ;; esac',
    to: ':',
    seenBy: hooks('hooks are looked for where the user has configured them in the top folder of the worktree'),
  },
  'a hook finds a repository above the worktree': {
    file: 'src/adapters/git/hooks.ts',
    from: 'export GIT_CEILING_DIRECTORIES\n',
    to: 'unset GIT_CEILING_DIRECTORIES\n',
    seenBy: hooks('a hook of the user’s that takes the worktree’s `.git` file away reaches no repository above'),
  },
  'a clone that has become bare is to be cloned': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: 'if (bare !== undefined && isTrue(bare) &&',
    to: 'if (bare !== undefined && bare.file === commonDir &&',
    seenBy: keys(
      'at the start of a command a clone that has become bare is told as that, with the command that repairs it',
    ),
  },
  'a bare repository is called a checkout': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: "isTrue(bare) && existsSync(join(commonDir, 'index'))",
    to: 'isTrue(bare)',
    seenBy: {
      file: '__tests__/adapters/git/place.test.ts',
      test: 'while git cannot list its worktrees a bare repository is told as such',
    },
  },
  'another folder is taken for the checkout': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: "if (worktree === undefined || basename(commonDir) !== '.git') return;",
    to: 'if (true) return;',
    seenBy: keys('at the start of a command so is one that sends git to another folder, be that there or not'),
  },
  'the core.worktree of a submodule is a fault': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: "if (worktree === undefined || basename(commonDir) !== '.git') return;",
    to: 'if (worktree === undefined) return;',
    seenBy: keys('at the start of a command nor is that of a submodule, which git itself sets'),
  },
  'a core.worktree that leads nowhere is followed': {
    file: 'src/adapters/git/place.ts',
    from: '{ env: { GIT_WORK_TREE: cwd } }',
    to: '{}',
    seenBy: keys('at the start of a command so is one that sends git to another folder, be that there or not'),
  },
  'a core.worktree that leads nowhere is followed where it is to be repaired': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: 'return named(commonDir, commonDir);',
    to: 'return { cwd: commonDir, env: { GIT_DIR: commonDir } };',
    seenBy: keys('in the course of a command both are put back as they were, and nothing else is'),
  },
  'what was not there is not taken away': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: "['--unset-all', key]",
    to: "['--replace-all', key, 'false']",
    seenBy: keys('in the course of a command one that was not there before is taken away'),
  },
  'a core.worktree of before is taken for one that came in': {
    file: 'src/adapters/git/checkout-keys.ts',
    from: 'now[WORKTREE].value !== start[WORKTREE]?.value',
    to: 'start !== now',
    seenBy: keys('in the course of a command what was set when it began stays'),
  },
  'the configuration is put back without the lock': {
    file: 'src/adapters/git/git.ts',
    from: 'locked(() => putBackCheckoutKeys(git, commonDir, start))',
    to: 'putBackCheckoutKeys(git, commonDir, start)',
    seenBy: keys('in the course of a command they are put back under the host lock, and read without it'),
  },
  'a pass begins on a clone that has become bare': {
    file: 'src/spawner/spawn.ts',
    from: '...(await git.repairConfig()), ',
    to: '',
    seenBy: {
      file: '__tests__/spawner/spawn.test.ts',
      test: 'a configuration with which git finds no checkout is repaired before every look',
    },
  },
  'the clone stays as a program has left it': {
    file: 'src/worker/perform.ts',
    from: 'repaired(processes.endTagged(job.task, { token: job.token }))',
    to: 'processes.endTagged(job.task, { token: job.token })',
    seenBy: worker('a clone that is made bare all the same is put back after the agent, before a commit'),
  },
  'the clone stays as a hook of a commit has left it': {
    file: 'src/worker/perform.ts',
    from: 'repaired(git.commitAll(worktree.path, clean(commitMessage(job.issue))))',
    to: 'git.commitAll(worktree.path, clean(commitMessage(job.issue)))',
    seenBy: worker('a clone that is made bare all the same is put back after a commit, before the push'),
  },
  'the clone stays as a hook of a push has left it': {
    file: 'src/worker/perform.ts',
    from: 'repaired(git.push(worktree.path, job.branch, expected))',
    to: 'git.push(worktree.path, job.branch, expected)',
    seenBy: worker('a clone that is made bare all the same is put back after the push'),
  },
};
