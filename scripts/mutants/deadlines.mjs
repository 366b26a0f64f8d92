/** Guards of the time that is given to GitHub, and of what a signal ends. */

/** @param {string} test */
const request = (test) => ({ file: '__tests__/adapters/github/client.deadline.test.ts', test });
/** @param {string} test */
const remote = (test) => ({ file: '__tests__/adapters/git/command.stalled.test.ts', test });
const silentGit = 'a remote that says nothing is given up, and not asked again when the time of the command is over';

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const deadlineMutants = {
  'the signal is set on a copy of the options': {
    file: 'src/adapters/github/within.ts',
    from: 'options.request = { ...given, signal };',
    to: 'options = { ...options, request: { ...given, signal } };',
    seenBy: request('from a GitHub that says nothing a read is given up in time, and nobody waits for it any more'),
  },
  'a try ends when fetch says so': {
    file: 'src/adapters/github/within.ts',
    from: 'const timer = setTimeout(() => control.abort(late()), timeoutMs);',
    to: 'const timer = setTimeout(() => late(), timeoutMs);',
    seenBy: request('from a GitHub that stops in half a body a mutation is given up in time, and may have been done'),
  },
  'the options of a caller keep our signal': {
    file: 'src/adapters/github/within.ts',
    from: 'for (const stop of letGo) stop();\n    options.request = given;',
    to: 'for (const stop of letGo) stop();',
    seenBy: request('options that a caller uses twice are as they were, and each use has a signal of its own'),
  },
  'a command has no bound': {
    file: 'src/adapters/github/client.ts',
    from: 'if (timeoutMs <= 0) throw',
    to: 'if (timeoutMs === undefined) throw',
    seenBy: request(
      'the silence of a command is shared by the tries of all requests, and when it is over none is begun',
    ),
  },
  'a read waits for longer than its command': {
    file: 'src/adapters/github/client.ts',
    from: 'if (waitMs === undefined || waitMs >= silence.leftMs()) {',
    to: 'if (waitMs === undefined) {',
    seenBy: request('the silence of a command is no wait that would outlast it'),
  },
  'slow answers are none': {
    file: 'src/adapters/github/client.ts',
    from: "      if ('answer' in result) {\n        silence.answered();",
    to: "      if ('answer' in result) {",
    seenBy: request(
      'the silence of a command ends with each whole answer, so what answers slowly but steadily goes on',
    ),
  },
  'a signal ends no read': {
    file: 'src/adapters/github/client.ts',
    from: 'by: read ? stop : undefined,',
    to: 'by: undefined,',
    seenBy: request('a signal ends a read in flight, which is not repeated'),
  },
  'a signal ends a mutation in flight': {
    file: 'src/adapters/github/client.ts',
    from: 'by: read ? stop : undefined,',
    to: 'by: stop,',
    seenBy: request('a signal never ends a mutation in flight, and none is begun after it'),
  },
  'requests begin after a signal': {
    file: 'src/adapters/github/client.ts',
    from: 'if (stop?.aborted) throw new Interrupted();',
    to: '',
    seenBy: request('a signal never ends a mutation in flight, and none is begun after it'),
  },
  'the signal does not get to the client': {
    file: 'src/wiring/forge.ts',
    from: 'apiUrl: address.apiUrl, clock, silence, stop }',
    to: 'apiUrl: address.apiUrl, clock, silence }',
    seenBy: {
      file: '__tests__/cli.signals.long.test.ts',
      test: 'the first SIGINT ends a command that reads (["merge"] {}) at once, and what it has asked is not waited for',
    },
  },
  'what only reads goes on after a signal': {
    file: 'src/cli.ts',
    from: 'if (again || onlyReads)',
    to: 'if (again)',
    seenBy: {
      file: '__tests__/cli.signals.long.test.ts',
      test: 'the first signal ends a command that reads also while it waits for something on this machine',
    },
  },
  'a spawner that ends begins another step': {
    file: 'src/spawner/spawn.ts',
    from: 'return !signal.aborted;',
    to: 'return true;',
    seenBy: {
      file: '__tests__/cli.signals.long.test.ts',
      test: 'a spawner that is writing says what it still waits for, and ends after that, with nothing begun',
    },
  },
  'git waits for a remote that stalls': {
    file: 'src/adapters/git/command.ts',
    from: '...stalledEnvironment(stalledMs),',
    to: '',
    seenBy: remote(silentGit),
  },
  'what git asks by itself is waited for': {
    file: 'src/adapters/git/command.ts',
    from: '    ...stalledEnvironment(STALLED_MS),\n',
    to: '',
    seenBy: {
      file: '__tests__/adapters/git/command.limits.test.ts',
      test: 'a command that asks the remote by itself, as git does in a partial clone, gives it up as well',
    },
  },
  'a remote that stops answering has answered': {
    file: 'src/adapters/git/command.ts',
    from: 'RPC failed; curl|',
    to: '',
    seenBy: remote('a remote that says nothing after a first answer is given up in the same way'),
  },
  'git asks when the time is over': {
    file: 'src/adapters/git/command.ts',
    from: 'if (leftMs <= 0) throw',
    to: 'if (leftMs === undefined) throw',
    seenBy: remote(silentGit),
  },
  'a signal ends no read of the remote': {
    file: 'src/adapters/git/command.ts',
    from: "args[0] === 'push' ? undefined : within.stop",
    to: 'undefined',
    seenBy: remote('a signal ends a read of the remote at once, and no other is begun'),
  },
  'a spawner waits for longer than its limit': {
    file: 'src/reconcile/passes.ts',
    from: 'if (waitMs >= (silence?.leftMs() ?? Number.POSITIVE_INFINITY)) throw error;',
    to: '',
    seenBy: {
      file: '__tests__/reconcile/passes.test.ts',
      test: 'a failure that passes ends the loop, as it came, when GitHub would owe an answer for too long by then',
    },
  },
  'a sweep waits for longer than its limit': {
    file: 'src/merger/sweep.ts',
    from: 'clock, silence, signal',
    to: 'clock, signal',
    seenBy: {
      file: '__tests__/merger/sweep.faults.long.test.ts',
      test: 'a GitHub that is silent for longer than a sweep goes on without it is not waited for any more',
    },
  },
};
