/** Jest's order of test files: the stories before all others, the longest of them first, so that it never runs alone at the end. */
import Sequencer from '@jest/test-sequencer';

const LONGEST = /stories[\\/]nine-tasks\.test\.ts$/;
const LONG = /[\\/]stories[\\/]/;

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const weight = ({ path }) => (LONGEST.test(path) ? 2 : LONG.test(path) ? 1 : 0);
    return [...super.sort(tests)].sort((a, b) => weight(b) - weight(a));
  }
}
