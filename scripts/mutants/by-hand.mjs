/** Guards of what people do by hand. */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const byHandMutants = {
  'init writes over a workflow that a person has changed': {
    file: 'src/init/plan.ts',
    from: 'theirs === undefined || theirs === unfilled',
    to: 'theirs === undefined || path === WORKFLOW_PATH',
    seenBy: {
      file: '__tests__/init/plan.test.ts',
      test: 'where Heddle lives is asked for when it cannot be known, and nobody can own what stands there until then',
    },
  },
  'a retry is about the round that Beads tells, not the published one': {
    file: 'src/spawner/by-hand/retry.ts',
    from: 'inTheirRounds([found], look.lines)',
    to: '[found]',
    seenBy: {
      file: '__tests__/spawner/by-hand/retry.test.ts',
      test: 'a retry of a task whose metadata an import has taken away is about the round that was published, as a pass is',
    },
  },
  'a retry opens a round after one that has landed': {
    file: 'src/spawner/by-hand/retry.ts',
    from: 'open === undefined && !landed && ended',
    to: 'open === undefined && ended',
    seenBy: {
      file: '__tests__/spawner/by-hand/retry.test.ts',
      test: 'a retry of a task that has landed by a second pull request of its round opens no further round',
    },
  },
  'a sync closes in the round that Beads tells, not the published one': {
    file: 'src/spawner/observe.ts',
    from: 'issues: inTheirRounds(beads.issues, look.lines)',
    to: 'issues: beads.issues',
    seenBy: {
      file: '__tests__/spawner/by-hand/sync.test.ts',
      test: 'sync closes a task whose metadata an import has taken away in the round that was published',
    },
  },
  'init takes any prefix': {
    file: 'src/init/plan.ts',
    from: 'requirePrefix(wanted.prefix);',
    to: '',
    seenBy: {
      file: '__tests__/init/plan.test.ts',
      test: 'a prefix that cannot begin the ids of issues is refused, also where Beads is there already',
    },
  },
  'explain tells of one blocker twice': {
    file: 'src/spawner/by-hand/explain.ts',
    from: 'if (seen.has(id)) continue;',
    to: '',
    seenBy: {
      file: '__tests__/spawner/by-hand/explain.test.ts',
      test: 'a task that is not started waits for a chain: each link with who moves it, whatever epic it is of, and no link twice',
    },
  },
  'explain takes an epic for a task': {
    file: 'src/spawner/by-hand/explain.ts',
    from: "if (issue.type !== 'epic' && childrenOf(issue.id, known).length === 0) return issue;",
    to: 'if (issue !== undefined) return issue;',
    seenBy: {
      file: '__tests__/spawner/by-hand/explain.test.ts',
      test: 'what is no task is refused: an id that nobody has, and an epic',
    },
  },
  'what stands in a title steers the terminal of explain': {
    file: 'src/spawner/by-hand/messages.ts',
    from: "lines.map((line) => line.replace(/\\p{Cc}+/gu, ' '))",
    to: 'lines',
    seenBy: {
      file: '__tests__/spawner/by-hand/explain.test.ts',
      test: 'it looks once, whatever the number of epics on the way, and a title from outside cannot steer the terminal',
    },
  },
  'gh is asked for a token each time': {
    file: 'src/wiring/token.ts',
    from: 'asked.get(host) ?? askGh(env, host)',
    to: 'askGh(env, host)',
    seenBy: {
      file: '__tests__/wiring/token.test.ts',
      test: 'a command asks gh once, for git and for the API together',
    },
  },
  'the doctor asks gh again for the checkout that it opens anew': {
    file: 'src/wiring/doctor.ts',
    from: 'configText, stop, findToken }',
    to: 'configText, stop }',
    seenBy: {
      file: '__tests__/wiring/token.test.ts',
      test: 'the doctor, which opens the checkout anew with the configuration that it has read, asks gh once too',
    },
  },
};
