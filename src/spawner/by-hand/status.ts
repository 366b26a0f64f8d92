/** `heddle status`: where every task of an epic, or of all that are open, stands; by one look, and nothing is written. */
import { type Epic, epicOf } from '../../domain/epic.ts';
import { errorText, UserError } from '../../domain/errors.ts';
import { tokenOf } from '../../domain/ids.ts';
import type { Issue } from '../../domain/issue.ts';
import { decide } from '../decide.ts';
import type { Standing, TaskStanding } from '../intent.ts';
import { describeStanding, nextCommand } from '../messages/standings.ts';
import { issuesOf, lookAround, lookAtBeads, type Names, type Readers, viewOf } from '../observe.ts';
import type { Limits, PassSettings, View } from '../view.ts';

export type StatusRow = {
  task: string;
  title: string;
  standing: string;
  phase: string;
  why: string;
  next: string;
  /** The process of its worker, and the host that it is on. */
  process: string;
  /** Seconds since a worker first began it; undefined before. */
  ageSeconds: number | undefined;
  attempt: number | undefined;
  pullRequest: number | undefined;
};

/** Without `epic`, an open epic that cannot be shown is told, and the others are shown all the same. */
export async function statusOf(
  readers: Readers,
  names: Names,
  limits: Limits,
  epic: string | undefined,
  tell: (text: string) => void,
): Promise<readonly StatusRow[]> {
  const beads = await lookAtBeads(readers);
  const ids = epic === undefined ? openEpics(beads.issues) : [epic];
  const { epics, failures } = treesOf(beads.issues, ids);
  const look = await lookAround(readers, names, beads, epics.flatMap(issuesOf));
  const settings = { ...limits, token: tokenOf(look.host, readers.clock.nonce()) };
  const rows = epics.flatMap((one) => rowsOf(viewOf(look, one), settings));
  for (const failure of failures) tell(errorText(failure));
  return rows;
}

/** Throws the failure of the first epic where none can be shown. */
function treesOf(issues: readonly Issue[], ids: readonly string[]): { epics: Epic[]; failures: UserError[] } {
  const epics: Epic[] = [];
  const failures: UserError[] = [];
  for (const id of ids) {
    try {
      epics.push(epicOf(issues, id));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first !== undefined && epics.length === 0) throw first;
  return { epics, failures };
}

function rowsOf(view: View, settings: PassSettings): readonly StatusRow[] {
  const byId = new Map(view.epic.tasks.map((task) => [task.id, task]));
  return byUrgency(decide(view, settings).standings).map((standing) =>
    rowOf(standing, byId.get(standing.task), view.now),
  );
}

function openEpics(issues: readonly Issue[]): string[] {
  const epics = issues.filter(
    (issue) => issue.type === 'epic' && issue.status !== 'closed' && issue.parent === undefined,
  );
  const [first] = epics;
  if (first !== undefined) return epics.map(({ id }) => id);
  throw new UserError('There is no open epic in Beads.', {
    hint: 'Make one with: heddle import FILE (or look at one that is closed: heddle status --epic ID)',
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
  'ready',
  'waiting for a slot',
  'blocked',
  'closed',
];

function byUrgency(standings: readonly TaskStanding[]): readonly TaskStanding[] {
  return [...standings].sort((a, b) => URGENCY.indexOf(a.standing.is) - URGENCY.indexOf(b.standing.is));
}

function rowOf({ task, title, standing }: TaskStanding, issue: Issue | undefined, now: Date): StatusRow {
  const { metadata, startedAt = '', status = '' } = issue ?? {};
  const begun = Date.parse(startedAt);
  const process = metadata?.agent_pid === undefined ? '' : `${metadata.agent_pid}@${metadata.agent_host ?? '?'}`;
  return {
    task,
    title,
    standing: standing.is,
    phase: status === 'in_progress' ? (metadata?.phase ?? status) : status,
    why: describeStanding(standing),
    next: nextCommand({ task, standing }) ?? '',
    process: status === 'closed' ? '' : process,
    ageSeconds:
      Number.isNaN(begun) || status === 'closed' ? undefined : Math.max(0, Math.round((now.getTime() - begun) / 1000)),
    attempt: metadata?.attempt,
    pullRequest: metadata?.pr_number,
  };
}
