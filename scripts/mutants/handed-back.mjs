/** Guards of spawner and worker about a pull request that goes back, and what of it reaches an agent. */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const handedBackMutants = {
  'a task of another host is handed back here': {
    file: 'src/spawner/in-review.ts',
    from: "if (owner.is !== 'dead') return { standing: inReview(handBack.kind) };",
    to: '',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'a pull request that its worker can repair is left to its own host where its worker ran elsewhere, and to a worker that lives',
    },
  },
  'checks of another host’s task are run again here': {
    file: 'src/spawner/in-review.ts',
    from: "...(owner.is === 'dead' ? { intent } : {})",
    to: 'intent',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'a check that may turn green is run again, on the host of its worker alone',
    },
  },
  'Beads is told in each pass what it knows': {
    file: 'src/spawner/in-review.ts',
    from: 'if (waits === told.waits && before === told.waitsFor) return undefined;',
    to: '',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'Beads is told why a task waits once: what it knows is not written again',
    },
  },
  'Beads is told of a retry instead of what it is for': {
    file: 'src/spawner/in-review.ts',
    from: "if (back && (told.waits === 'retry' || told.waits === 'limit')) return undefined;",
    to: '',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'Beads is told why a task waits not while its worker has it back: what for stays until that has ended',
    },
  },
  'a run that GitHub refuses is not remembered': {
    file: 'src/spawner/perform.ts',
    from: "if (outcome.is === 'refused') writers.reviews.notRunAgain(run);",
    to: '',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'a check that may turn green and that GitHub refuses to run again is remembered',
    },
  },
  'a closed task waits on': {
    file: 'src/spawner/perform.ts',
    from: "unset: ['waits', 'waits_for']",
    to: 'unset: []',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'Beads is told why a task waits until it is closed: then it waits for nothing',
    },
  },
  'a hand-back whose worker dies is a person’s': {
    file: 'src/spawner/perform-many.ts',
    from: ', retry_at: now.toISOString() } as const',
    to: ' } as const',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'a pull request that its worker can repair is written so that a worker that dies is replaced, and knows what it is for',
    },
  },
  'telling why keeps an epic going': {
    file: 'src/spawner/decide.ts',
    from: "intents.some((one) => one.do !== 'tell why')",
    to: 'intents.length > 0',
    seenBy: {
      file: '__tests__/spawner/in-review.test.ts',
      test: 'Beads is told why a task waits and that is no reason to look again for ever: an epic that only people can move ends',
    },
  },
  'an agent repairs what is green': {
    file: 'src/worker/go-on.ts',
    from: 'if (asked === undefined && handedBack) return await recordPullRequest(context, pullRequest);',
    to: '',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a red check that is green when the worker looks needs no agent',
    },
  },
  'a merge without an agent is tried again where the check failed': {
    file: 'src/worker/go-on.ts',
    from: ' && job.attempt === 1',
    to: '',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a branch that is behind gets the base, and only a verify that fails then asks an agent',
    },
  },
  'a branch that has the base already is taken for unfinished': {
    file: 'src/worker/go-on.ts',
    from: "merge?.is === 'nothing' && asked?.feedback === ''",
    to: "merge === undefined && asked?.feedback === ''",
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a branch that GitHub does not see to have the base yet is left as it is',
    },
  },
  'reviewers can end their fence': {
    file: 'src/worker/handed-back.ts',
    from: 'fenced(plain(texts).slice(0, LOG_SHOWN), deps.clock.nonce())',
    to: "fenced(plain(texts).slice(0, LOG_SHOWN), 'end')",
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'what reviewers ask for stands between marks that nobody can know',
    },
  },
  'reviewers’ control characters reach the agent': {
    file: 'src/worker/handed-back.ts',
    from: 'plain(texts).slice',
    to: 'texts.slice',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'what reviewers ask for stands between marks that nobody can know',
    },
  },
  'a log’s control characters reach the agent': {
    file: 'src/worker/handed-back.ts',
    from: 'const text = plain(log);',
    to: 'const text = log;',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a red check goes to the agent by its name and the end of its log, and what comes out moves the same pull request',
    },
  },
  'a whole log reaches the agent': {
    file: 'src/worker/handed-back.ts',
    from: 'told.slice(-max)',
    to: 'told',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a red check goes to the agent by its name and the end of its log, and what comes out moves the same pull request',
    },
  },
  'what a job cleans up is taken for its end': {
    file: 'src/worker/handed-back.ts',
    from: 'end < 0 ? text : text.slice(0, end)',
    to: 'text',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a red check goes to the agent by its name and the end of its log, and what comes out moves the same pull request',
    },
  },
  'marks of a conflict are pushed': {
    file: 'src/worker/finish.ts',
    from: 'merged === undefined ? undefined : await conflictsOf(context, merged, head)',
    to: 'undefined',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a conflict in which the agent leaves its marks is tried again, and nothing is pushed',
    },
  },
  'a merge that the agent gave up is pushed': {
    file: 'src/worker/finish.ts',
    from: "(await deps.git.isAncestor(merged, head)) ? await deps.git.conflictsLeft(merged, head) : 'not merged'",
    to: 'await deps.git.conflictsLeft(merged, head)',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a conflict in which the agent gives the merge up is tried again, and nothing is pushed',
    },
  },
  'an empty commit counts as work': {
    file: 'src/worker/finish.ts',
    from: 'return (await deps.git.changedPaths(startedAt, head)).length > 0;',
    to: 'return startedAt !== head;',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a red check for which the agent adds nothing, or only an empty commit, is tried again',
    },
  },
  'a merge that changes no file counts as nothing': {
    file: 'src/worker/finish.ts',
    from: 'if (merged !== undefined && !(await deps.git.isAncestor(merged, startedAt))) return true;',
    to: '',
    seenBy: {
      file: '__tests__/worker/worker.handed-back.long.test.ts',
      test: 'a conflict may be resolved to what was there: the base is in the branch, which is what was asked for',
    },
  },
  'strangers ask for changes': {
    file: 'src/adapters/github/hand-back.ts',
    from: 'latestOpinionatedReviews(first: ${REVIEWS}, writersOnly: true)',
    to: 'latestOpinionatedReviews(first: ${REVIEWS})',
    seenBy: {
      file: '__tests__/adapters/github/hand-back.long.test.ts',
      test: 'changes are those that stand, of reviewers who may write, with their remarks on lines',
    },
  },
  'an approval asks for changes': {
    file: 'src/adapters/github/hand-back.ts',
    from: "all.filter(({ state }) => state === 'CHANGES_REQUESTED')",
    to: 'all',
    seenBy: {
      file: '__tests__/adapters/github/hand-back.long.test.ts',
      test: 'changes are those that stand, of reviewers who may write, with their remarks on lines',
    },
  },
  'a request for changes of the present head counts as answered': {
    file: 'src/adapters/github/answers.ts',
    from: 'commit !== null && commit.oid !== headRefOid',
    to: 'commit !== null',
    seenBy: {
      file: '__tests__/adapters/github/hand-back.long.test.ts',
      test: 'a request for changes is answered by a push, until its reviewer asks again',
    },
  },
};
