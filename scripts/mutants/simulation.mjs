/** Guards of ours, each taken out by one replacement in one file; the simulation has to notice every one. */
/** @type {Record<string, { file: string, from: string, to: string }>} */
export const simulationMutants = {
  'claim without the observed guard': {
    file: 'src/spawner/perform-many.ts',
    from: "  return {\n    status: 'in_progress',\n    assignee: start.token,",
    to: "  return {\n    status: 'in_progress',\n    assignee: start.guard.assignee || start.token,",
  },
  'blockers are not looked at': {
    file: 'src/spawner/decide.ts',
    from: 'if (blockers.length > 0) return',
    to: 'if (blockers.length > 99) return',
  },
  'a claim without a published line': {
    file: 'src/spawner/perform.ts',
    from: "if (intent.do === 'publish' && performed.is !== 'done') return;",
    to: '',
  },
  'nothing older is ended before a start': {
    file: 'src/spawner/effects.ts',
    from: "'end older workers': ({ processes }: Writers, task: IssueId) => processes.endTagged(task),",
    to: "'end older workers': async (_: Writers, __: IssueId) => ({ ended: 0, alive: [] as readonly number[] }),",
  },
  'stale workers are left': {
    file: 'src/spawner/stale-workers.ts',
    from: 'if (stale.length === 0) return undefined;',
    to: 'if (stale.length < 99) return undefined;',
  },
  'a refused write is no reason to stop': {
    file: 'src/worker/perform.ts',
    from: "return outcomes.get(job.task) === 'done';",
    to: "return outcomes.get(job.task) !== 'gone';",
  },
  'pushed without a look at the guard': {
    file: 'src/worker/finish.ts',
    from: "if (!(await context.perform.write('the pushed head', { head_sha: pushed.head }))) return { is: 'replaced' };",
    to: '',
  },
  'the close is not for this round': {
    file: 'src/spawner/closing.ts',
    from: 'line !== undefined && !line.open && line.round === round ? line : undefined',
    to: 'line !== undefined && !line.open ? line : undefined',
  },
  'a reopened task stays in its round': {
    file: 'src/spawner/closing.ts',
    from: 'round = roundOf(task) + 1)',
    to: 'round = roundOf(task))',
  },
  'candidates with a closed line': {
    file: 'src/merger/candidate.ts',
    from: "return line.open ? undefined : 'line is closed';",
    to: 'return undefined;',
  },
  'red checks are green': {
    file: 'src/review/checks.ts',
    from: 'if (failed.length > 0) return',
    to: 'if (failed.length > 99) return',
  },
  'a hold is no hold': {
    file: 'src/review/review.ts',
    from: "else if (pullRequest.labels.includes(HOLD_LABEL)) reasons.push({ is: 'on hold' });",
    to: '',
  },
  'owed closes are forgotten': {
    file: 'src/merger/observe.ts',
    from: 'owed.set(marker.task, { ...marker, pullRequest: number, url, commit });',
    to: '',
  },
  'work of .beads goes along': {
    file: 'src/worker/finish.ts',
    from: 'const head = await perform.restoreBeads(worktree, fork);',
    to: 'const head = before;',
  },
  'old pull requests outlive their round': {
    file: 'src/spawner/perform.ts',
    from: "for (const number of intent.abandon) await effects['close old pull request'](writers, number);",
    to: '',
  },
  'a diverged branch is pushed over': {
    file: 'src/worker/resume-point.ts',
    from: "    case 'diverged':\n      return { do: 'give up', outcome: divergedFrom(remote.head) };",
    to: "    case 'diverged':\n      return { do: 'push', expected: remote.head };",
  },
};
