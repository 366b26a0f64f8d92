/** `heddle status`: where every task stands, what needs attention first. */
import type { Terminal } from '../adapters/terminal.ts';
import type { Checkout } from '../connect.ts';
import { type ExitName, UserError } from '../domain/errors.ts';
import { tokenOf } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { decide } from '../spawner/decide.ts';
import type { Standing, TaskStanding } from '../spawner/intent.ts';
import { observe } from '../spawner/observe.ts';
import { describeStanding, nextCommand } from '../wording.ts';
import { limitsOf, openSpawner } from './spawn.ts';

type Row = {
  task: string;
  title: string;
  standing: string;
  phase: string;
  why: string;
  next: string;
  agent: string;
  /** Seconds since a worker first began it; undefined before. */
  ageSeconds: number | undefined;
  attempt: number | undefined;
  pullRequest: number | undefined;
};

export async function statusCommand(
  checkout: Checkout,
  terminal: Terminal,
  flags: { epic: string | undefined; json: boolean },
): Promise<ExitName> {
  const { eyes, names } = await openSpawner(checkout, undefined);
  const epics = flags.epic === undefined ? openEpics(await eyes.beads.snapshot()) : [flags.epic];
  const rows: Row[] = [];
  for (const epic of epics) {
    const view = await observe(eyes, names, epic);
    const decision = decide(view, { ...limitsOf(checkout), token: tokenOf(view.host, checkout.clock.nonce()) });
    const byId = new Map(view.epic.tasks.map((task) => [task.id, task]));
    for (const standing of byUrgency(decision.standings)) rows.push(rowOf(standing, byId.get(standing.task), view.now));
  }
  if (flags.json) {
    terminal.json(rows);
    return 'done';
  }
  terminal.table(
    ['task', 'phase', 'agent', 'age', 'attempt', 'pull request', 'why', 'next'],
    rows.map((row) => [
      row.task,
      row.phase,
      row.agent,
      row.ageSeconds === undefined ? '' : ageText(row.ageSeconds),
      row.attempt === undefined ? '' : String(row.attempt),
      row.pullRequest === undefined ? '' : `#${row.pullRequest}`,
      row.why,
      row.next,
    ]),
  );
  return 'done';
}

function openEpics(issues: readonly Issue[]): string[] {
  const epics = issues.filter(
    (issue) => issue.type === 'epic' && issue.status !== 'closed' && issue.parent === undefined,
  );
  const [first] = epics;
  if (first !== undefined) return epics.map(({ id }) => id);
  throw new UserError('There is no open epic in Beads.', {
    hint: 'Name one with: heddle status --epic ID',
    exit: 'beads',
  });
}

/** What a person can move stands first, what is closed last. */
const URGENCY: readonly Standing['is'][] = [
  'needs a person',
  'no room',
  'retry later',
  'merged, close owed',
  'in review',
  'running',
  'running elsewhere',
  'closing',
  'starting',
  'waiting for a slot',
  'blocked',
  'closed',
];

function byUrgency(standings: readonly TaskStanding[]): readonly TaskStanding[] {
  return [...standings].sort((a, b) => URGENCY.indexOf(a.standing.is) - URGENCY.indexOf(b.standing.is));
}

function rowOf({ task, title, standing }: TaskStanding, issue: Issue | undefined, now: Date): Row {
  const { metadata, startedAt = '', status = '' } = issue ?? {};
  const begun = Date.parse(startedAt);
  const agent = metadata?.agent_pid === undefined ? '' : `${metadata.agent_pid}@${metadata.agent_host ?? '?'}`;
  return {
    task,
    title,
    standing: standing.is,
    phase: status === 'in_progress' ? (metadata?.phase ?? status) : status,
    why: describeStanding(standing),
    next: nextCommand(standing) ?? '',
    agent: status === 'closed' ? '' : agent,
    ageSeconds:
      Number.isNaN(begun) || status === 'closed' ? undefined : Math.max(0, Math.round((now.getTime() - begun) / 1000)),
    attempt: metadata?.attempt,
    pullRequest: metadata?.pr_number,
  };
}

function ageText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
