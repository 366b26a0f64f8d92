/** Rules of the queue of passes, of the loops that are bounded, and of lists in pages: each is told by its own test. */

/** @param {string} test */
const queue = (test) => ({ file: '__tests__/reconcile/queue.test.ts', test });
/** @param {string} test */
const landing = (test) => ({ file: '__tests__/merger/landing/decide.test.ts', test });

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const queueMutants = {
  'who asks while a pass runs is forgotten': {
    file: 'src/reconcile/passes.ts',
    from: '  if (bell.owed) return;\n',
    to: '',
    seenBy: queue('a thousand who ask while a pass runs get one more, after it and not beside it'),
  },
  'who asks during the last pass is forgotten': {
    file: 'src/reconcile/passes.ts',
    from: "outcome.next === 'stop' && !bell.owed",
    to: "outcome.next === 'stop'",
    seenBy: queue('an ask that comes just as the passes end (0 turns later) is not lost'),
  },
  'who asks after the last pass is forgotten': {
    file: 'src/reconcile/passes.ts',
    from: '    bell.end();\n',
    to: '',
    seenBy: queue('an ask that comes just as the passes end (6 turns later) is not lost'),
  },
  'two passes of one key at once': {
    file: 'src/reconcile/queue.ts',
    from: 'if (known !== undefined) {',
    to: 'if (known !== undefined && known.bell.owed) {',
    seenBy: queue('a thousand who ask while a pass runs get one more, after it and not beside it'),
  },
  'a burst gets a pass too many': {
    file: 'src/reconcile/queue.ts',
    from: '    await undefined;\n',
    to: '',
    seenBy: queue('a thousand who ask at once get one pass'),
  },
  'who asks ends the back-off': {
    file: 'src/reconcile/passes.ts',
    from: 'await work.clock.sleep(waitMs, work.signal);',
    to: 'await askedOrDue({ ...work, resyncMs: waitMs }, bell);',
    seenBy: queue('whoever asks during a back-off does not shorten it, and gets a look after it'),
  },
  'nothing is looked at that nobody asks for': {
    file: 'src/reconcile/passes.ts',
    from: 'if (resyncMs !== undefined) waits.push(clock.sleep(resyncMs, ended));',
    to: '',
    seenBy: queue('what nobody asks for is looked at again after the resync, and only there where there is one'),
  },
  'a signal ends no key that waits': {
    file: 'src/reconcile/passes.ts',
    from: '...(signal === undefined ? [] : [signal])',
    to: '',
    seenBy: queue('the signal ends every key, and what is asked for afterwards is not begun'),
  },
  'a race is run once too often': {
    file: 'src/domain/retrying.ts',
    from: 'tries >= bound.value',
    to: 'tries > bound.value',
    seenBy: {
      file: '__tests__/domain/retrying.test.ts',
      test: 'what loses every race is tried so often and no more, with a pause before each further try',
    },
  },
  'mergeability is asked for without end': {
    file: 'src/review/landing/reasons.ts',
    from: 'asked >= BOUNDS.mergeabilityQuestions.value',
    to: 'asked < 0',
    seenBy: landing('mergeability is asked for so often and no more in one sweep'),
  },
  'a head is tried without end': {
    file: 'src/review/landing/reasons.ts',
    from: 'tried.count >= BOUNDS.landings.value',
    to: 'tried.count < 0',
    seenBy: landing('landings that came to nothing are bounded'),
  },
  'files are read beyond what there is': {
    file: 'src/adapters/github/merger-reads.ts',
    from: 'if (listed >= Math.min(changedFiles, MAX_FILES)) done();',
    to: 'if (listed < 0) done();',
    seenBy: {
      file: '__tests__/adapters/github/pages.test.ts',
      test: 'files are read as long as there are some to come, and no further',
    },
  },
  'a signal does not end a sweep': {
    file: 'src/merger/sweep.ts',
    from: 'silence, signal, backOffMs',
    to: 'silence, backOffMs',
    seenBy: {
      file: '__tests__/merger/sweep.signal.test.ts',
      test: 'a signal ends the wait after a failure, and no other look is begun',
    },
  },
};
