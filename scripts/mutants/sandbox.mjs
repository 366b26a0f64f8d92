/** What the sandbox has of GitHub and tests of Heddle stand on: each is told by a test of the sandbox itself. */

const checks = '__tests__/sandbox/checks.long.test.ts';
const graphqlChecks = '__tests__/sandbox/graphql/checks.long.test.ts';
const jobs = '__tests__/sandbox/workflow-jobs.long.test.ts';
const etags = '__tests__/sandbox/etags.test.ts';
const access = '__tests__/sandbox/access.long.test.ts';
const merging = '__tests__/sandbox/merging.long.test.ts';
const reviews = '__tests__/sandbox/reviews.long.test.ts';
const runs = '__tests__/sandbox/runner.long.test.ts';
const reruns = '__tests__/sandbox/runner.reruns.test.ts';

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const sandboxMutants = {
  'sandbox: a lent log never expires': {
    file: 'sandbox/lent-texts.ts',
    from: 'lent === undefined || Date.parse(world.now()) > Date.parse(lent.until)',
    to: 'lent === undefined',
    seenBy: {
      file: jobs,
      test: 'a log is plain text with a time before each line, at an address that needs no credentials and expires in a minute',
    },
  },
  'sandbox: a run that is not over is done again': {
    file: 'sandbox/reruns.ts',
    from: "if (run.status !== 'completed') throw",
    to: "if (run.status === 'queued') throw",
    seenBy: {
      file: jobs,
      test: 'what runs, what is green, what is old and what an earlier attempt ran is not done again',
    },
  },
  'sandbox: a job of an earlier attempt is done again': {
    file: 'sandbox/reruns.ts',
    from: 'if (job.attempt !== run.runAttempt) throw',
    to: 'if (job.attempt > run.runAttempt) throw',
    seenBy: {
      file: jobs,
      test: 'what runs, what is green, what is old and what an earlier attempt ran is not done again',
    },
  },
  'sandbox: a re-run needs no permission': {
    file: 'sandbox/rest/jobs.ts',
    from: "writes('POST', path, 'actions', async",
    to: "writes('POST', path, 'contents', async",
    seenBy: { file: jobs, test: 'a token without actions: write does nothing again, though it reads the log' },
  },
  'sandbox: what needs a failed job does not run again with it': {
    file: 'sandbox/runner/launches.ts',
    from: '!names.includes(name) && !dependents.has(jobId)',
    to: '!names.includes(name)',
    seenBy: {
      file: reruns,
      test: 'the failed jobs run again with those that need them, and stand on what the others gave',
    },
  },
  'sandbox: a job begins as soon as it has its check run': {
    file: 'sandbox/runner/run-job.ts',
    from: 'const check = await of.record.queueJob(name);\n  const cancel',
    to: 'const check = await of.record.queueJob(name);\n  await of.record.beginJob(check);\n  const cancel',
    seenBy: { file: reruns, test: 'a job is queued, with its check run, until it has a machine' },
  },
  'sandbox: what has not changed counts against the limit': {
    file: 'sandbox/server.ts',
    from: '(answered.status === 304 && credential !== null) ||',
    to: '',
    seenBy: { file: etags, test: 'what has not changed is a 304 without a body, and costs nothing' },
  },
  'sandbox: what has not changed costs nobody anything, not even anonymous': {
    file: 'sandbox/server.ts',
    from: 'answered.status === 304 && credential !== null',
    to: 'answered.status === 304',
    seenBy: { file: etags, test: 'a tag holds for one token alone, and saves nobody who is anonymous a request' },
  },
  'sandbox: a tag holds for every token': {
    file: 'sandbox/etags.ts',
    from: "[authorization ?? '', link,",
    to: '[link,',
    seenBy: { file: etags, test: 'a tag holds for one token alone, and saves nobody who is anonymous a request' },
  },
  'sandbox: a refusal has a tag': {
    file: 'sandbox/etags.ts',
    from: "method !== 'GET' || answer.status !== 200",
    to: "method !== 'GET'",
    seenBy: { file: etags, test: 'a refusal has no tag' },
  },
  'sandbox: a skipped job makes its run skipped': {
    file: 'sandbox/check-summary.ts',
    from: "  'skipped',\n  'success',",
    to: "  'success',\n  'skipped',",
    seenBy: {
      file: '__tests__/sandbox/check-summary.test.ts',
      test: 'checks that ended as ["success","skipped"] come to success',
    },
  },
  'sandbox: a pending review is seen by everybody': {
    file: 'sandbox/reviews.ts',
    from: "&& (state !== 'PENDING' || authorLogin.toLowerCase() === login?.toLowerCase())",
    to: '',
    seenBy: {
      file: reviews,
      test: 'a review is told when it is submitted, edited and dismissed, and no word of it while it is pending',
    },
  },
  'sandbox: a dismissed review keeps its state': {
    file: 'sandbox/reviews.ts',
    from: "  review.state = 'DISMISSED';\n",
    to: '',
    seenBy: {
      file: reviews,
      test: 'a dismissed review counts no more, neither for the decision nor against the merge',
    },
  },
  'sandbox: a comment is dismissed': {
    file: 'sandbox/reviews.ts',
    from: "if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {",
    to: 'if (false) {',
    seenBy: {
      file: reviews,
      test: 'what GitHub refuses: own verdicts, empty words, a second draft, a comment dismissed, and approval by Actions',
    },
  },
  'sandbox: whoever reads edits what others said': {
    file: 'sandbox/rest/router.ts',
    from: 'author === loginOf(credential.actor).toLowerCase()',
    to: 'author !== undefined',
    seenBy: { file: access, test: 'an author without write access edits and closes what is his own, and nothing else' },
  },
  'sandbox: an author without write access may not edit what is his own': {
    file: 'sandbox/rest/router.ts',
    from: 'options.anyReader === true || author === loginOf(credential.actor).toLowerCase()',
    to: 'options.anyReader === true',
    seenBy: { file: access, test: 'an author without write access edits and closes what is his own, and nothing else' },
  },
  'sandbox: what is stacked on a merged head is closed with it': {
    file: 'sandbox/merging.ts',
    from: '    await retargetStacked(world, repository, pull, actor);\n',
    to: '',
    seenBy: {
      file: merging,
      test: 'a head that a merge deletes turns what is stacked on it to the base of what was merged; deleted by hand it closes them',
    },
  },
  'sandbox: a head is tested as soon as it has its check run': {
    file: 'sandbox/ci/ci.ts',
    from: '    const told = await report(about);\n',
    to: '    const told = await report(about);\n    await told.begin();\n',
    seenBy: {
      file: '__tests__/sandbox/ci.long.test.ts',
      test: 'a head that waits for a machine has a queued check run',
    },
  },
  'sandbox: more annotations are taken at once than GitHub takes': {
    file: 'sandbox/rest/checks.ts',
    from: 'if (annotations.length > mostAnnotations) {',
    to: 'if (false) {',
    seenBy: {
      file: checks,
      test: 'annotations are added at each change, at most 50 at once, and read in REST and GraphQL',
    },
  },
  'sandbox: a token of a user makes check runs': {
    file: 'sandbox/rest/checks.ts',
    from: "if (app === null) throw new Refused(403, 'You must authenticate via a GitHub App.');\n  return app;",
    to: 'return app ?? 15368;',
    seenBy: {
      file: checks,
      test: 'check runs are made by apps alone: no token of a user makes or changes one, the Actions token does',
    },
  },
  'sandbox: a narrow token of a user writes statuses all the same': {
    file: 'sandbox/access.ts',
    from: 'if (credential.permissions === null) return true;',
    to: "if (credential.permissions === null || credential.actor.kind === 'user') return true;",
    seenBy: { file: checks, test: 'a status is made by a token of a user that may write statuses' },
  },
  'sandbox: a status is as long as it likes': {
    file: 'sandbox/checks.ts',
    from: "if ((draft.description ?? '').length > longestDescription) {",
    to: 'if (false) {',
    seenBy: {
      file: checks,
      test: 'a status has at most 140 letters, and a context of a commit at most 1,000 of them',
    },
  },
  'sandbox: check contexts of a private repository are read without permission': {
    file: 'sandbox/graphql/checks.ts',
    from: 'noStatuses ?? statusContext',
    to: 'statusContext',
    seenBy: {
      file: graphqlChecks,
      test: 'of a private repository, each check context needs the permission of its kind, and the others are there',
    },
  },
  'sandbox: runs behind suites of a private repository are read without permission': {
    file: 'sandbox/graphql/checks.ts',
    from: "  demandRead(repository, context, 'actions');\n",
    to: '',
    seenBy: {
      file: graphqlChecks,
      test: 'of a private repository, suites need checks, their runs actions, and the combined status statuses',
    },
  },
  'sandbox: a public repository asks for permissions to read': {
    file: 'sandbox/graphql/demands.ts',
    from: '!repository.settings.private || holds',
    to: 'holds',
    seenBy: { file: graphqlChecks, test: 'of a public repository all of it is read without' },
  },
  'sandbox: what conflicts has a run on its head alone': {
    file: 'sandbox/runner/run-context.ts',
    from: 'if (base === null || tree === null) return null;',
    to: 'if (base === null || tree === null) return head;',
    seenBy: {
      file: runs,
      test: 'what has conflicted has no run when its base gives way, only when it is pushed to',
    },
  },
  'sandbox: what is done to a review starts nothing but when it is submitted': {
    file: 'sandbox/workflow/triggers.ts',
    from: "pull_request_review: ['submitted', 'edited', 'dismissed'],",
    to: "pull_request_review: ['submitted'],",
    seenBy: {
      file: runs,
      test: 'a review starts workflows of pull_request_review, by what was done and by the base',
    },
  },
};
