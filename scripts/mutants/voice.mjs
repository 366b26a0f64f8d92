/** Guards of what the merger says on a pull request, and of what it costs; each is told by one test. */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const voiceMutants = {
  'half of the rules is taken for all': {
    file: 'src/adapters/github/rules.ts',
    from: ' || rules.pageInfo.hasNextPage',
    to: '',
    seenBy: {
      file: '__tests__/adapters/github/rules.test.ts',
      test: 'rules that GitHub does not tell whole have to be asked for by themselves',
    },
  },
  'each part of a look is a request of its own': {
    file: 'src/adapters/github/together.ts',
    from: 'if (waiting.length === 0) queueMicrotask(() => void send());\n      waiting.push({ part, resolve, reject });',
    to: 'waiting.push({ part, resolve, reject });\n      void send();',
    seenBy: {
      file: '__tests__/merger/sweep.price.long.test.ts',
      test: 'a sweep with nothing to do costs three requests at most, also with pull requests that wait',
    },
  },
  'a close reads the lines again first': {
    file: 'src/merger/closing.ts',
    from: 'known ?? (await github.stateFile(stateBranch, ISSUES_PATH))',
    to: 'await github.stateFile(stateBranch, ISSUES_PATH)',
    seenBy: {
      file: '__tests__/merger/sweep.price.long.test.ts',
      test: 'a pull request alone costs ten requests at most in the sweep that lands it, and two for its voice',
    },
  },
  'nobody is asked about after a landing': {
    file: 'src/merger/landing/perform.ts',
    from: '      await askNext(next, on);\n',
    to: '',
    seenBy: {
      file: '__tests__/merger/sweep.price.long.test.ts',
      test: 'each further one that is ready costs five at most, and only the next in line is asked about',
    },
  },
  'one that is never computed holds up the others': {
    file: 'src/merger/landing/decide.ts',
    from: 'ready.toSorted((a, b) => turns(a) - turns(b))',
    to: '[...ready]',
    seenBy: {
      file: '__tests__/merger/landing/decide.test.ts',
      test: 'only the next in line is asked about; one that is never computed holds up the others for a few questions only',
    },
  },
  'watched paths land without an approval': {
    file: 'src/review/review.ts',
    from: 'headApproved ? [] : pathsToReview(files.paths, rules.needsReview)',
    to: '[] as string[]',
    seenBy: {
      file: '__tests__/review/review.test.ts',
      test: 'paths that need an approval wait for one of exactly this head, and other paths do not',
    },
  },
  'an approval of an older head counts': {
    file: 'src/adapters/github/answers.ts',
    from: ' && commit?.oid === headRefOid',
    to: ' && commit?.oid !== undefined',
    seenBy: {
      file: '__tests__/merger/sweep.approval.long.test.ts',
      test: 'what changes watched paths lands only with the approval of a person who may write, for exactly this head',
    },
  },
  'a run for a pull request takes the turn of one that waits': {
    file: 'src/merger/workflow-file.ts',
    from: "(github.event_name == 'pull_request' || ${OWN_STATUS}) &&\n",
    to: '(${OWN_STATUS}) &&\n',
    seenBy: {
      file: '__tests__/merger/workflow-file.test.ts',
      test: 'a run for a pull request takes nobody’s turn, and nobody takes its',
    },
  },
  'a skipped run takes the turn of one that waits': {
    file: 'src/merger/workflow-file.ts',
    from: "(github.event_name == 'pull_request' || ${OWN_STATUS}) &&\n",
    to: "(github.event_name == 'pull_request') &&\n",
    seenBy: {
      file: '__tests__/merger/workflow-file.test.ts',
      test: 'a run that is only skipped takes nobody’s turn; all others share one',
    },
  },
  'the merger is woken by its own word': {
    file: 'src/merger/workflow-file.ts',
    from: ' && !(${OWN_STATUS})) ||',
    to: ') ||',
    seenBy: {
      file: '__tests__/merger/workflow-file.test.ts',
      test: 'a run that is only skipped takes nobody’s turn; all others share one',
    },
  },
  'the merger’s own word is taken for a report': {
    file: 'src/review/reports.ts',
    from: ' && !run.isVerdict',
    to: '',
    seenBy: {
      file: '__tests__/review/evidence.test.ts',
      test: 'GitHub is not asked whether the merger’s own word is a job',
    },
  },
  'the merger waits for its own verdict': {
    file: 'src/review/evidence.ts',
    from: '!verdicts.has(run) && ',
    to: '',
    seenBy: {
      file: '__tests__/review/evidence.test.ts',
      test: 'the merger’s own word on a head does not count, in a suite of the tests',
    },
  },
  'a suite fails by the verdict in it': {
    file: 'src/review/evidence.ts',
    from: ' && !mixed.has(suite.id)',
    to: '',
    seenBy: {
      file: '__tests__/review/evidence.test.ts',
      test: 'a suite of no workflow that holds the verdict is judged by its other runs alone',
    },
  },
  'a verdict as a status counts': {
    file: 'src/review/evidence.ts',
    from: 'checks.statuses.filter(({ name }) => name !== CHECK_NAME)',
    to: 'checks.statuses',
    seenBy: {
      file: '__tests__/review/evidence.test.ts',
      test: 'a commit status with the verdict does not count',
    },
  },
  'a job that is called heddle is no check': {
    file: 'src/adapters/github/verdict-check.ts',
    from: 'name === CHECK_NAME && (externalId === CHECK_ID || externalId === ANNOTATED_ID)',
    to: 'name === CHECK_NAME',
    seenBy: {
      file: '__tests__/merger/sweep.voice.long.test.ts',
      test: 'a job that is called as the verdict is left alone',
    },
  },
  'a rule that requires the verdict is waited for': {
    file: 'src/review/evidence.ts',
    from: 'required.filter(({ name }) => name !== CHECK_NAME)',
    to: 'required',
    seenBy: {
      file: '__tests__/review/evidence.test.ts',
      test: 'a rule that asks for the verdict is not waited for',
    },
  },
  'the same verdict is said again': {
    file: 'src/merger/decide.ts',
    from: 'check === undefined || (known?.conclusion === check.conclusion && known.title === check.title)',
    to: 'check === undefined',
    seenBy: { file: '__tests__/merger/sweep.test.ts', test: 'a second sweep over an unchanged world writes nothing' },
  },
  'a refused verdict is tried for each pull request': {
    file: 'src/merger/perform.ts',
    from: 'on.state.verdictRefused = true;',
    to: '',
    seenBy: {
      file: '__tests__/merger/sweep.voice.long.test.ts',
      test: 'a token that may not make checks is asked once in a sweep, and says what it has to say by the comment alone',
    },
  },
  'a change of the verdict marks paths again': {
    file: 'src/adapters/github/verdict-check.ts',
    from: 'known?.annotated ? [] : ',
    to: '',
    seenBy: {
      file: '__tests__/merger/sweep.voice.long.test.ts',
      test: 'its summary says of each rule what it looked at, and forbidden paths are marked, once',
    },
  },
  'somebody else’s comment with our marker is edited': {
    file: 'src/adapters/github/head-details.ts',
    from: 'comment.body.includes(marker) && isBy(comment, account)',
    to: 'comment.body.includes(marker)',
    seenBy: {
      file: '__tests__/merger/sweep.voice.long.test.ts',
      test: 'only a comment of the token’s own account is edited, whoever else writes our marker',
    },
  },
  'a comment goes on calling a person who is not needed any more': {
    file: 'src/merger/decide.ts',
    from: 'if (!needsPerson && comment === undefined) return [];',
    to: 'if (!needsPerson) return [];',
    seenBy: {
      file: '__tests__/merger/decide.test.ts',
      test: 'a comment says so, in one sentence, once nobody is needed any more, and none is begun for that',
    },
  },
  'a comment that fails holds up a landing': {
    file: 'src/merger/sweep.ts',
    from: "if (intent.do !== 'comment' && intent.do !== 'say the verdict') throw error;",
    to: 'throw error;',
    seenBy: {
      file: '__tests__/merger/sweep.voice.long.test.ts',
      test: 'a comment that GitHub refuses keeps nothing from landing',
    },
  },
  'any label starts a sweep': {
    file: 'src/merger/workflow-file.ts',
    from: "!endsWith(github.event.action, 'labeled') || ",
    to: "!endsWith(github.event.action, 'labeled') || github.event.action != 'opened' || ",
    seenBy: {
      file: '__tests__/merger/workflow-file.test.ts',
      test: 'of labels only heddle:hold starts a sweep, put on or taken off',
    },
  },
  'a landing leaves a comment behind that calls a person': {
    file: 'src/merger/decide.ts',
    from: "return [...landing.flatMap((one) => wordsOn(one, view)), { do: 'land', by }];",
    to: "return [{ do: 'land', by }];",
    seenBy: {
      file: '__tests__/merger/sweep.faults.long.test.ts',
      test: 'a merger that dies at a landing leaves nothing on it that calls a person',
    },
  },
};
