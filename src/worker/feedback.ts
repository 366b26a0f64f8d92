/** How an agent is told what others say of its pull request: their words are data, and look like nothing else. */
import type { FailedCheck } from '../review/results.ts';

const NAME = 100;
const NAMES = 10;

export const feedbackText = {
  failed: (checks: readonly FailedCheck[]): string =>
    `These checks failed: ${checks
      .slice(0, NAMES)
      .map(({ name, conclusion }) => `${JSON.stringify(nameOf(name))} (${conclusion})`)
      .join(', ')}.`,
  log: (name: string): string => `The end of the log of ${JSON.stringify(nameOf(name))}, between the two marks:`,
  changes: 'Reviewers ask for changes; what they wrote stands between the two marks:',
  forbidden: (paths: readonly string[]): string =>
    `It changes files that no task may change. Put them back as they are in the base: ${paths
      .slice(0, NAMES)
      .map((path) => JSON.stringify(plain(path)))
      .join(', ')}.`,
  conflict: (base: string, paths: readonly string[]): string =>
    `\`${base}\` was merged into this branch, and these files conflict: ${paths
      .slice(0, NAMES)
      .map((path) => JSON.stringify(plain(path)))
      .join(', ')}. Resolve each conflict so that both changes work; do not abort the merge.`,
};

/** Colours and other control characters out; line ends and tabs stay. */
export function plain(text: string): string {
  const ansi = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');
  return text
    .replace(/\r\n?/g, '\n')
    .replace(ansi, '')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

/** @param mark what nobody outside can know, so that no text can end the fence. */
export function fenced(text: string, mark: string): string {
  return `----- ${mark} -----\n${text}\n----- ${mark} -----`;
}

function nameOf(name: string): string {
  return plain(name).replace(/\s+/g, ' ').slice(0, NAME);
}
