/** What a verdict says to people. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import type { Problem } from '../domain/errors.ts';
import type { Awaited } from './checks.ts';
import { landingAdvice } from './landing/messages.ts';
import type { Reason, WaitsFor } from './review.ts';

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
      return { problem: waitsFor(reason), hint: 'Nothing to do: Heddle goes on when the checks have reported.' };
    case 'check overdue':
      return {
        problem: `${waitsFor(reason)}, for longer than \`merge.checks_deadline_minutes\``,
        hint: 'Look whether the check runs on this branch at all: a required check that never reports keeps the pull request from being merged.',
      };
    case 'no checks':
      return noChecks(reason.skipped);
    case 'review required':
      return { problem: 'an approving review is required', hint: 'Review the pull request.' };
    case 'review needed':
      return {
        problem: `it changes paths that need an approval: ${list(reason.paths.map(code))}`,
        hint: 'Review and approve this head; whoever may write here can.',
      };
    case 'changes requested':
      return {
        problem: 'a reviewer asks for changes',
        hint: 'Push the changes, then have the review renewed or dismissed.',
      };
    case 'too large':
      return {
        problem: `it changes ${reason.lines} lines, more than the limit of ${reason.limit}`,
        hint: `Review and merge the pull request yourself, or raise \`merge.max_changed_lines\` in ${CONFIG_PATH}.`,
      };
    case 'forbidden paths':
      return {
        problem: `it changes paths that tasks may not change: ${list(reason.paths.map(code))}`,
        hint: 'Review and merge the pull request yourself, or push a commit that restores these paths.',
      };
    case 'files unread':
      return {
        problem: 'it changes more files than GitHub lists',
        hint: 'Review and merge the pull request yourself.',
      };
    case 'workflow edit':
      return {
        problem: 'it changes workflows, which the token of a workflow run may not merge',
        hint: 'Merge the pull request yourself, or give the action a token that may merge it (of a GitHub App, or a personal access token).',
      };
    case 'cannot land':
      return landingAdvice(reason.because);
    default:
      return reason satisfies never;
  }
}

function noChecks(skipped: readonly string[]): Problem {
  if (skipped.length === 0) {
    return {
      problem: 'no check has reported on its head',
      hint: `If this repository has no CI, state that in ${CONFIG_PATH}: \`merge: { checks: none }\`.`,
    };
  }
  return {
    problem: `no check has tested its head; these ended without a success: ${list(skipped.map(code))}`,
    hint: 'Run a check that tests the head: a job that is skipped tests nothing.',
  };
}

function waitsFor(reason: Awaited): string {
  const parts: string[] = [];
  if (reason.running.length > 0) parts.push(`checks run: ${list(reason.running.map(code))}`);
  if (reason.missing.length > 0) parts.push(`required checks have not reported: ${list(reason.missing.map(code))}`);
  if (reason.skipped.length > 0)
    parts.push(`required checks ended without a success: ${list(reason.skipped.map(code))}`);
  return parts.join('; ');
}

export const WAITS_FOR: Readonly<Record<WaitsFor, string>> = {
  time: 'waits',
  person: 'needs a person',
  'its author': 'held',
};

/** Names come from outside: as code they mention nobody and are no markup. */
export function code(name: string): string {
  return `\`${name.replace(/[`\s\p{Cc}]+/gu, ' ')}\``;
}

export function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length <= NAMES_SHOWN ? shown : `${shown} and ${names.length - NAMES_SHOWN} more`;
}

/** Why a pull request goes back, or needs a person, as one line without advice for people. */
export function problemsOf(reasons: readonly Reason[]): string {
  return reasons.map((reason) => adviceOn(reason).problem).join('; ');
}

/** Text from outside must not end a cell, nor bring tags into the page. */
export function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|');
}
