/** All that the merger says to people. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import type { Problem } from '../domain/errors.ts';
import type { IssueId, Sha } from '../domain/ids.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import type { Awaited } from './checks.ts';
import { landingAdvice } from './landing/messages.ts';
import type { Reason, WaitsFor } from './review.ts';
import type { OwedClose, Unfit } from './view.ts';

/** Contained in the merger's one comment, so that it finds it again. */
export const COMMENT_MARKER = '<!-- heddle verdict -->';
/** Ids beyond this many are counted in the subject; all of them stand in the body. */
const IDS_IN_SUBJECT = 4;
const NAMES_SHOWN = 10;

export function adviceOn(reason: Reason): Problem {
  switch (reason.is) {
    case 'draft':
      return { problem: 'it is a draft', hint: 'Mark it as ready for review.' };
    case 'on hold':
      return { problem: 'it is labelled `heddle:hold`', hint: 'Take the label off.' };
    case 'labels unread':
      return { problem: 'it has more labels than can be read', hint: 'Take some labels off.' };
    case 'check failed':
      return {
        problem: `checks failed: ${list(reason.checks.map(({ name, conclusion }) => `${code(name)} (${conclusion})`))}`,
        hint: 'Push a fix to the branch, or run the check again if it failed by chance or was cancelled.',
      };
    case 'check pending':
      return { problem: waitsFor(reason), hint: 'Nothing to do: it goes on when they have reported.' };
    case 'check overdue':
      return {
        problem: `${waitsFor(reason)}, for longer than \`merge.checks_deadline_minutes\``,
        hint: 'Look whether the check runs on this branch at all; a required check that never reports holds everything up.',
      };
    case 'no checks':
      return reason.skipped.length === 0
        ? {
            problem: 'no check has reported on its head',
            hint: `If this repository has no CI, say so in ${CONFIG_PATH}: \`merge: { checks: none }\`.`,
          }
        : {
            problem: `no check has tested its head; these ended without a success: ${list(reason.skipped.map(code))}`,
            hint: 'Run a check that tests it: a job that is skipped tests nothing.',
          };
    case 'review required':
      return { problem: 'an approving review is required', hint: 'Review it.' };
    case 'changes requested':
      return { problem: 'a reviewer asks for changes', hint: 'Push them, then have the review renewed or dismissed.' };
    case 'too large':
      return {
        problem: `it changes ${reason.lines} lines, more than the limit of ${reason.limit}`,
        hint: `Review and merge it yourself, or raise \`merge.max_changed_lines\` in ${CONFIG_PATH}.`,
      };
    case 'forbidden paths':
      return {
        problem: `it changes paths that tasks may not change: ${list(reason.paths.map(code))}`,
        hint: 'Review and merge it yourself, or push a commit that restores them.',
      };
    case 'files unread':
      return { problem: 'it changes more files than GitHub lists', hint: 'Review and merge it yourself.' };
    case 'workflow edit':
      return {
        problem: 'it changes workflows, which the token of a workflow run may not merge',
        hint: 'Merge it yourself, or give the action a token that may (a GitHub App or a personal access token).',
      };
    case 'cannot land':
      return landingAdvice(reason.because);
    default:
      return reason satisfies never;
  }
}

function waitsFor(reason: Awaited): string {
  const parts: string[] = [];
  if (reason.running.length > 0) parts.push(`checks run: ${list(reason.running.map(code))}`);
  if (reason.missing.length > 0) parts.push(`required checks have not reported: ${list(reason.missing.map(code))}`);
  if (reason.skipped.length > 0)
    parts.push(`required checks ended without a success: ${list(reason.skipped.map(code))}`);
  return parts.join('; ');
}

