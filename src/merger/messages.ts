/** All that the merger says to people. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import type { Problem } from '../domain/errors.ts';
import type { IssueId, Sha } from '../domain/ids.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import { evidenceIn } from '../review/evidence.ts';
import { landingLooked } from '../review/landing/messages.ts';
import { adviceOn, cell, code, list, problemsOf } from '../review/messages.ts';
import type { Reason, Verdict } from '../review/review.ts';
import type { Candidate, OwedClose, Rules, Unfit } from './view.ts';

/** Contained in the merger's one comment, so that it finds it again. */
export const COMMENT_MARKER = '<!-- heddle verdict -->';
/** A subject with more ids than this gives their number instead; the body lists all of them. */
const IDS_IN_SUBJECT = 4;
const NAMES_SHOWN = 10;

/** The one comment on a pull request that needs a person: of one head, with every reason and what repairs it. */
export function verdictComment(verdict: { head: Sha; task: IssueId; reasons: readonly Reason[] }): string {
  const lines = verdict.reasons.map(adviceOn).map(({ problem, hint }) => `- ${problem}. ${hint}`);
  return [
    `Heddle does not merge this (\`${verdict.head.slice(0, 12)}\`, task \`${verdict.task}\`), because`,
    '',
    ...lines,
    '',
    'Heddle looks at this pull request again whenever something changes here.',
    COMMENT_MARKER,
  ].join('\n');
}

/** What becomes of that comment when nobody is needed any more: one sentence, the same for every head. */
export function settledComment(verdict: Verdict): string {
  const says =
    verdict.is === 'waiting' && verdict.for === 'its author'
      ? `Heddle does not merge this, because ${problemsOf(verdict.reasons)}.`
      : 'What Heddle asked for here is settled: it merges this by itself once checks and reviews allow it.';
  return `${says}\n${COMMENT_MARKER}`;
}

const MAX_TITLE = 140;

/** Of what only waits, no more than the kind: else it would be said anew with each check that ends. */
export function checkTitle(verdict: Verdict): string {
  if (verdict.is !== 'waiting') return 'Nothing keeps this from being merged';
  const says = verdict.for === 'person' ? problemsOf(verdict.reasons) : verdict.reasons.map(shortly).join('; ');
  const title = `${verdict.for === 'person' ? 'Needs somebody' : 'Waits'}: ${says}`.replaceAll('`', '');
  return title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE - 1)}…`;
}

function shortly(reason: Reason): string {
  if (reason.is === 'check pending') return 'checks have not all reported';
  return reason.is === 'review needed' ? 'its paths need an approval' : adviceOn(reason).problem;
}

export const forbiddenPathNote = 'Tasks may not change this path.';

/** Markdown: each rule, how it stands, and what it looked at. */
export function checkSummary(candidate: Candidate, reasons: readonly Reason[], rules: Rules): string {
  const rows = rulesLookedAt(candidate, rules).map(({ rule, looked, kinds }) => {
    const against = reasons.filter(({ is }) => kinds.includes(is)).map(adviceOn);
    const stands = against.map(({ problem, hint }) => `${problem}. ${hint}`).join('<br>') || 'in order';
    return `| ${rule} | ${stands.split('<br>').map(cell).join('<br>')} | ${cell(looked)} |`;
  });
  return [
    `Task \`${candidate.task}\`, round ${candidate.round}, at \`${candidate.pullRequest.head.slice(0, 12)}\`.`,
    '',
    '| rule | how it stands | what it looked at |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

type RuleLookedAt = { rule: string; looked: string; kinds: readonly Reason['is'][] };

function rulesLookedAt({ pullRequest, checks, files }: Candidate, rules: Rules): RuleLookedAt[] {
  const { draft, labels, changedLines, review, headApproved } = pullRequest;
  const { runs, statuses } = evidenceIn(checks, rules);
  const reported = [
    ...runs.map(({ name, conclusion }) => `${code(name)} (${conclusion ?? 'runs'})`),
    ...statuses.map(({ name, state }) => `${code(name)} (${state})`),
  ];
  const required = [...rules.required.map(({ name }) => name), ...rules.merge.required].map(code);
  const paths = files === undefined ? 'not read yet: the rest comes first' : `${files.paths.length} changed paths`;
  return [
    {
      rule: 'nobody has stopped it',
      looked: `draft: ${draft ? 'yes' : 'no'}; labels: ${labels === undefined ? 'too many' : listOr(labels.map(code))}`,
      kinds: ['draft', 'on hold', 'labels unread'],
    },
    {
      rule: 'its checks are green',
      looked: `reported: ${listOr([...new Set(reported)])}; required: ${listOr([...new Set(required)])}`,
      kinds: ['check failed', 'check pending', 'check overdue', 'no checks'],
    },
    {
      rule: 'its reviewers agree',
      looked: `reviews: ${review}; this head is ${headApproved ? '' : 'not '}approved; needed for: ${listOr(rules.needsReview.map(code))}`,
      kinds: ['review required', 'review needed', 'changes requested'],
    },
    {
      rule: 'it is small enough',
      looked: `${changedLines} changed lines, of at most ${rules.merge.maxChangedLines}`,
      kinds: ['too large'],
    },
    {
      rule: 'it leaves alone what tasks may not change',
      looked: `${paths}; refused: ${listOr(rules.forbiddenPaths.map(code))}`,
      kinds: ['forbidden paths', 'files unread', 'workflow edit'],
    },
    { rule: 'the base takes it', looked: landingLooked(pullRequest, rules), kinds: ['cannot land'] },
  ];
}

function listOr(names: readonly string[]): string {
  return names.length === 0 ? 'none' : list(names);
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
    problem: `These tasks are merged, this sweep has closed them several times, and they are still open on ${branch}: ${list(places)}`,
    hint: `See the lines with: git show origin/${branch}:${ISSUES_PATH} | sed -n '${shown.join(';')}'; then set their \`status\` to \`closed\` in a commit of your own.`,
  };
}
