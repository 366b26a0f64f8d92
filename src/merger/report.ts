/** What a sweep tells: to outputs as JSON, to people as Markdown. */
import type { ExitName, Problem } from '../domain/errors.ts';
import type { IssueId, Sha } from '../domain/ids.ts';
import { lineNumberOf } from '../domain/lines.ts';
import { adviceOn, cell, WAITS_FOR } from '../review/messages.ts';
import type { WaitsFor } from '../review/review.ts';
import type { Judged } from './decide.ts';
import { mayHaveLanded } from './landing/state.ts';
import { closeRefusedAdvice, stillOpenAdvice, unfitAdvice } from './messages.ts';
import type { SweepState } from './sweep-state.ts';
import type { OwedClose, Rules, View } from './view.ts';

export type Trouble = Problem & { exit: ExitName };

/** An open pull request that names a task and was not landed. `left alone`: Heddle writes nothing to it. */
export type Waiting = {
  pullRequest: number;
  url: string;
  title: string;
  task: IssueId;
  round: number;
  head: Sha;
  waitsFor: WaitsFor | 'left alone';
  reasons: readonly Problem[];
};

export type SweepReport = {
  base: string;
  stateBranch: string;
  merged: readonly OwedClose[];
  closed: readonly OwedClose[];
  waiting: readonly Waiting[];
  /** Why the sweep stopped early, or could not do all of it. */
  trouble: Trouble | undefined;
};

export function reportOf(swept: {
  rules: Rules;
  state: SweepState;
  judged: readonly Judged[];
  view: View | undefined;
  /** Closes that changed nothing. */
  inVain: readonly OwedClose[];
  /** Why the sweep stopped early, and what it could not say to people. */
  stopped: Trouble | undefined;
  unsaid: Trouble | undefined;
}): SweepReport {
  const { rules, state, judged, view, inVain, stopped, unsaid } = swept;
  return {
    base: rules.base,
    stateBranch: rules.stateBranch,
    merged: landedBy(state),
    closed: state.closed.filter(({ task }) => !inVain.some((one) => one.task === task)),
    waiting: [
      ...judged.flatMap(waitingOf),
      ...(view?.bystanders ?? []).map((one) => bystander(one, rules.stateBranch)),
    ],
    trouble: stopped ?? stillOpen(rules, state, inVain) ?? unsaid ?? refused(rules, state),
  };
}

function stillOpen(rules: Rules, { lines }: SweepState, inVain: readonly OwedClose[]): Trouble | undefined {
  if (inVain.length === 0) return undefined;
  const places = inVain.map(({ task }) => ({ task, line: lineNumberOf(lines?.content ?? '', task) }));
  return { ...stillOpenAdvice(rules.stateBranch, places), exit: 'config' };
}

function refused(rules: Rules, { closeRefused }: SweepState): Trouble | undefined {
  if (closeRefused === undefined) return undefined;
  return { ...closeRefusedAdvice(rules.stateBranch, closeRefused), exit: 'access' };
}

/** A landing whose answer was lost shows as a close of what this sweep tried to land. */
function landedBy({ landed, closed, landing }: SweepState): readonly OwedClose[] {
  const known = new Set(landed.map(({ pullRequest }) => pullRequest));
  return [
    ...landed,
    ...closed.filter(({ pullRequest }) => mayHaveLanded(landing, pullRequest) && !known.has(pullRequest)),
  ];
}

function waitingOf({ candidate, verdict }: Judged): Waiting[] {
  const { pullRequest, task, round } = candidate;
  const { number, url, title, head } = pullRequest;
  const row = { pullRequest: number, url, title, task, round, head };
  if (verdict.is === 'waiting') {
    return [{ ...row, waitsFor: verdict.for, reasons: verdict.reasons.map(adviceOn) }];
  }
  const advice = { problem: 'this sweep ended before its turn', hint: 'Nothing to do: the next sweep goes on.' };
  return [{ ...row, waitsFor: 'time', reasons: [advice] }];
}

function bystander(one: View['bystanders'][number], stateBranch: string): Waiting {
  const { pullRequest, task, round, because } = one;
  const { number, url, title, head } = pullRequest;
  const reasons = [unfitAdvice(because, task, stateBranch)];
  return { pullRequest: number, url, title, task, round, head, waitsFor: 'left alone', reasons };
}

const URGENCY: readonly Waiting['waitsFor'][] = ['person', 'left alone', 'its author', 'time'];

/** Markdown for a job summary: what needs attention first. `requests`: how many the sweep has sent. */
export function summaryOf(report: SweepReport, requests?: number): string {
  const parts = [`## Heddle on \`${report.base}\``];
  if (report.trouble !== undefined) parts.push(`**${report.trouble.problem}.** ${report.trouble.hint}`);
  const waiting = [...report.waiting].sort((a, b) => URGENCY.indexOf(a.waitsFor) - URGENCY.indexOf(b.waitsFor));
  if (waiting.length > 0) {
    parts.push(
      ['| waits | task | | why | what to do |', '| --- | --- | --- | --- | --- |', ...waiting.map(waitingRow)].join(
        '\n',
      ),
    );
  }
  const merged = report.merged.map(
    (one) => `- merged ${link(one)} (\`${one.task}\`) in \`${one.commit.slice(0, 12)}\`${afterGreen(one)}`,
  );
  const closed = report.closed.map((one) => `- closed \`${one.task}\` (${link(one)})`);
  if (merged.length + closed.length > 0) parts.push([...merged, ...closed].join('\n'));
  if (parts.length === 1) parts.push('Nothing to merge, nothing to close.');
  if (requests !== undefined) parts.push(`${requests} requests to GitHub.`);
  return `${parts.join('\n\n')}\n`;
}

function afterGreen({ greenSeconds }: OwedClose): string {
  return greenSeconds === undefined ? '' : `, ${greenSeconds} s after it was green`;
}

function waitingRow(row: Waiting): string {
  const state = row.waitsFor === 'left alone' ? 'left alone' : WAITS_FOR[row.waitsFor];
  const problems = row.reasons.map(({ problem }) => cell(problem)).join('<br>');
  const hints = row.reasons.map(({ hint }) => cell(hint)).join('<br>');
  return `| ${link(row)} | \`${row.task}\` | ${state} | ${problems} | ${hints} |`;
}

function link({ pullRequest, url }: { pullRequest: number; url: string }): string {
  return `[#${pullRequest}](${url})`;
}