/** The one comment on a pull request that needs a person: of one head, with every reason and what repairs it. */
export function verdictComment(verdict: { head: Sha; task: IssueId; reasons: readonly Reason[] }): string {
  const lines = verdict.reasons.map(adviceOn).map(({ problem, hint }) => `- ${problem}. ${hint}`);
  return [
    `Heddle does not merge this (\`${verdict.head.slice(0, 12)}\`, task \`${verdict.task}\`), because`,
    '',
    ...lines,
    '',
    'It looks again whenever something changes here.',
    COMMENT_MARKER,
  ].join('\n');
}

/** The reasons in a comment of ours, as one line; undefined if it speaks of another head. */
export function verdictIn(comment: string, head: Sha): string | undefined {
  if (!comment.includes(head.slice(0, 12))) return undefined;
  const reasons = comment.split(/\r?\n/).flatMap((line) => /^- (.+)/.exec(line)?.[1] ?? []);
  return reasons.length === 0 ? undefined : reasons.join(' ');
}

export function unfitAdvice(because: Unfit, task: IssueId, stateBranch: string): Problem {
  switch (because) {
    case 'from a fork':
      return { problem: 'it comes from a fork', hint: 'Heddle leaves it alone.' };
    case 'branch and marker differ':
      return { problem: 'its branch is not the one of the task that it names', hint: 'Heddle leaves it alone.' };
    case 'author is not trusted':
      return {
        problem: 'its author may not write here, as far as the token can see',
        hint: `Heddle leaves it alone; \`merge.trusted\` in ${CONFIG_PATH} can name the login.`,
      };
    case 'line is missing':
      return {
        problem: `${task} is not published on the state branch, ${code(stateBranch)}, for this round`,
        hint: 'Run `heddle publish --epic ID` with its epic.',
      };
    case 'line is closed':
      return {
        problem: `${task} is closed`,
        hint: 'Close the pull request, or reopen the task and run `heddle publish --epic ID` with its epic.',
      };
    case 'round is over':
      return { problem: `${task} has begun a newer round`, hint: 'Close the pull request.' };
    default:
      return because satisfies never;
  }
}

export function closeMessage(closes: readonly OwedClose[]): { headline: string; body: string } {
  const ids = closes.map(({ task }) => task);
  const named = ids.length <= IDS_IN_SUBJECT ? ids.join(', ') : `${ids.length} tasks`;
  return {
    // The commit changes bookkeeping only, so there is nothing to test.
    headline: `beads: close ${named} [skip ci]`,
    body: closes.map(({ task, pullRequest, commit }) => `${task}: merged as #${pullRequest} in ${commit}`).join('\n'),
  };
}

export function closeRefusedAdvice(branch: string, why: string): Problem {
  return {
    problem: `The branch ${branch} refuses the commit that closes tasks: ${why}`,
    hint: `Name an unprotected branch as \`state_branch\` in ${CONFIG_PATH} on the base, or give the action a token that may bypass the rule.`,
  };
}

export function stillOpenAdvice(
  branch: string,
  lines: readonly { task: IssueId; line: number | undefined }[],
): Problem {
  const places = lines.map(({ task, line }) => `${task} (${ISSUES_PATH}:${line})`);
  const shown = lines.slice(0, NAMES_SHOWN).map(({ line }) => `${line}p`);
  return {
    problem: `Merged, closed by this sweep again and again, and still open on ${branch}: ${list(places)}`,
    hint: `See what stands there with: git show origin/${branch}:${ISSUES_PATH} | sed -n '${shown.join(';')}'; then set its \`status\` to \`closed\` in a commit of your own.`,
  };
}

export const WAITS_FOR: Readonly<Record<WaitsFor, string>> = {
  time: 'waits',
  person: 'needs a person',
  'its author': 'held',
};

/** Names come from outside: as code they mention nobody and are no markup. */
function code(name: string): string {
  return `\`${name.replace(/[`\s]+/g, ' ')}\``;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length <= NAMES_SHOWN ? shown : `${shown} and ${names.length - NAMES_SHOWN} more`;
}
