/** Jest's order of test files: the stories before all others, the longest of them first, so that it never runs alone at the end. */
import jestSequencer from '@jest/test-sequencer';

// A CommonJS module that is its class; its types say that the class stands below `default`.
/** @typedef {{ path: string }} TestFile */
/** @type {new (...options: unknown[]) => { sort(tests: TestFile[]): TestFile[] }} */
const Sequencer = /** @type {any} */ (jestSequencer);

const LONGEST = /stories[\\/]nine-tasks\.long\.test\.ts$/;
const LONG = /[\\/]stories[\\/]/;

export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {TestFile[]} tests
   */
  sort(tests) {
    /** @param {TestFile} test */
    const weight = ({ path }) => (LONGEST.test(path) ? 2 : LONG.test(path) ? 1 : 0);
    return [...super.sort(tests)].sort((a, b) => weight(b) - weight(a));
  }
}
