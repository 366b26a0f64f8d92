/**
 * Guards around a worktree that is not what git made it any more: each is taken out by one replacement in one file, and
 * told by one test.
 */

/**
 * @param {string} file without its folder and its ending
 * @param {string} test
 */
const seenBy = (file, test) => ({ file: `__tests__/${file}.test.ts`, test });
/** @param {string} test */
const place = (test) => seenBy('adapters/git/worktree-place.long', test);
/** @param {string} test */
const worker = (test) => seenBy('worker/worker.lost.long', test);

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const worktreeMutants = {
  'a worktree without an index was never filled': {
    file: 'src/adapters/git/worktrees.ts',
    from: "wasFilled ? '--mixed' : '--hard'",
    to: "'--hard'",
    seenBy: {
      file: '__tests__/adapters/git/worktrees.test.ts',
      test: 'a worktree whose index an agent has removed gets a new one, its uncommitted work in place',
    },
  },
  'a commit without an index deletes what is tracked though ignored': {
    file: 'src/adapters/git/commit.ts',
    from: "if (!existsSync(join(gitDir, 'index'))) {",
    to: 'if (gitDir === undefined) {',
    seenBy: {
      file: '__tests__/adapters/git/commit.test.ts',
      test: 'a commit of what an agent has left deletes no ignored file that is tracked where the agent has removed the index',
    },
  },
  'what was not verified is pushed': {
    file: 'src/worker/finish.ts',
    from: 'if (checked !== undefined && head !== checked) {',
    to: "if (checked !== undefined && head === '') {",
    seenBy: {
      file: '__tests__/worker/worker.own-clone.test.ts',
      test: 'what was not looked at is not pushed a verify command that commits: the next attempt looks at that too',
    },
  },
  'a commit of ours goes where a hook has led the worktree': {
    file: 'src/worker/finish.ts',
    from: "if (led !== undefined) return { is: 'failed', outcome: led };",
    to: '',
    seenBy: {
      file: '__tests__/worker/worker.own-clone.test.ts',
      test: 'a hook that leads the worktree to the user’s branch: no commit of ours follows there',
    },
  },
  'a repository inside of the work lands as a name': {
    file: 'src/worker/judge.ts',
    from: 'if (nested !== undefined) return',
    to: 'if (nested === undefined) return',
    seenBy: {
      file: '__tests__/worker/judge.test.ts',
      test: 'its work a repository inside of it, of which git has no file, is not landed',
    },
  },
  'a submodule is a repository inside of the work': {
    file: 'src/adapters/git/nested.ts',
    from: 'links.filter((path) => !named.includes(path))',
    to: 'links',
    seenBy: {
      file: '__tests__/adapters/git/read.test.ts',
      test: 'a repository inside of the work is told, unless it is a submodule',
    },
  },
  'lost worktree: a call names no repository': {
    file: 'src/adapters/git/work-tree.ts',
    from: 'env: { GIT_DIR: link, GIT_WORK_TREE: cwd } };',
    to: 'env: {} };',
    seenBy: place('what follows a hook that has removed the .git file is still of the same repository'),
  },
  'lost worktree: a repository above is taken': {
    file: 'src/adapters/git/work-tree.ts',
    from: 'env: { GIT_CEILING_DIRECTORIES: dirname(cwd) } };',
    to: 'env: {} };',
    seenBy: place('a checkout whose .git is kept elsewhere leads to nothing above when it is no repository any more'),
  },
  'lost worktree: git follows what took the place of the repository': {
    file: 'src/adapters/git/work-tree.ts',
    from: 'if (gitDir === undefined || ',
    to: "if (gitDir !== '' || ",
    seenBy: place('a checkout whose .git leads to another repository leads to no other repository'),
  },
  'lost worktree: a link above is followed': {
    file: 'src/adapters/git/worktree-place.ts',
    from: '(await realpath(path)) !== path',
    to: "path === ''",
    seenBy: place('a worktree is lost as well when the folder above it has become a link'),
  },
  'lost worktree: a link to another repository is followed': {
    file: 'src/adapters/git/worktree-place.ts',
    from: "dirname(gitDir) !== join(place.commonDir, 'worktrees')",
    to: "gitDir === ''",
    seenBy: place(
      'an agent that lets its .git file lead to another repository no call goes to another repository, and each says how the worktree was lost',
    ),
  },
  'lost worktree: an entry need not lead back': {
    file: 'src/adapters/git/worktree-place.ts',
    from: "if (basename(from) !== '.git' || (await realpath(dirname(from)).catch(() => undefined)) !== path)",
    to: "if (basename(from) !== '.git')",
    seenBy: place('a worktree is lost as well when its link leads to the entry of another worktree of the repository'),
  },
  'lost worktree: an entry may be of another repository': {
    file: 'src/adapters/git/worktree-place.ts',
    from: "back === '' || !(await isCommonDir(place, gitDir, common))",
    to: "back === '' || common === ''",
    seenBy: place(
      'a worktree is lost as well when its entry was made to belong to another repository, until the next start',
    ),
  },
  'lost worktree: an entry stays with another repository': {
    file: 'src/adapters/git/repair.ts',
    from: "if (!(await isCommonDir(place, admin, await textOf(join(admin, 'commondir'))))) torn",
    to: "if ((await textOf(join(admin, 'commondir'))) === '') torn",
    seenBy: place(
      'a worktree is lost as well when its entry was made to belong to another repository, until the next start',
    ),
  },
  'lost worktree: a deleted entry is not made anew at a start': {
    file: 'src/adapters/git/repair.ts',
    from: 'if ((await entryOf(place, join(place.worktreeRoot, name))) === undefined)\n',
    to: "if (name === '')\n",
    seenBy: place('a worktree is lost as well when its entry is gone, until the next start makes it anew'),
  },
  'lost worktree: a link is written through a link': {
    file: 'src/adapters/git/worktree-place.ts',
    from: "entry === undefined || (await lookAt(place, path)).is !== 'unlinked'",
    to: 'entry === undefined',
    seenBy: place(
      'an agent that puts a link to a folder without a repository in its place a removal loses nothing and touches no other repository',
    ),
  },
  'lost worktree: what stands in its place stays there': {
    file: 'src/adapters/git/worktrees.ts',
    from: "if (found.is === 'foreign' || found.is === 'unlinked') await putAside(path);",
    to: '',
    seenBy: place(
      'an agent that makes a repository of its own of it the next start makes the worktree anew, at once, and loses nothing',
    ),
  },
  'lost worktree: what was put aside is put over': {
    file: 'src/adapters/git/worktree-place.ts',
    from: '(await statOf(aside)) !== undefined',
    to: 'n < 2',
    seenBy: place('what was put aside is put aside once more beside itself, not over itself'),
  },
  'lost worktree: git’s list follows a link': {
    file: 'src/adapters/git/read.ts',
    from: 'join(await realpathOfMissing(dirname(path)), basename(path));',
    to: 'await realpathOfMissing(join(dirname(path), basename(path)));',
    seenBy: place('an agent that puts a link to another folder in its place a repair writes to no other folder'),
  },
  'lost worktree: an unfinished rebase goes with it': {
    file: 'src/adapters/git/worktrees.ts',
    from: 'const heads = await unfinishedCommits(git, place, await entryOf(place, known.path));',
    to: 'const heads: Sha[] = [];',
    seenBy: place('commits that only an unfinished rebase holds are kept when the folder of the worktree is gone'),
  },
  'lost worktree: an agent is started in it': {
    file: 'src/worker/run-agent.ts',
    from: '  await deps.git.requireWorktree(worktree.path);\n',
    to: '',
    seenBy: worker('an agent that removes its .git file in its set-up: no agent is started in what stands there'),
  },
  'lost worktree: a command is started in it': {
    file: 'src/worker/run-agent.ts',
    from: '  await context.deps.git.requireWorktree(worktree.path);\n',
    to: '',
    seenBy: worker('a verify command is not started where a hook has lost the worktree'),
  },
  'lost worktree: it is told as one that left its branch': {
    file: 'src/worker/finish.ts',
    from: '  await deps.git.requireWorktree(worktree.path);\n',
    to: '',
    seenBy: worker('an agent that removes git’s entry of its worktree has lost it, too'),
  },
  'lost worktree: it is waited for': {
    file: 'src/worker/perform.ts',
    from: ' || error instanceof WorktreeLost',
    to: '',
    seenBy: worker('a worktree that is lost is not waited for'),
  },
  'lost worktree: an agent’s git goes up': {
    file: 'src/worker/environment.ts',
    from: '    ...gitCeilings(run.worktreeRoot, environment),\n',
    to: '',
    seenBy: worker('an agent that commits after it has removed its .git file reaches no repository above'),
  },
  'lost worktree: finished commits go back to an agent': {
    file: 'src/worker/finish.ts',
    from: 'way.check && (await hasCommits(context, way.startedAt))',
    to: 'way.check && context.job.attempt < 0',
    seenBy: worker(
      'an agent that removes its folder and has committed: that is an outcome of its own, and the next attempt checks and pushes the commits',
    ),
  },
  'lost worktree: finished commits are called found wanting': {
    file: 'src/worker/outcome.ts',
    from: " && outcome.is !== 'worktree lost'",
    to: '',
    seenBy: worker(
      'an agent that removes its folder and has committed: that is an outcome of its own, and the next attempt checks and pushes the commits',
    ),
  },
  'lost worktree: what was pushed before counts as new': {
    file: 'src/worker/finish.ts',
    from: 'head === undefined || head === startedAt',
    to: 'head === undefined',
    seenBy: worker(
      'an agent that is asked for more and only loses its worktree has done nothing that could be taken over',
    ),
  },
  'lost worktree: a worker takes a repository above': {
    file: 'src/wiring/worker.ts',
    from: '        ...gitCeilings(dirname(git.mainWorktree), env),\n',
    to: '',
    seenBy: seenBy(
      'wiring/worker',
      'a worker whose checkout has lost its .git takes no repository above it for its own',
    ),
  },
  'lost worktree: a removal is decided without saying why not': {
    file: 'src/spawner/observe.ts',
    from: '    if (cause instanceof WorktreeLost) return { lost: cause.message };\n',
    to: '',
    seenBy: seenBy(
      'incidents/git',
      'no .git is destroyed by cleanup: one that an agent has made in its worktree or beside it stays',
    ),
  },
};
