/**
 * The committed file `.beads/issues.jsonl` as a message board: one JSON object per line, each edited alone.
 * No other byte is ever changed: nothing is re-sorted, and no other line is written anew.
 */
import type { IssueId } from './ids.ts';
import { isNameable } from './ids.ts';
import { goJson, isObject, type Json, parseObject, setMembers } from './json-text.ts';

export const ISSUES_PATH = '.beads/issues.jsonl';

/** A line as both halves read it. A line without `metadata.round` was not published by Heddle. */
export type Line = {
  id: IssueId;
  open: boolean;
  /** Undefined if the line does not spell a round. */
  round: number | undefined;
  closeReason: string;
  pullRequest: number | undefined;
};

/** A line where it stands; the span is that of its object, from brace to brace. */
type Located = { start: number; end: number; json: Json; line: Line };

/** Files beyond this are refused rather than read: a real one of 5,000 issues has about 3 MB. */
export const MAX_ISSUES_BYTES = 64 * 1024 * 1024;

/** The line of one issue; when an id occurs more than once, closed wins, then the newest. Undefined if there is none. */
export function findLine(file: string, id: IssueId): Line | undefined {
  return locate(file, id)?.line;
}

/** The number of that line in the file, from 1. */
export function lineNumberOf(file: string, id: IssueId): number | undefined {
  const located = locate(file, id);
  return located === undefined ? undefined : file.slice(0, located.start).split('\n').length;
}

/** The line of every issue, as `findLine` would choose it. One pass: looking each up on its own takes 9 s for 5,000. */
export function allLines(file: string): ReadonlyMap<IssueId, Line> {
  const best = new Map<IssueId, Located>();
  for (const located of issuesIn(file)) {
    const { id } = located.line;
    best.set(id, better(best.get(id), located));
  }
  return new Map([...best].map(([id, { line }]) => [id, line]));
}

/** Every well-formed line that spells `metadata.round`, by id; the others are none of Heddle's business. */
export function publishedLines(file: string): ReadonlyMap<IssueId, Line> {
  return new Map([...allLines(file)].filter(([, { round }]) => round !== undefined));
}

/** What a close writes into a line, apart from the status. */
type Close = { reason: string; pullRequest: number | undefined; now: Date };

/**
 * The file with one line closed and every other byte as it was; undefined if there is no open line of that id and round.
 * `updated_at` is the later of now and the old value plus a second, so that an import takes the line as newer.
 */
export function closeLine(file: string, id: IssueId, round: number, close: Close): string | undefined {
  const located = locate(file, id);
  if (located === undefined) return undefined;
  const { line, json } = located;
  if (!line.open || (line.round ?? 1) !== round) return undefined;
  const at = laterOf(close.now, json['updated_at']);
  const says = { status: 'closed', updated_at: at, closed_at: at, close_reason: close.reason };
  const merged = { metadata: { phase: 'merged', pr_number: close.pullRequest } };
  const changes = close.pullRequest === undefined ? says : { ...says, ...merged };
  return replaced(file, located, setMembers(file.slice(located.start, located.end), changes));
}

/**
 * The file with the issue's line published for a round: appended, or written anew in place when an older line stands there.
 * `exported` is the issue's line as `bd export` prints it; what is local to a worker is taken out of it.
 */
