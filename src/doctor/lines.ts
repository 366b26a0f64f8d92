/** Rules about the committed lines of issues, as the merger reads them. Pure: what was found comes in. */
import { lineFaults, tellFault } from '../domain/line-faults.ts';
import { allLines, ISSUES_PATH } from '../domain/lines.ts';
import { countOf } from '../domain/text.ts';
import type { Finding } from './finding.ts';

/** The others usually have the same cause; they are told when these are repaired. */
const FAULTS_TOLD = 5;

/** `file` is undefined as long as nothing is published. */
export function judgeLines(file: string | undefined, branch: string, remote: string): Finding[] {
  const check = 'lines';
  const faults = lineFaults(file ?? '');
  const found = faults.slice(0, FAULTS_TOLD).map((fault): Finding => {
    const text = tellFault(fault, `${ISSUES_PATH} on ${branch}`, `git show ${remote}/${branch}:${ISSUES_PATH}`);
    // Of two lines of one issue it is defined which one counts; what a line that cannot be read has said is not known.
    return fault.is === 'doubled'
      ? { is: 'warning', check, ...text }
      : { is: 'problem', check, ...text, exit: 'config' };
  });
  if (found.length > 0) return found;
  const lines = [...allLines(file ?? '').values()];
  const open = lines.filter((line) => line.open).length;
  return [{ is: 'ok', check, says: `${countOf(lines.length, 'line')} on ${branch}, ${open} of them open` }];
}
