/** Reads everything that a sweep decides on. A read that fails ends the look: nothing is decided on half of it. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import { UserError } from '../domain/errors.ts';
import { branchOf, type IssueId } from '../domain/ids.ts';
import { ISSUES_PATH, type Line, publishedLines } from '../domain/lines.ts';
import { markerMatchesBranch, parseMarker } from '../domain/marker.ts';
import { markReports } from '../review/reports.ts';
import { review } from '../review/review.ts';
import { classify } from './candidate.ts';
import { COMMENT_MARKER } from './messages.ts';
import type { SweepState } from './sweep-state.ts';
import type {
  Bystander,
  Candidate,
  HeadDetails,
  MergerReader,
  OpenPullRequest,
  OwedClose,
  Rules,
  View,
} from './view.ts';

export async function observe(
  github: MergerReader,
  rules: Rules,
  state: SweepState,
  times: { now: Date; late: boolean },
): Promise<View> {
  // What does not need one another's answer is asked for at once, and costs one request.
  const [lines, listed] = await Promise.all([observeLines(github, rules, state), github.openPullRequests(rules.base)]);
  const open = listed.filter(
    // GitHub may list a pull request for a moment after this sweep has landed it.
    ({ number }) => !state.landed.some((landed) => landed.pullRequest === number),
  );
  const trusted = [...rules.merge.trusted, ...(await observeWriters(github, open, lines, rules, state))];
  // Lines and open pull requests are read before what has merged, so that one that merges meanwhile is never missed.
  const [owed, details] = await Promise.all([
    observeOwed(github, rules, state, lines),
    github.details(
      sort(open, lines, [], trusted).candidates.map(({ pullRequest: { number, head } }) => ({ number, head })),
      COMMENT_MARKER,
    ),
  ]);
  const { candidates, bystanders } = sort(open, lines, owed, trusted);
  const view: View = {
    ...times,
    rules,
    candidates: await withDetails(github, candidates, details, rules, state),
    bystanders,
    owed,
    landing: state.landing,
    closeRefused: state.closeRefused,
    verdictRefused: state.verdictRefused,
  };
  return { ...view, candidates: await readFiles(github, view, state) };
}

/** Authors who may write here. GitHub is asked, because a token that may not see an organization's members takes them for strangers. */
async function observeWriters(
  github: MergerReader,
  open: readonly OpenPullRequest[],
  lines: ReadonlyMap<IssueId, Line>,
  rules: Rules,
  state: SweepState,
): Promise<string[]> {
  const writers: string[] = [];
  for (const pullRequest of open) {
    const found = classify(pullRequest, lines, rules.merge.trusted);
    if (found.is !== 'bystander' || found.because !== 'author is not trusted') continue;
    const { login } = pullRequest.author;
    if (login !== '' && (await state.mayWrite(github, login))) writers.push(login);
  }
  return writers;
}

type Chosen = Pick<Candidate, 'pullRequest' | 'task' | 'round'>;

function sort(
  open: readonly OpenPullRequest[],
  lines: ReadonlyMap<IssueId, Line>,
  owed: readonly OwedClose[],
  trusted: readonly string[],
) {
  const candidates: Chosen[] = [];
  const bystanders: Bystander[] = [];
  for (const pullRequest of open) {
    const found = classify(pullRequest, lines, trusted);
    switch (found.is) {
      case 'candidate': {
        const { task, round } = found;
        // A round lands once: for a pull request that was opened after another one had merged, the line counts as closed.
        const over = owed.some((close) => close.task === task && close.round === round);
        if (over) bystanders.push({ pullRequest, task, round, because: 'line is closed' });
        else candidates.push({ pullRequest, task, round });
        break;
      }
      case 'bystander':
        bystanders.push({ pullRequest, task: found.task, round: found.round, because: found.because });
        break;
      case 'foreign':
        break;
      default:
        found satisfies never;
    }
  }
  return { candidates, bystanders };
}

async function observeLines(
  github: MergerReader,
  rules: Rules,
  state: SweepState,
): Promise<ReadonlyMap<IssueId, Line>> {
  const file = await github.stateFile(rules.stateBranch, ISSUES_PATH);
  // The first publish makes a state branch that is not the base; the base has to be there.
  if (file === undefined && rules.stateBranch === rules.base) {
    throw new UserError(`There is no branch ${rules.base} on GitHub.`, {
      hint: `Push it, or name another as \`base\` in ${CONFIG_PATH}.`,
      exit: 'config',
    });
  }
  const content = file?.content ?? '';
  state.file = file;
  if (state.lines?.content !== content) state.lines = { content, lines: publishedLines(content) };
  return state.lines.lines;
}

/** A pull request whose head GitHub could not describe is left to the next sweep. */
async function withDetails(
  github: MergerReader,
  chosen: readonly Chosen[],
  details: ReadonlyMap<number, HeadDetails>,
  rules: Rules,
  state: SweepState,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const one of chosen) {
    const told = details.get(one.pullRequest.number);
    if (told === undefined) continue;
    const checks = await markReports(told.checks, rules, (suite, names) => state.jobNames(github, suite, names));
    candidates.push({ ...one, ...told, checks, files: state.files.get(filesKey(one.pullRequest)) });
  }
  return candidates;
}

/** Asks only about lines that state a round, and counts only pull requests whose marker and branch agree. */
async function observeOwed(
  github: MergerReader,
  rules: Rules,
  state: SweepState,
  lines: ReadonlyMap<IssueId, Line>,
): Promise<OwedClose[]> {
  const open = [...lines.values()].flatMap(({ id, open, round }) =>
    open && round !== undefined ? [{ id, round }] : [],
  );
  const listed = await github.mergedInto(
    rules.base,
    open.map(({ id, round }) => branchOf(id, round)),
  );
  const owed = new Map<IssueId, OwedClose>();
  for (const { number, url, branch, body, commit } of listed) {
    const marker = parseMarker(body);
    if (marker === undefined || !markerMatchesBranch(marker, branch) || owed.has(marker.task)) continue;
    // A pull request that was merged may not be in the base any more: a base can be reset to an older commit.
    const byUs = state.landed.some((landed) => landed.commit === commit);
    if (!byUs && !(await state.contains(github, rules.base, commit))) continue;
    owed.set(marker.task, { ...marker, pullRequest: number, url, commit });
  }
  for (const landed of state.landed) {
    const isOpen = open.some(({ id, round }) => id === landed.task && round === landed.round);
    if (isOpen && !owed.has(landed.task)) owed.set(landed.task, landed);
  }
  return [...owed.values()];
}

/** Reading the files costs a request per pull request, so it is done only where nothing else keeps it from landing. */
async function readFiles(github: MergerReader, view: View, state: SweepState): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const candidate of view.candidates) {
    const verdict = review(candidate, view);
    if (verdict.is !== 'undecided' || verdict.until !== 'files are read') {
      candidates.push(candidate);
      continue;
    }
    const files = await github.changedFiles(candidate.pullRequest);
    state.files.set(filesKey(candidate.pullRequest), files);
    candidates.push({ ...candidate, files });
  }
  return candidates;
}

function filesKey({ number, head }: OpenPullRequest): string {
  return `${number}@${head}`;
}
