/** Guards of what the merger says on a pull request, and of what it costs; each is told by one test. */

/** @type {Record<string, { file: string, from: string, to: string, seenBy: { file: string, test: string } }>} */
export const voiceMutants = {
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
    from: "if (intent.do !== 'comment') throw error;",
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
    from: "return [...landing.flatMap(commentOn), { do: 'land', by }];",
    to: "return [{ do: 'land', by }];",
    seenBy: {
      file: '__tests__/merger/sweep.faults.long.test.ts',
      test: 'a merger that dies at a landing leaves nothing on it that calls a person',
    },
  },
};
