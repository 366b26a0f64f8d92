/** What a run of tests says at its end. */
import { relative } from 'node:path';

/**
 * Names what was skipped, since a test that this machine cannot run has shown nothing. The last line is read by others.
 * @param {string} report as jest writes it with --json; empty or cut off when it ended before it had any results
 * @param {string} root
 * @param {{ byName?: boolean }} [options] `byName`: tests were asked for by their names, so that all others count as skipped
 */
export function closingWords(report, root, { byName = false } = {}) {
  const { passed, failed, skipped: all } = read(report, root);
  const skipped = byName ? [] : all;
  const names = skipped.map((name) => `  ${name}\n`).join('');
  return `${skipped.length === 0 ? '' : `\n${skipped.length} skipped:\n${names}`}${passed} passed, ${failed} failed\n`;
}

/**
 * @typedef {{ name: string, assertionResults: { fullName: string, status: string }[] }} FileResult
 * @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: FileResult[] }} Report
 */

/**
 * @param {string} report
 * @param {string} root
 */
function read(report, root) {
  try {
    /** @type {Report} */
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(report);
    const skipped = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'pending')
        .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
    );
    // A file that could not even be loaded has no tests to count: it is one failure.
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}