export function publishLine(file: string, exported: string, id: IssueId, round: number, now: Date): string {
  const source = parseObject(exported);
  if (source === undefined || source['id'] !== id) {
    throw new Error(`expected the exported line of ${id}, got ${JSON.stringify(exported.slice(0, 80))}`);
  }
  const line: Json = { ...source, status: 'open', metadata: { round } };
  for (const key of ['assignee', 'started_at', 'closed_at', 'close_reason', 'lease_expires_at']) delete line[key];
  let text = file;
  for (let located = locate(text, id); located !== undefined; located = locate(text, id)) {
    text = replaced(text, located, goJson({ ...line, updated_at: laterOf(now, located.json['updated_at']) }));
    const winner = findLine(text, id);
    // A copy of the old line that outranks the new one would undo the publish for ever: it says the same from now on.
    if (winner?.open === true && winner.round === round) return text;
  }
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${separator}${goJson(line)}\n`;
}

/** The id of a line as `bd export` prints it, or undefined for a line of another kind (memories, counts). */
export function idOfExportedLine(text: string): IssueId | undefined {
  const json = parseObject(text);
  if (json === undefined || (json['_type'] !== undefined && json['_type'] !== 'issue')) return undefined;
  const id = json['id'];
  return typeof id === 'string' && isNameable(id) ? id : undefined;
}

function lineOf(json: Json): Line | undefined {
  const id = json['id'];
  if (typeof id !== 'string' || !isNameable(id)) return undefined;
  const metadata = isObject(json['metadata']) ? json['metadata'] : {};
  const { round, pr_number: pullRequest } = metadata;
  const closeReason = json['close_reason'];
  return {
    id,
    open: !isClosed(json),
    round: typeof round === 'number' && Number.isSafeInteger(round) && round > 0 ? round : undefined,
    closeReason: typeof closeReason === 'string' ? closeReason : '',
    pullRequest: typeof pullRequest === 'number' && Number.isSafeInteger(pullRequest) ? pullRequest : undefined,
  };
}

function locate(file: string, id: IssueId): Located | undefined {
  let best: Located | undefined;
  for (const located of issuesIn(file, id)) best = better(best, located);
  return best;
}

/** What a line has that spells this id: the id letter by letter, or an escape for a character that an id may hold. */
const spelling = (id: IssueId) => new RegExp(`${id.replaceAll('.', '\\.')}|\\\\u00(?:2[de]|3\\d|[4-7][\\da-f])`, 'gi');

/**
 * The one reader: each line that is an issue, or those of one issue, by what the line parses to. For one issue only lines
 * that can spell its id are parsed: 3 ms instead of 50 on 10,000 lines.
 */
function* issuesIn(file: string, id?: IssueId): Generator<Located> {
  if (id !== undefined && !isNameable(id)) return;
  const sought = id === undefined ? /[^\n]/g : spelling(id);
  for (let hit = sought.exec(file); hit !== null; hit = sought.exec(file)) {
    const start = file.lastIndexOf('\n', hit.index - 1) + 1;
    const newline = file.indexOf('\n', hit.index);
    const end = newline < 0 ? file.length : newline;
    sought.lastIndex = end;
    const json = parseObject(file.slice(start, end));
    const line = json === undefined ? undefined : lineOf(json);
    if (json !== undefined && line !== undefined && (id === undefined || line.id === id)) {
      yield { start: file.indexOf('{', start), end: file.lastIndexOf('}', end) + 1, json, line };
    }
  }
}

function better(known: Located | undefined, other: Located): Located {
  return known === undefined || outranks(other, known) ? other : known;
}

function outranks(a: Located, b: Located): boolean {
  if (a.line.open !== b.line.open) return !a.line.open;
  return timeOf(a.json['updated_at']) > timeOf(b.json['updated_at']);
}

/** A tombstone is how `bd` before 0.50 wrote an issue that was deleted. */
function isClosed(json: Json): boolean {
  return json['status'] === 'closed' || json['status'] === 'tombstone' || typeof json['closed_at'] === 'string';
}

function replaced(file: string, { start, end }: Located, text: string): string {
  return file.slice(0, start) + text + file.slice(end);
}

function timeOf(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}

/** The last second that RFC 3339 can write: nothing is later than a line that has it. */
const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z') / 1000;

function laterOf(now: Date, old: unknown): string {
  const next = Math.min(Math.floor(timeOf(old) / 1000) + 1, LAST_SECOND);
  const seconds = Math.max(Math.floor(now.getTime() / 1000), next);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
