/** `heddle explain`: why one task is not started, not merged or not closed, by the decisions that `status` shows. Nothing is written. */
import { blockersOf, epicOf, indexIssues, outermost, parentOf } from '../../domain/epic.ts';
import { type Problem, UserError } from '../../domain/errors.ts';
import { type IssueId, tokenOf } from '../../domain/ids.ts';
import { HAND_BACK_KINDS, type HandBacks, type Issue, isHalfClosed, type Waits } from '../../domain/issue.ts';
import { noSuchTask } from '../../domain/task.ts';
import { adviceOn } from '../../review/messages.ts';
import { decide } from '../decide.ts';
import type { Standing } from '../intent.ts';
import { noPullRequest, type Told, tellContainer, tellStanding } from '../messages/moves.ts';
import { waitsOf } from '../messages/waits.ts';
import { issuesOf, lookAround, lookAtBeads, type Names, type Readers, viewOf } from '../observe.ts';
import type { Limits, View } from '../view.ts';

/** By its id, or by the number of its pull request. */
export type Asked = { task: string } | { pullRequest: number };

/** Of what a task waits for: nearest first, each followed by what it waits for itself. */
type Link = { task: IssueId; title: string } & Told;

export type Explanation = {
  task: IssueId;
  title: string;
  /** What has not happened yet, the first of it; undefined where the task is closed. */
  not: 'started' | 'merged' | 'closed' | undefined;
  standing: Standing['is'];
  /** The word that Beads is told; undefined where Beads is told nothing. */
  waits: Waits | undefined;
  pullRequest: number | undefined;
  /** All that is against its pull request, each with what repairs it. */
  against: readonly Problem[];
  /** How often its pull request went back to its worker in this round, by kind. */
  handedBack: HandBacks;
  chain: readonly Link[];
} & Told;

export async function explain(readers: Readers, names: Names, limits: Limits, asked: Asked): Promise<Explanation> {
  const beads = await lookAtBeads(readers);
  const known = indexIssues(beads.issues);
  const task = 'task' in asked ? taskOf(asked.task, known) : taskWith(asked.pullRequest, beads.issues);
  const trees = treesAround(task, beads.issues, known);
  const look = await lookAround(readers, names, beads, [...trees.values()].flatMap(issuesOf));
  const settings = { ...limits, token: tokenOf(look.host, readers.clock.nonce()) };
  const standings = new Map<IssueId, Standing>();
  for (const tree of trees.values())
    for (const { task: id, standing } of decide(viewOf(look, tree), settings).standings) standings.set(id, standing);
  const standing = standings.get(task.id);
  if (standing === undefined) throw noSuchTask(task.id);
  const { metadata, title } = task;
  return {
    task: task.id,
    title,
    not: missing(standing, task),
    standing: standing.is,
    waits: waitsOf({ task: task.id, standing })?.waits ?? handedBackFor(task),
    pullRequest: 'pullRequest' in standing ? standing.pullRequest : metadata.pr_number,
    ...told(task.id, task, standing, known),
    against: (look.reviews.get(task.id)?.way.reasons ?? []).map(adviceOn),
    handedBack: metadata.handed_back ?? {},
    chain: chainOf(task, known, standings),
  };
}

function taskOf(id: string, known: ReadonlyMap<IssueId, Issue>): Issue {
  const issue = [...known.values()].find((one) => one.id === id);
  if (issue === undefined) throw noSuchTask(id);
  if (issue.type !== 'epic' && childrenOf(issue.id, known).length === 0) return issue;
  throw new UserError(`${issue.id} is no task: it is closed when all below it is.`, {
    hint: `See what is below it with: heddle status --epic ${issue.id}`,
    exit: 'beads',
  });
}

function taskWith(pullRequest: number, issues: readonly Issue[]): Issue {
  const task = issues.find(({ metadata }) => metadata.pr_number === pullRequest);
  if (task !== undefined) return task;
  throw noPullRequest(pullRequest);
}

/** The epics of a task and of all that it waits for, by what stands at their top; a task that is below none stands alone. */
function treesAround(
  task: Issue,
  issues: readonly Issue[],
  known: ReadonlyMap<IssueId, Issue>,
): ReadonlyMap<IssueId, View['epic']> {
  const trees = new Map<IssueId, View['epic']>();
  const seen = new Set<IssueId>([task.id]);
  for (const id of seen) {
    const issue = known.get(id);
    if (issue === undefined) continue;
    const below = childrenOf(id, known);
    const root = outermost(issue, known) ?? id;
    if (!trees.has(root)) {
      const alone = { tasks: issue.type === 'epic' ? [] : [issue], containers: [], children: new Map() };
      trees.set(root, root === id && below.length === 0 ? alone : epicOf(issues, root));
    }
    for (const one of waitsOn(issue, known)) seen.add(one);
  }
  return trees;
}

/** What has to be closed first: of a container all that is below it, of a task its blockers. */
function waitsOn(issue: Issue, known: ReadonlyMap<IssueId, Issue>): readonly IssueId[] {
  if (issue.status === 'closed') return [];
  const below = childrenOf(issue.id, known).filter(({ status }) => status !== 'closed');
  return below.length > 0 ? below.map(({ id }) => id) : blockersOf(issue, known);
}

function childrenOf(id: IssueId, known: ReadonlyMap<IssueId, Issue>): Issue[] {
  return [...known.values()].filter((issue) => parentOf(issue, known) === id);
}

/** Whatever is not a task that waits for a start ends its branch of the chain: it says itself who moves. */
function chainOf(
  task: Issue,
  known: ReadonlyMap<IssueId, Issue>,
  standings: ReadonlyMap<IssueId, Standing>,
): readonly Link[] {
  const links: Link[] = [];
  const seen = new Set<IssueId>([task.id]);
  const follow = (issue: Issue): void => {
    for (const id of waitsOn(issue, known)) {
      if (seen.has(id)) continue;
      seen.add(id);
      const on = known.get(id);
      const standing = standings.get(id);
      links.push({ task: id, title: on?.title ?? '', ...told(id, on, standing, known) });
      if (on !== undefined && (standing === undefined || standing.is === 'blocked')) follow(on);
    }
  };
  if (standings.get(task.id)?.is === 'blocked') follow(task);
  return links;
}

function told(
  id: IssueId,
  issue: Issue | undefined,
  standing: Standing | undefined,
  known: ReadonlyMap<IssueId, Issue>,
): Told {
  if (issue === undefined || standing === undefined) return tellContainer(id, issue);
  return tellStanding({ task: issue, standing, epic: outermost(issue, known), handedBack: handedBackFor(issue) });
}

function missing(standing: Standing, task: Issue): Explanation['not'] {
  switch (standing.is) {
    case 'closed':
      return undefined;
    case 'merged, close owed':
      return 'closed';
    case 'closing':
      if (task.status === 'closed') return undefined;
      return task.status === 'open' ? 'started' : 'closed';
    default:
      if (isHalfClosed(task)) return 'closed';
      return task.status === 'in_progress' ? 'merged' : 'started';
  }
}

/** What its worker has it back for. */
function handedBackFor({ status, metadata }: Issue): Waits | undefined {
  if (status !== 'in_progress' || metadata.phase === 'pr_created') return undefined;
  return HAND_BACK_KINDS.find((kind) => kind === metadata.waits);
}
