/** Jest's order of test files: what takes longest comes first, so that it never runs alone at the end. */
import jestSequencer from '@jest/test-sequencer';

// A CommonJS module that is its class; its types say that the class stands below `default`.
/** @typedef {{ path: string }} TestFile */
/** @type {new (...options: unknown[]) => { sort(tests: TestFile[]): TestFile[] }} */
const Sequencer = /** @type {any} */ (jestSequencer);

const LONGEST = [/stories[\\/]nine-tasks\./, /crash[\\/]sample\./, /[\\/]stories[\\/]/, /sim[\\/]sim\./];

export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {TestFile[]} tests
   */
  sort(tests) {
    /** @param {TestFile} test */
    const place = ({ path }) => LONGEST.findIndex((pattern) => pattern.test(path)) + 1 || LONGEST.length + 1;
    return [...super.sort(tests)].sort((a, b) => place(a) - place(b));
  }
}
