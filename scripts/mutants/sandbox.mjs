/** What the sandbox has of GitHub and tests of Heddle stand on: each is told by a test of the sandbox itself. */

const jobs = '__tests__/sandbox/workflow-jobs.long.test.ts';
const etags = '__tests__/sandbox/etags.test.ts';
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
};
