/** Guards of the verdict on a pull request that does not land as it is: who may move it, by what, and how often. */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const handBackMutants = {
  'a head that somebody else has pushed goes back': {
    file: 'src/review/hand-back.ts',
    from: 'known.length < kinds.length || pullRequest.head !== pushed',
    to: 'known.length < kinds.length',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is is left to whoever pushed to it: what its worker has not made, its worker does not change',
    },
  },
  'what only a person can do something about goes back': {
    file: 'src/review/hand-back.ts',
    from: 'known.length < kinds.length || pullRequest.head !== pushed',
    to: 'pullRequest.head !== pushed',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is needs a person where only a person can do something about one of its reasons',
    },
  },
  'on_red says nothing': {
    file: 'src/review/hand-back.ts',
    from: "(known.includes('red') && on.red === 'person') || ",
    to: '',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is is left to a person where heddle.yml says so',
    },
  },
  'on_conflict says nothing': {
    file: 'src/review/hand-back.ts',
    from: " || (known.includes('conflict') && on.conflict === 'person')",
    to: '',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is is left to a person where heddle.yml says so',
    },
  },
  'a run that has begun again counts as failed': {
    file: 'src/review/hand-back.ts',
    from: '({ complete }) => !complete',
    to: '() => false',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a failed run of a workflow that has begun again is waited for, whatever GitHub still shows of it',
    },
  },
  'a failed run is run again while the pull request conflicts': {
    file: 'src/review/hand-back.ts',
    from: "known.includes('conflict') ? [] : worthAnother(failed, past)",
    to: 'worthAnother(failed, past)',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a failed run of a workflow is not run again while the pull request conflicts: it would test another tree',
    },
  },
  'a pull request goes back for ever': {
    file: 'src/review/hand-back.ts',
    from: '(handedBack[kind] ?? 0) >= BOUNDS.handBacks.value',
    to: 'false',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is needs a person once its worker had it back for the same kind as often as it may',
    },
  },
  'a failed run is run again for ever': {
    file: 'src/review/hand-back.ts',
    from: 'started !== undefined && started - 1 < bound.value',
    to: 'started !== undefined',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a failed run of a workflow is run again before an agent is asked: a failure once, what never tested anything twice',
    },
  },
  'a run that tested nothing is run again once': {
    file: 'src/review/hand-back.ts',
    from: 'infrastructure ? BOUNDS.reRunsOfInfrastructure : BOUNDS.reRunsOfFailures',
    to: 'BOUNDS.reRunsOfFailures',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a failed run of a workflow is run again before an agent is asked: a failure once, what never tested anything twice',
    },
  },
  'a run that waits for an approval goes back': {
    file: 'src/review/hand-back.ts',
    from: "reason.checks.some(({ conclusion }) => conclusion === 'action_required') ? undefined : 'red'",
    to: "'red'",
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is needs a person where a run waits for an approval',
    },
  },
  'checks that a conflict keeps from starting count': {
    file: 'src/review/hand-back.ts',
    from: 'if (!reasons.some(isConflict)) return reasons;',
    to: 'return reasons;',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is that conflicts is not waited for: GitHub starts no checks for it',
    },
  },
  'a request for changes goes back although something was pushed since': {
    file: 'src/review/hand-back.ts',
    from: 'answered === true ? ',
    to: 'answered === undefined ? ',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that does not land as it is waits for its reviewer once something was pushed since: the request stands until it is looked at again',
    },
  },
  'a head that somebody else has pushed is brought up to date': {
    file: 'src/review/hand-back.ts',
    from: 'reasons.every(isBehind) && pullRequest.head === past.pushed',
    to: 'reasons.every(isBehind)',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that time moves is brought up to date by its worker where nothing else is against it, and that is not counted',
    },
  },
  'a base that moves on is counted': {
    file: 'src/review/hand-back.ts',
    from: "for (const one of kinds) if (one !== 'behind') ",
    to: 'for (const one of kinds) ',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a pull request that time moves is brought up to date by its worker where nothing else is against it, and that is not counted',
    },
  },
  'a run is run again beside what cannot be': {
    file: 'src/review/hand-back.ts',
    from: 'if (workflowRun === undefined) return [];',
    to: 'if (workflowRun === undefined) continue;',
    seenBy: {
      file: '__tests__/review/hand-back.test.ts',
      test: 'a failed run of a workflow that GitHub will not start again goes back at once, as does one of another app',
    },
  },
  'the rules of the base are read in each pass': {
    file: 'src/review/reviews.ts',
    from: 'rules === undefined || now.getTime() - rules.at > BOUNDS.rulesAge.value',
    to: 'true',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'reads the rules once in a while, and the files of a head once',
    },
  },
  'the files of a head are read in each pass': {
    file: 'src/review/reviews.ts',
    from: 'files.get(key) ?? (await github.changedFiles(candidate.pullRequest))',
    to: 'await github.changedFiles(candidate.pullRequest)',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'reads the rules once in a while, and the files of a head once',
    },
  },
  'a run that GitHub refuses is asked for again': {
    file: 'src/review/reviews.ts',
    from: ' || refused.has(workflowRun)',
    to: '',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'counts how often a failed run was started, until GitHub will not start it again',
    },
  },
  'mergeability that GitHub has not computed is left unknown': {
    file: 'src/review/landing/conflicts.ts',
    from: "listed.mergeable === 'unknown' ? { ...listed, mergeable: await github.mergeable(listed.number) } : listed",
    to: 'listed',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'asks for mergeability where GitHub has not computed it',
    },
  },
  'all that are behind are brought up to date at once': {
    file: 'src/review/reviews.ts',
    from: '(onItsWay || one.pullRequest.number !== first)',
    to: 'onItsWay',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'of those that are behind, one at a time is brought up to date, and none while another is on its way',
    },
  },
  'one is brought up to date while another is about to land': {
    file: 'src/review/reviews.ts',
    from: '(onItsWay || one.pullRequest.number !== first)',
    to: 'one.pullRequest.number !== first',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'of those that are behind, one at a time is brought up to date, and none while another is on its way',
    },
  },
  'one is brought up to date while a worker updates another': {
    file: 'src/review/reviews.ts',
    from: 'isTaken || [',
    to: '[',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'of those that are behind, one at a time is brought up to date, and none while another is on its way',
    },
  },
  'one whose worker has it back is judged': {
    file: 'src/review/reviews.ts',
    from: "status !== 'in_progress' || metadata.phase !== 'pr_created' || open === undefined",
    to: 'open === undefined',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'only a task that was handed over, with an open pull request into the base, is asked about',
    },
  },
  'a pull request into another base is judged': {
    file: 'src/review/reviews.ts',
    from: "one.state === 'open' && one.base === base",
    to: "one.state === 'open'",
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'only a task that was handed over, with an open pull request into the base, is asked about',
    },
  },
  'an agent at work keeps others from being updated': {
    file: 'src/review/reviews.ts',
    from: 'isBack && attempt === 1 && atWork.has(id)',
    to: 'isBack && atWork.has(id)',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'a branch is on its way as long as a worker that lives merges the base into it, and asks no agent',
    },
  },
  'a worker that is dead keeps others from being updated': {
    file: 'src/review/reviews.ts',
    from: 'isBack && attempt === 1 && atWork.has(id)',
    to: 'isBack && attempt === 1',
    seenBy: {
      file: '__tests__/review/reviews.test.ts',
      test: 'a branch is on its way as long as a worker that lives merges the base into it, and asks no agent',
    },
  },
};
