/** `heddle import FILE|FOLDER`: read, plan, one call to Beads. */
import type { IssueId } from '../domain/ids.ts';
import type { BeadsReader, BeadsWriter } from '../ports/beads.ts';
import type { Parsed, Remark, Source } from './epic.ts';
import { parseEpic } from './markdown-epic.ts';
import { type ImportPlan, planImport } from './plan.ts';
import { parsePlanFolder } from './plan-folder.ts';

/** Reads what the path names; `unreadable` says why in words, such as `there is no such file`. */
export type ReadSource = (path: string) => Promise<Source | { kind: 'unreadable'; why: string }>;

export type ImportOutcome =
  /** Written, or with `dryRun` what would be written. */
  | ({ outcome: 'imported'; dryRun: boolean; title: string; remarks: readonly Remark[] } & ImportPlan)
  | ({ outcome: 'nothing to add'; title: string; remarks: readonly Remark[] } & ImportPlan)
  | { outcome: 'unreadable'; path: string; why: string }
  /** Nothing was written. */
  | { outcome: 'refused'; problems: readonly Remark[] };

/** The second run of the same import finds everything there and writes nothing; a run that was cut off is simply run again. */
export async function importPlan(
  outside: {
    beads: Pick<BeadsReader, 'snapshot' | 'prefix'> & Pick<BeadsWriter, 'importLines'>;
    readSource: ReadSource;
  },
  path: string,
  { dryRun }: { dryRun: boolean },
): Promise<ImportOutcome> {
  const source = await outside.readSource(path);
  if (source.kind === 'unreadable') return { outcome: 'unreadable', path, why: source.why };
  const parsed = parseSource(source);
  if ('problems' in parsed) return { outcome: 'refused', problems: parsed.problems };
  const epic = parsed.ok;
  const planned = planImport(epic, await outside.beads.snapshot(), await outside.beads.prefix());
  if ('problems' in planned) return { outcome: 'refused', problems: planned.problems };
  const { plan } = planned;
  const said = { title: epic.title, remarks: epic.remarks, ...plan };
  if (plan.lines.length === 0) return { outcome: 'nothing to add', ...said };
  if (!dryRun) await outside.beads.importLines(plan.lines);
  return { outcome: 'imported', dryRun, ...said };
}

function parseSource(source: Source): Parsed {
  return source.kind === 'file' ? parseEpic(source) : parsePlanFolder(source);
}

/** The epic to go on with, if the import left or found one in Beads. */
export function importedEpic(outcome: ImportOutcome): IssueId | undefined {
  if (outcome.outcome === 'imported') return outcome.epic;
  return outcome.outcome === 'nothing to add' && outcome.present.length > 0 ? outcome.epic : undefined;
}
