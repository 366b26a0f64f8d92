/** Which checks are reports and which are jobs: each is told by its own test. */

/** @param {string} test */
const reports = (test) => ({ file: '__tests__/review/reports.test.ts', test });

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const reportMutants = {
  'a report in the merger’s own run is not seen': {
    file: 'src/review/reports.ts',
    from: 'if (isOwn(suite, ownWorkflow)) return inside;',
    to: 'if (isOwn(suite, ownWorkflow)) return [];',
    seenBy: reports('a red report keeps its head from being merged, also in the merger’s own run that ended'),
  },
  'the merger’s own job is a report': {
    file: 'src/review/reports.ts',
    from: 'if (!jobs.has(run.name)) reports.add(run)',
    to: 'reports.add(run)',
    seenBy: reports(
      'the merger’s own job keeps no head, whether it has failed or runs (failure); its name is asked for once',
    ),
  },
  'a report in a run that was skipped is a job of it': {
    file: 'src/review/reports.ts',
    from: "|| suite.conclusion !== 'skipped') return [];",
    to: "|| suite.conclusion !== '') return [];",
    seenBy: reports('a green report in a run that was skipped as a whole does not make that run look half done'),
  },
  'a job that is known is asked for again': {
    file: 'src/review/job-names.ts',
    from: '(asked.has(runId) || names.every((name) => known.has(name)))',
    to: 'asked.has(-1)',
    seenBy: reports(
      'the merger’s own job keeps no head, whether it has failed or runs (undefined); its name is asked for once',
    ),
  },
};
