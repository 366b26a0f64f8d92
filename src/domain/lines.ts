/**
 * The committed file `.beads/issues.jsonl` as a message board: one JSON object per line, each edited alone.
 * No other byte is ever changed: nothing is re-sorted, and no other line is written anew.
 */
import type { IssueId } from './ids.ts';
import { isNameable } from './ids.ts';

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

type Json = Record<string, unknown>;
type Located = { start: number; end: number; json: Json };

/** Files beyond this are refused rather than read: a real one of 5,000 issues has about 3 MB. */
export const MAX_ISSUES_BYTES = 64 * 1024 * 1024;

/** The line of one issue; when an id occurs more than once, closed wins, then the newest. Undefined if there is none. */
export function findLine(file: string, id: IssueId): Line | undefined {
  const located = locate(file, id);
  return located === undefined ? undefined : lineOf(located.json);
}

/** The line of every issue, as `findLine` would choose it. One pass: looking each up on its own takes 9 s for 5,000. */
export function allLines(file: string): ReadonlyMap<IssueId, Line> {
  const best = new Map<unknown, Json>();
  for (const { start, end } of spans(file)) {
    const json = parseObject(file.slice(start, end));
    if (json === undefined) continue;
    const known = best.get(json['id']);
    if (known === undefined || outranks(json, known)) best.set(json['id'], json);
  }
  const lines = [...best.values()].flatMap((json) => lineOf(json) ?? []);
  return new Map(lines.map((line) => [line.id, line]));
}

/** Every well-formed line that spells `metadata.round`, by id; the others are none of Heddle's business. */
export function publishedLines(file: string): ReadonlyMap<IssueId, Line> {
  return new Map([...allLines(file)].filter(([, { round }]) => round !== undefined));
}

/** What a close writes into a line, apart from the status. */
export type Close = { reason: string; pullRequest: number | undefined; now: Date };

/**
 * The file with one line closed and every other byte as it was; undefined if there is no open line of that id and round.
 * `updated_at` is the later of now and the old value plus a second, so that an import takes the line as newer.
 */
export function closeLine(file: string, id: IssueId, round: number, close: Close): string | undefined {
  const located = locate(file, id);
  if (located === undefined) return undefined;
  const line = lineOf(located.json);
  if (line === undefined || !line.open || (line.round ?? 1) !== round) return undefined;
  const at = laterOf(close.now, located.json['updated_at']);
  const metadata = {
    ...objectOr(located.json['metadata']),
    ...(close.pullRequest === undefined ? {} : { phase: 'merged', pr_number: close.pullRequest }),
  };
  const closed = {
    ...located.json,
    status: 'closed',
    updated_at: at,
    closed_at: at,
    close_reason: close.reason,
    metadata,
  };
  return replaceSpan(file, located, closed);
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
    text = replaceSpan(text, located, { ...line, updated_at: laterOf(now, located.json['updated_at']) });
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
  const metadata = objectOr(json['metadata']);
  const round = metadata['round'];
  const pullRequest = metadata['pr_number'];
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
  const needle = `"id":${JSON.stringify(id)}`;
  let best: Located | undefined;
  // Only lines that spell the id at all are parsed: 12 ms instead of 44 ms on 10,000 lines.
  for (let at = file.indexOf(needle), end = 0; at >= 0; at = file.indexOf(needle, end)) {
    const start = file.lastIndexOf('\n', at) + 1;
    const newline = file.indexOf('\n', at);
    end = newline < 0 ? file.length : newline;
    const json = parseObject(file.slice(start, end));
    if (json === undefined || json['id'] !== id) continue;
    const candidate = { start, end, json };
    if (best === undefined || outranks(candidate.json, best.json)) best = candidate;
  }
  return best;
}

function isClosed(json: Json): boolean {
  return json['status'] === 'closed' || typeof json['closed_at'] === 'string';
}

function outranks(a: Json, b: Json): boolean {
  if (isClosed(a) !== isClosed(b)) return isClosed(a);
  return timeOf(a['updated_at']) > timeOf(b['updated_at']);
}

function* spans(file: string): Generator<{ start: number; end: number }> {
  for (let start = 0; start < file.length; ) {
    const newline = file.indexOf('\n', start);
    const end = newline < 0 ? file.length : newline;
    if (end > start) yield { start, end };
    start = end + 1;
  }
}

function replaceSpan(file: string, span: { start: number; end: number }, json: Json): string {
  return file.slice(0, span.start) + goJson(json) + file.slice(span.end);
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function timeOf(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}

function laterOf(now: Date, old: unknown): string {
  const seconds = Math.max(Math.floor(now.getTime() / 1000), Math.floor(timeOf(old) / 1000) + 1);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** JSON as Go prints it, which is how `bd` writes the file: a rewrite of an unchanged line is the same bytes. */
function goJson(json: Json): string {
  const escapes: Record<string, string> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  };
  return JSON.stringify(json).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}
