/**
 * The limits that are no configuration: how often something is tried, how long it is waited for. What `heddle.yml` can
 * say is in src/config/; sizes of texts, and time limits of single commands, are defined where they are used.
 */

export type Bound = {
  /** Several: one after the other, the last one repeated where there is no end to them. */
  value: number | readonly number[];
  unit: 'tries' | 'looks' | 'questions' | 'passes' | 'failures' | 'ms';
  why: string;
};

export const BOUNDS = {
  // The merger
  closes: {
    value: 6,
    unit: 'tries',
    why: 'Others publish to the same branch, so a race can be lost more than once.',
  },
  closeWait: { value: 500, unit: 'ms', why: 'Longer each time, so that whoever won the race can finish.' },
  landings: {
    value: 4,
    unit: 'tries',
    why: 'Landings of one head in one sweep, each after a fresh look: a base that stays busy is left to the next sweep.',
  },
  landingWait: { value: 1_000, unit: 'ms', why: 'Before the next look at a head that GitHub would not land just now.' },
  mergeabilityQuestions: {
    value: 10,
    unit: 'questions',
    why: 'About one pull request in one sweep: some are never computed, and others wait meanwhile.',
  },
  mergeabilityWait: {
    value: [300, 700, 1_500, 3_000],
    unit: 'ms',
    why: 'GitHub usually knows after a second or two.',
  },
  sweepTime: { value: 8 * 60_000, unit: 'ms', why: 'After it a sweep lands nothing more; the next one goes on.' },
  sweepLooks: {
    value: 500,
    unit: 'looks',
    why: 'More than any sweep needs within its time: beyond is a bug that must not run for ever.',
  },
  sweepFailures: {
    value: 4,
    unit: 'failures',
    why: 'In a row. Fewer are waited for, because nobody may wake the merger again before its schedule does.',
  },
  sweepBackOff: { value: 2_000, unit: 'ms', why: 'After a first failure, doubled with each further one.' },
  sameCloses: {
    value: 3,
    unit: 'tries',
    why: 'Of one line in one sweep: GitHub may show a close a moment later, or somebody may write over it.',
  },
  sameCloseWait: {
    value: 1_000,
    unit: 'ms',
    why: 'What a close has changed GitHub may show a moment later.',
  },
  // Spawner and worker
  publishes: { value: 5, unit: 'tries', why: 'Each race lost means that somebody else has published.' },
  pushes: {
    value: 4,
    unit: 'tries',
    why: 'Somebody else’s pushes can win this many races before a person is asked.',
  },
  stops: {
    value: 3,
    unit: 'tries',
    why: 'A worker writes seldom: who loses three races has another writer against him.',
  },
  // Counted down from pass to pass by a spawner, and by `heddle recover` from look to look: each of these has done something,
  // so none of them is a lost race, which is what `retrying` repeats.
  repairs: {
    value: 5,
    unit: 'looks',
    why: 'A close that is recorded is cleaned up after with the next look; nothing takes more looks than this.',
  },
  handBacks: {
    value: 3,
    unit: 'tries',
    why: 'Of one kind, in one round: what an agent has not repaired by then, another try will not either.',
  },
  reRunsOfFailures: {
    value: 1,
    unit: 'tries',
    why: 'Of one head: a check that fails by chance is cheaper to run again than an agent, one that fails twice is not.',
  },
  reRunsOfInfrastructure: {
    value: 2,
    unit: 'tries',
    why: 'Of one head, for a run that timed out, was cancelled or never started: no agent can repair that.',
  },
  rulesAge: {
    value: 5 * 60_000,
    unit: 'ms',
    why: 'The rules of a base change seldom, and so does the configuration on it.',
  },
  // Not by way of `retrying`: what failed is an error, which is thrown after the last try, and which may say itself how long to wait.
  patience: {
    value: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000],
    unit: 'ms',
    why: 'A worker sits out an outage of some minutes rather than charge it to the task.',
  },
  workerCheck: { value: 500, unit: 'ms', why: 'Living workers are counted so often while the poll is waited for.' },
  // Requests to GitHub
  // Not by way of `retrying`: a header of the answer may say how long to wait, and the requests of a command share their time.
  readWaits: { value: [500, 2_000], unit: 'ms', why: 'Between tries of a read that failed in passing.' },
  limitWait: {
    value: 60_000,
    unit: 'ms',
    why: 'A rate limit that ends sooner is waited for; a later one ends the pass.',
  },
  // Passes
  firstBackOff: { value: 1_000, unit: 'ms', why: 'Doubled with each failure in a row, up to the last one.' },
  lastBackOff: { value: 5 * 60_000, unit: 'ms', why: 'An outage that ends is noticed within some minutes.' },
  busyPasses: {
    value: 1_000,
    unit: 'passes',
    why: 'In a row that did something: far beyond any epic, so that a mistake cannot run away with GitHub’s limits.',
  },
  failuresOnce: {
    value: 3,
    unit: 'failures',
    why: 'In a row, where somebody waits for the end: a script is better served by an exit code.',
  },
  waitOnce: { value: 60_000, unit: 'ms', why: 'The same, for the longest single wait.' },
} as const satisfies Record<string, Bound>;
