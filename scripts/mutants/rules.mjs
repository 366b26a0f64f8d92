/** Guards that are rules of pure functions: each is told by the rule's own test, since the simulation meets them too seldom, or twice. */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const ruleMutants = {
  'a wiped task begins in round 1': {
    file: 'src/spawner/observe.ts',
    from: 'task.metadata.round ?? lines.get(task.id)?.round',
    to: 'task.metadata.round',
    seenBy: {
      file: '__tests__/spawner/observe.test.ts',
      test: 'a task that an import has left without its round is in the round of its published line',
    },
  },
  'a close of whatever round': {
    file: 'src/domain/lines.ts',
    from: '|| (line.round ?? 1) !== round) return undefined;',
    to: ') return undefined;',
    seenBy: {
      file: '__tests__/domain/lines.test.ts',
      test: 'a close happens once: a line that is closed, or of another round, is left alone',
    },
  },
  'a line is found by its text': {
    file: 'src/domain/lines.ts',
    from: 'id === undefined ? /[^\\n]/g : spelling(id)',
    to: 'id === undefined ? /[^\\n]/g : new RegExp(`"id":"${id}"`, "g")',
    seenBy: {
      file: '__tests__/domain/lines.spelling.test.ts',
      test: 'who reads one line, who reads all, who closes and who publishes mean the same line, however each is spelled',
    },
  },
  'a line is found by its id in letters alone': {
    file: 'src/domain/lines.ts',
    from: '|\\\\\\\\u00(?:2[de]|3\\\\d|[4-7][\\\\da-f])`',
    to: '`',
    seenBy: {
      file: '__tests__/domain/lines.spelling.test.ts',
      test: 'a close of a line with an id in escapes keeps every byte that it does not write',
    },
  },
  'a closed line is printed anew': {
    file: 'src/domain/lines.ts',
    from: 'setMembers(file.slice(located.start, located.end), changes)',
    to: 'JSON.stringify({ ...json, ...changes, metadata: { ...Object(json["metadata"]), ...merged.metadata } })',
    seenBy: {
      file: '__tests__/domain/lines.spelling.test.ts',
      test: 'a close of a line with numbers that JavaScript would round keeps every byte that it does not write',
    },
  },
  'a close that comes to nothing is made again and again': {
    file: 'src/merger/sweep.ts',
    from: "'close lines': BOUNDS.sameCloses.value,",
    to: "'close lines': 1e9,",
    seenBy: {
      file: '__tests__/merger/sweep.faults.long.test.ts',
      test: 'a close that comes to nothing is told with its line after some tries, and what is ready lands before',
    },
  },
  'a broken line is a missing one': {
    file: 'src/spawner/perform.ts',
    from: 'requireReadable(old, intent);',
    to: '',
    seenBy: {
      file: '__tests__/spawner/perform.test.ts',
      test: 'a publish takes a line that cannot be read for no missing one: it may say that the task is closed',
    },
  },
  'attempts without end': {
    file: 'src/spawner/decide.ts',
    from: 'if (attempt >= settings.maxAttempts) {',
    to: 'if (attempt >= 1e9) {',
    seenBy: {
      file: '__tests__/spawner/decide.start.test.ts',
      test: 'a task in progress that has used up its attempts is left to a person, with its last reason',
    },
  },
  'running checks are green': {
    file: 'src/review/checks.ts',
    from: 'if (running.length > 0 || missing.length > 0',
    to: 'if (missing.length > 0',
    seenBy: {
      file: '__tests__/review/checks.test.ts',
      test: 'while a workflow of GitHub Actions runs, all of its checks so far being good is not green',
    },
  },
  'a run for another event stands for the red one': {
    file: 'src/review/checks.ts',
    from: 'workflow?.path ?? workflow?.name, event]',
    to: 'workflow?.path ?? workflow?.name]',
    seenBy: {
      file: '__tests__/review/checks.test.ts',
      test: 'a workflow that runs for two events has to be green for both, whichever began later',
    },
  },
  'a skipped check replaces a red one': {
    file: 'src/review/checks.ts',
    from: 'const telling = runs.filter(tells);',
    to: 'const telling = runs;',
    seenBy: {
      file: '__tests__/review/checks.test.ts',
      test: 'another app’s newer word on a check counts, neutral too; one that tested nothing is no word',
    },
  },
  'a run that skipped a job speaks for one that was broken off': {
    file: 'src/review/checks.ts',
    from: 'return newest.length > 0 && newest.every(tells);',
    to: 'return newest.length > 0;',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'a run that left no check is not replaced by one that skipped a job',
    },
  },
  'a run that still runs is replaced by a newer one': {
    file: 'src/review/checks.ts',
    from: 'if (suite.complete && all.some(',
    to: 'if (all.some(',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'a run that still runs is waited for, though a newer one of its workflow is good',
    },
  },
  'two runs that were broken off stand for each other': {
    file: 'src/review/checks.ts',
    from: '|| !tells(other.suite) ||',
    to: '||',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'two runs that were broken off between the same two jobs do not stand for each other',
    },
  },
  'a run stands for one whose undone job it does not show': {
    file: 'src/review/checks.ts',
    from: "[...other.jobs, ...one.jobs.filter(({ conclusion }) => conclusion !== 'success')]",
    to: 'other.jobs',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'a run is not replaced by one that does not show the job which it left undone',
    },
  },
  'an attempt that skipped a job has tried it again': {
    file: 'src/review/checks.ts',
    from: 'every((job) => tells(job) && !failed(job))',
    to: 'every((job) => !failed(job))',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'of two jobs with one name the one that failed is not hidden by a later attempt or run that tests neither',
    },
  },
  'an attempt that skipped every job vouches for the one before': {
    file: 'src/review/checks.ts',
    from: "if (suite.conclusion === 'skipped') return",
    to: 'if (false) return',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'an attempt that skipped every job does not vouch for the one before it',
    },
  },
  'a failure is replaced by a run that began before it': {
    file: 'src/review/checks.ts',
    from: ', ...failures.map(age)]',
    to: ']',
    seenBy: {
      file: '__tests__/review/checks.broken-off.test.ts',
      test: 'a failure is replaced only by a run that was created after the failed job began',
    },
  },
  'a failure is replaced by an older run': {
    file: 'src/review/checks.ts',
    from: 'if (failures.length > 0 || (tells(suite) && !isGood(suite.conclusion))) {',
    to: 'if (false) {',
    seenBy: {
      file: '__tests__/review/checks.untested-heads.long.test.ts',
      test: 'no untested head is green, and no tested one is held up: one workflow with one job',
    },
  },
  'what was skipped alone is green': {
    file: 'src/review/checks.ts',
    from: "if (!results.some(succeeded) && rules.merge.checks !== 'none') {",
    to: "if (results.length === 0 && rules.merge.checks !== 'none') {",
    seenBy: {
      file: '__tests__/review/checks.test.ts',
      test: 'where all that was reported is skipped, nothing has tested the head',
    },
  },
  'a required name is satisfied by what was skipped': {
    file: 'src/review/checks.ts',
    from: 'isCheck(one, name) && succeeded(one)',
    to: 'isCheck(one, name)',
    seenBy: {
      file: '__tests__/review/checks.test.ts',
      test: 'a name in `merge.required` needs a success, where GitHub’s own rule takes what was skipped',
    },
  },
  'only the latest attempt of a check is read': {
    file: 'src/adapters/github/answers.ts',
    from: 'filterBy: {checkType: ALL}',
    to: 'filterBy: {checkType: LATEST}',
    seenBy: {
      file: '__tests__/incidents/merger.test.ts',
      test: 'a red check whose second attempt is skipped stays red: the second one has tested nothing',
    },
  },
  'a reviewer who objects is not heard': {
    file: 'src/adapters/github/answers.ts',
    from: "return objects ? 'changes requested' : 'none';",
    to: "return 'none';",
    seenBy: {
      file: '__tests__/merger/sweep.long.test.ts',
      test: 'a reviewer who asks for changes holds it up, also where no rule asks for reviews',
    },
  },
  'a spawner decides on what it saw before its repairs': {
    file: 'src/spawner/spawn.ts',
    from: "    if (repaired) return { next: 'again' };\n",
    to: '',
    seenBy: {
      file: '__tests__/spawner/spawn.test.ts',
      test: 'after a repair, of whatever epic, a spawner looks again before it decides on its own',
    },
  },
  'a spawner decides on what it saw before git was repaired': {
    file: 'src/spawner/spawn.ts',
    from: '  if (said.length > 0) look = undefined;\n',
    to: '',
    seenBy: {
      file: '__tests__/spawner/spawn.test.ts',
      test: 'what was seen before git was repaired is seen again',
    },
  },
  'a token that is left over owns a task that is open': {
    file: 'src/domain/owner.ts',
    from: "if (guard?.status !== 'in_progress') return",
    to: 'if (guard === undefined) return',
    seenBy: {
      file: '__tests__/domain/owner.test.ts',
      test: 'a task has nobody without an assignee, and with a token that is left over from before it was opened or closed',
    },
  },
};
