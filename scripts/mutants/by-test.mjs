/**
 * Guards at the border to git, GitHub, `bd` and the process table, and such as the simulation meets too seldom: each is
 * taken out by one replacement in one file, and told by one test.
 */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const mutantsByTest = {
  'candidates of any round': {
    file: 'src/merger/candidate.ts',
    from: "if (line.round > marker.round) return 'round is over';",
    to: '',
    seenBy: { file: '__tests__/merger/candidate.test.ts', test: 'round is over: it gets no write' },
  },
  'a recorded close leaves an open task open': {
    file: 'src/spawner/perform.ts',
    from: "status: 'in_progress', assignee: '', set, unset",
    to: "assignee: '', set, unset",
    seenBy: {
      file: '__tests__/spawner/perform.test.ts',
      test: 'a close of a task that is open makes it half closed, not reopened, to whoever looks in between',
    },
  },
  'a recorded close keeps its assignee': {
    file: 'src/spawner/perform.ts',
    from: "status: 'in_progress', assignee: '', set, unset",
    to: "status: 'in_progress', set, unset",
    seenBy: {
      file: '__tests__/spawner/perform.test.ts',
      test: 'a close leaves the task with nobody, so that whoever had it cannot write over it',
    },
  },
  'whatever is the head is merged': {
    file: 'src/adapters/github/landing.ts',
    from: 'pull_number: number, sha: head, merge_method: method };',
    to: 'pull_number: number, merge_method: method };',
    seenBy: {
      file: '__tests__/merger/sweep.faults.long.test.ts',
      test: 'a head that moves between look and landing is not merged on the old verdict',
    },
  },
  'a push takes no lease': {
    file: 'src/adapters/git/push.ts',
    from: "`--force-with-lease=${ref}:${want.expected ?? ''}`,",
    to: "'--force',",
    seenBy: {
      file: '__tests__/adapters/git/push.test.ts',
      test: 'a push is rejected when somebody has pushed since, be it on top of ours or beside it',
    },
  },
  'a branch is deleted wherever it is': {
    file: 'src/adapters/git/push.ts',
    from: '`--force-with-lease=refs/heads/${name}:${expected}`,',
    to: "'--force',",
    seenBy: {
      file: '__tests__/adapters/git/push.test.ts',
      test: 'deleting a remote branch is rejected if somebody has pushed to it since',
    },
  },
  'a publish swaps without comparing': {
    file: 'src/adapters/git/push.ts',
    from: '`${commit}:refs/heads/${want.branch}`]',
    to: '`+${commit}:refs/heads/${want.branch}`]',
    seenBy: {
      file: '__tests__/adapters/git/push.publish-file.test.ts',
      test: 'a published file that lost the race against another push changes nothing',
    },
  },
  'a write to Beads asks for no assignee': {
    file: 'src/adapters/bd/beads.ts',
    from: "return ['--if-status', guard.status, '--if-assignee', guard.assignee];",
    to: "return ['--if-status', guard.status];",
    seenBy: {
      file: '__tests__/adapters/bd/beads.contract.test.ts',
      test: 'Beads, the real bd fences off a worker that was replaced, by its very next write',
    },
  },
  'a write to Beads asks for no status': {
    file: 'src/adapters/bd/beads.ts',
    from: "return ['--if-status', guard.status, '--if-assignee', guard.assignee];",
    to: "return ['--if-assignee', guard.assignee];",
    seenBy: {
      file: '__tests__/adapters/bd/beads.contract.test.ts',
      test: 'Beads, the real bd applies all changes of an issue if its guard holds, and none if it does not',
    },
  },
  'a pid is identity enough': {
    file: 'src/adapters/host/processes/linux.ts',
    from: 'return seen.start === process.start && seen.task',
    to: 'return seen.task',
    seenBy: {
      file: '__tests__/adapters/host/processes/linux.test.ts',
      test: 'what is ended a pid that was recycled since it was seen gets no signal',
    },
  },
  'a lock that is taken is given once more': {
    file: 'src/adapters/host/locks.ts',
    from: "if (error.code === 'EADDRINUSE') resolve(undefined);",
    to: "if (error.code === 'EADDRINUSE') resolve({ release: async () => undefined });",
    seenBy: {
      file: '__tests__/adapters/host/locks.test.ts',
      test: 'an abstract socket one holds it, another gets it after the release',
    },
  },
  'commits go unrescued': {
    file: 'src/adapters/git/remove.ts',
    from: 'if (await isContained(git, at, head, held)) continue;',
    to: 'continue;',
    seenBy: {
      file: '__tests__/adapters/git/rescue.test.ts',
      test: 'a worktree that goes leaves the commits that were neither pushed nor landed, as they were',
    },
  },
  'files go unrescued': {
    file: 'src/adapters/git/rescue.ts',
    from: "if (changes.length === 0) return { is: 'whole', rescue: undefined };",
    to: "if (changes.length >= 0) return { is: 'whole', rescue: undefined };",
    seenBy: {
      file: '__tests__/adapters/git/rescue.test.ts',
      test: 'a worktree that goes leaves its uncommitted, staged and untracked files under one rescue ref',
    },
  },
  'torn git stays torn while a spawner runs': {
    file: 'src/spawner/spawn.ts',
    from: '        state.repaired = false;\n',
    to: '',
    seenBy: {
      file: '__tests__/spawner/spawn.test.ts',
      test: 'what a kill inside git has torn is repaired at the start, and again after a look that failed',
    },
  },
  'a start makes a second entry beside a torn one': {
    file: 'src/adapters/git/worktrees.ts',
    from: '  await repairStart(git, place, basename(path));\n',
    to: '',
    seenBy: {
      file: '__tests__/adapters/git/repair.long.test.ts',
      test: 'a start that was cut off leaves nothing the next start of the same worktree repairs it by itself: no gitdir',
    },
  },
  'a claim keeps the host of whoever had the task': {
    file: 'src/spawner/perform-many.ts',
    from: 'attempt: start.attempt, agent_host: host }',
    to: 'attempt: start.attempt, ...(host === undefined ? { agent_host: host } : {}) }',
    seenBy: {
      file: '__tests__/spawner/perform.test.ts',
      test: 'a start begins the round’s count with a claim, in the name of this host, whichever had the task before',
    },
  },
  'a round gets a second pull request': {
    file: 'src/adapters/github/pull-requests.ts',
    from: '(await known(want.branch)) ?? (await make(want))',
    to: 'await make(want)',
    seenBy: {
      file: '__tests__/adapters/github/pull-requests.contract.test.ts',
      test: 'PullRequests, the real adapter opens no second one of a branch: what it has is given as it is, merged or closed',
    },
  },
  'pull requests that outlive their round stay open': {
    file: 'src/spawner/decide.ts',
    from: 'intent ??= orphanedWorkers(view, task, owner) ?? outlived(view, task);',
    to: 'intent ??= orphanedWorkers(view, task, owner);',
    seenBy: {
      file: '__tests__/spawner/decide.close.test.ts',
      test: 'a pull request that has outlived its round is closed while the task is at work',
    },
  },
  'git has to list its worktrees before it can be repaired': {
    file: 'src/adapters/git/place.ts',
    from: 'list.exitCode === 0 ? firstIn(list.stdout) : firstUnlisted(commonDir, checkoutKeys);',
    to: 'firstIn(list.stdout);',
    seenBy: {
      file: '__tests__/adapters/git/place.test.ts',
      test: 'while git cannot list its worktrees Heddle starts all the same, and repairs it',
    },
  },
  'a salvage that was cut off stays': {
    file: 'src/adapters/git/repair.ts',
    from: 'if (await clearEntry(place, options.dryRun))\n',
    to: 'if (options.dryRun && (await clearEntry(place, true)))\n',
    seenBy: {
      file: '__tests__/adapters/git/restore.test.ts',
      test: 'a salvage that is killed while git makes its worktree with an empty commondir: repair takes it away',
    },
  },
  'a full disk ends a worker': {
    file: 'src/adapters/host/files.ts',
    from: '  } catch {\n    return false;\n',
    to: '  } catch (cause) {\n    throw cause;\n',
    seenBy: {
      file: '__tests__/worker/logs.test.ts',
      test: 'logs a worker whose log cannot be written, as on a full disk, works on to its pull request',
    },
  },
  'a number is signalled after its command has ended': {
    file: 'src/adapters/host/run.ts',
    from: '    clearTimeout(patience);\n',
    to: '',
    seenBy: {
      file: '__tests__/adapters/host/run.test.ts',
      test: 'a command that runs into its deadline gets no signal any more once it has ended: its number may be somebody else’s by then',
    },
  },
  'a dead lock of its branch stays in the way of a start': {
    file: 'src/adapters/git/worktrees.ts',
    from: "  await removeLock(join(place.commonDir, 'refs/heads', `${branch}.lock`));\n",
    to: '',
    seenBy: {
      file: '__tests__/adapters/git/repair.long.test.ts',
      test: 'a start that was cut off leaves nothing a dead lock of its branch is in the way of nothing after the next start: its branch is there',
    },
  },
  'git is asked before a stopped worker is ended': {
    file: 'src/spawner/spawn.ts',
    from: 'state.repaired ? undefined : await endLost(deps, options.limits, progress);',
    to: 'undefined as BeadsLook | undefined;',
    seenBy: {
      file: '__tests__/spawner/spawn.test.ts',
      test: 'a worker that is stopped while it holds the lock for which all git waits is ended before git is asked anything',
    },
  },
  'work goes on from a head that somebody has pushed over': {
    file: 'src/adapters/git/worktrees.ts',
    from: '  return await catchUp(git, place, made, stands);',
    to: '  return made;',
    seenBy: {
      file: '__tests__/worker/worker.going-on.long.test.ts',
      test: 'a worker that goes on where another was cut off somebody pushed to the pull request, and more is asked for: the agent goes on from there',
    },
  },
  'the worker does not end what is older': {
    file: 'src/worker/perform.ts',
    from: "effect('end what is left of earlier starts', () => processes.endTagged(job.task)),",
    to: "effect('end what is left of earlier starts', async () => ({ ended: 0, alive: [] as readonly number[] })),",
    seenBy: {
      file: '__tests__/worker/worker.going-on.long.test.ts',
      test: 'one worker per task what is left of an earlier start is ended before the worktree is touched',
    },
  },
};
