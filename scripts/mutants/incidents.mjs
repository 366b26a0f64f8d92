/**
 * Guards that stand between Heddle and what has happened to others, each taken out by one replacement in one file:
 * the replay of the incident (`__tests__/incidents/`) has to fail without it.
 */

/**
 * The replays in one file, by a short name for each.
 * @template {string} Name
 * @param {string} name of the file
 * @param {Record<Name, string>} tests full names
 */
function replays(name, tests) {
  const file = `__tests__/incidents/${name}.test.ts`;
  /** @param {Name} test */
  return (test) => ({ file, test: tests[test] });
}

const merger = replays('merger', {
  closedOnce: 'an issue does not stay open after its merge: whoever merged it, the next sweep closes it, once',
  testsEnd: 'no merge lands 14 seconds before the tests end: jobs that have not begun yet are waited for',
  lookedUp: 'a 500 on a merge that went through merges nothing twice: it is looked up, and is no failure',
  notGreen: 'zero checks are not green: a head of which no check has told anything is not merged',
});
const closedTask = replays('closed-task', {
  notRedone: 'a task that was closed is not redone: who still sees it open may not claim it',
  woundBack: 'a Beads that was wound back redoes nothing: what has merged is closed, not claimed',
  cutOff: 'an issue does not stay open after its merge: a close that was cut off is finished',
});
const spawner = replays('spawner', {
  noSecondAgent: 'a restarted orchestrator starts no second agent: it adopts the worker that lives',
  recoverySpares: 'a recovery kills no living worker: neither one that works nor one that is stopped',
});
const queue = replays('queue', {
  noRunaway: 'a queue does not run away: who fails is retried thrice, later each time, and starves nobody',
});
const worker = replays('worker', {
  adopted: 'a crash after the push strands nothing: the next worker adopts the branch',
  noDuplicate: 'a task that has landed is not redone: no second pull request of it is filed',
  usageLimit: 'a usage limit burns no retries: it is no attempt, and no other task is sent into it',
  trustPrompt: 'a trust prompt hangs no worker: nobody is asked, and silence ends it with all that it started',
  unendable: 'a process that no signal ends hangs no worker: it is named, and a person is called',
});
const git = replays('git', {
  notReaped: 'no live worktree is reaped: who stands in it keeps it, also who entered after the look',
  checkoutStays: 'no .git is destroyed by cleanup: a checkout that is called like a worktree is none',
  repositoryStays: 'no .git is destroyed by cleanup: one that an agent has made in its worktree or beside it stays',
  linkNotFollowed: 'no .git is destroyed by cleanup: a link in the place of a worktree is not followed',
  union: 'a line-union merge doubles no issue: of its copies the closed one counts, until a new round',
});

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const incidentMutants = {
  // Merger.
  'an owed close is not looked for': {
    file: 'src/merger/observe.ts',
    from: 'owed.set(marker.task, { ...marker, pullRequest: number, url, commit });',
    to: '',
    seenBy: merger('closedOnce'),
  },
  'a workflow that runs holds nothing up': {
    file: 'src/review/checks.ts',
    from: "if (!suite.complete) return [...results, resultOfSuite(suite, 'pending')];",
    to: 'if (!suite.complete) return results;',
    seenBy: merger('testsEnd'),
  },
  'a merge is asked for again after a 500': {
    file: 'src/adapters/github/client.ts',
    from: 'const waitMs = read ? waitBefore(result.failure, failed) : undefined;',
    to: 'const waitMs = waitBefore(result.failure, failed);',
    seenBy: merger('lookedUp'),
  },
  'a 500 on a merge is a failure': {
    file: 'src/adapters/github/client.ts',
    from: 'return status >= 500 || status === 408\n    ?',
    to: 'return status < 0\n    ?',
    seenBy: merger('lookedUp'),
  },
  'no checks are good checks': {
    file: 'src/review/checks.ts',
    from: "if (!results.some(succeeded) && rules.merge.checks !== 'none') {",
    to: 'if (false) {',
    seenBy: merger('notGreen'),
  },
  // Spawner.
  'a closed task may be claimed': {
    file: 'src/spawner/effects.ts',
    from: 'const writeAll: WriteAll = ({ beads }, tasks, guard, change) => beads.update(tasks, guard, change);',
    to: `const writeAll: WriteAll = async ({ beads }, tasks, guard, change) => {
  const now = (await beads.snapshot()).find(({ id }) => id === tasks[0]);
  return beads.update(tasks, now === undefined ? guard : { status: now.status as 'open', assignee: now.assignee }, change);
};`,
    seenBy: closedTask('notRedone'),
  },
  'a Beads that was wound back is believed': {
    file: 'src/spawner/decide.ts',
    from: 'if (closing !== undefined) return closing;',
    to: '',
    seenBy: closedTask('woundBack'),
  },
  'a close that was cut off is not finished': {
    file: 'src/spawner/closing.ts',
    from: "return closing({ do: 'finish close', task: task.id, pullRequest, reason: closedLine?.closeReason ?? '' });",
    to: "return { standing: { is: 'closing' } };",
    seenBy: closedTask('cutOff'),
  },
  'a living worker is not adopted': {
    file: 'src/spawner/decide.ts',
    from: "    case 'running':\n      return atWork(owner);\n",
    to: "    case 'running':\n",
    seenBy: spawner('noSecondAgent'),
  },
  'an agent counts as orphaned though its supervisor lives': {
    file: 'src/spawner/stale-workers.ts',
    from: "if (owner.is === 'running' || !('token' in owner)) return undefined;",
    to: "if (!('token' in owner)) return undefined;",
    seenBy: spawner('recoverySpares'),
  },
  'a stopped worker counts as dead': {
    file: 'src/spawner/stale-workers.ts',
    from: ' || owner.ageMs <= settings.workerMs',
    to: '',
    seenBy: spawner('recoverySpares'),
  },
  'who dies is retried without end': {
    file: 'src/spawner/decide.ts',
    from: 'if (attempt >= settings.maxAttempts) {',
    to: 'if (attempt >= 1e9) {',
    seenBy: queue('noRunaway'),
  },
  'who fails is retried at once': {
    file: 'src/spawner/decide.ts',
    from: 'if (retryAt !== undefined && Date.parse(retryAt) > view.now.getTime()) {',
    to: 'if (retryAt === NaN.toString()) {',
    seenBy: queue('noRunaway'),
  },
  'the wait does not grow': {
    file: 'src/worker/outcome.ts',
    from: 'at.backoffMs * 2 ** (at.attempt - 1)',
    to: 'at.backoffMs',
    seenBy: queue('noRunaway'),
  },
  // Worker.
  'work that is there already is not looked for': {
    file: 'src/worker/prepare.ts',
    from: 'ahead: await git.countCommits(await baseHead(context), head),',
    to: 'ahead: 0,',
    seenBy: worker('adopted'),
  },
  'what has landed is done again': {
    file: 'src/worker/resume-point.ts',
    from: "if (open === undefined && merged !== undefined) return { do: 'record', pullRequest: merged };",
    to: '',
    seenBy: worker('noDuplicate'),
  },
  'a usage limit is charged to the task': {
    file: 'src/worker/outcome.ts',
    from: "'usage limit': 'uncharged',",
    to: "'usage limit': 'again',",
    seenBy: worker('usageLimit'),
  },
  'others are sent into a usage limit': {
    file: 'src/spawner/decide.ts',
    from: "      return { is: 'retry later', at, reason };\n    }\n  }\n  return undefined;",
    to: '      return undefined;\n    }\n  }\n  return undefined;',
    seenBy: worker('usageLimit'),
  },
  'silence has no limit': {
    file: 'src/worker/watch.ts',
    from: "silence().then(() => ({ by: 'silence', end: undefined }) as const),",
    to: '',
    seenBy: worker('trustPrompt'),
  },
  'an agent waits for an answer on its input': {
    file: 'src/adapters/host/programs.ts',
    from: 'child.stdin?.end(program.stdin);',
    to: "child.stdin?.write(program.stdin ?? '');",
    seenBy: worker('trustPrompt'),
  },
  'what an agent has started outlives it': {
    file: 'src/worker/perform.ts',
    from: "effect('end what this worker has started', () => repaired(processes.endTagged(job.task, { token: job.token }))),",
    to: "effect('end what this worker has started', async () => ({ ended: 0, alive: [] as readonly number[] })),",
    seenBy: worker('trustPrompt'),
  },
  'the end of what does not end is waited for': {
    file: 'src/adapters/host/programs.ts',
    from: 'await closed;',
    to: "await new Promise<void>((resolve) => child.once('close', () => resolve()));",
    seenBy: worker('unendable'),
  },
  // Git.
  'a worktree is removed under whoever has entered it': {
    file: 'src/spawner/perform.ts',
    from: 'const [visitor] = worktree.missing ? [] : await writers.processes.inside(worktree.path);',
    to: 'const [visitor] = [] as readonly number[];',
    seenBy: git('notReaped'),
  },
  'a worktree with somebody in it may go': {
    file: 'src/spawner/cleanup.ts',
    from: "if (visitor !== undefined) return { is: 'visited', pid: visitor };",
    to: '',
    seenBy: git('notReaped'),
  },
  'the checkout itself counts as a worktree': {
    file: 'src/adapters/git/read.ts',
    from: '.slice(1)) {',
    to: ') {',
    seenBy: git('checkoutStays'),
  },
  'a repository of its own is removed as a worktree': {
    file: 'src/adapters/git/remove.ts',
    from: "found.is === 'foreign' || ",
    to: '',
    seenBy: git('repositoryStays'),
  },
  'a folder with nothing but a repository is a half-made one': {
    file: 'src/adapters/git/repair.ts',
    from: "    if ((await lookAt(place, path)).is !== 'unlinked') return;\n",
    to: '',
    seenBy: git('repositoryStays'),
  },
  'a link in the place of a worktree is followed': {
    file: 'src/adapters/git/repair.ts',
    from: "found?.is === 'unlinked' && ",
    to: 'path !== undefined && there && ',
    seenBy: git('linkNotFollowed'),
  },
  'of copies the newest counts': {
    file: 'src/domain/lines.ts',
    from: 'if (a.line.open !== b.line.open) return !a.line.open;',
    to: '',
    seenBy: git('union'),
  },
  'one copy of a line is published anew': {
    file: 'src/domain/lines.ts',
    from: 'if (winner?.open === true && winner.round === round) return text;',
    to: 'if (winner !== undefined) return text;',
    seenBy: git('union'),
  },
};
