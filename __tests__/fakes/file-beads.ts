/** Beads in a file, so that more than one process can have the same. */
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import type { IssueId } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { Change, Guard, WriteOutcome } from '../../src/ports/beads.ts';
import { FakeBeads, type fakeIssue } from './beads.ts';

export class FileBeads extends FakeBeads {
  readonly #file: string;

  /** Begins with what is in the file, unless it is given something to begin with. */
  constructor(file: string, ...begin: Parameters<typeof fakeIssue>[0][]) {
    super(...begin);
    this.#file = file;
    if (begin.length > 0) this.#save();
    else this.#load();
  }

  override at(id: string): Issue {
    this.#load();
    return super.at(id);
  }

  override put(id: string, change: Partial<Issue>): void {
    super.put(id, change);
    this.#save();
  }

  override async snapshot(): Promise<readonly Issue[]> {
    this.#load();
    return await super.snapshot();
  }

  override async exportedLines(): Promise<readonly string[]> {
    this.#load();
    return await super.exportedLines();
  }

  override async importLines(lines: readonly string[]): Promise<void> {
    this.#load();
    await super.importLines(lines).finally(() => this.#save());
  }

  override async update(ids: readonly IssueId[], guard: Guard, change: Change) {
    const lock = `${this.#file}.lock`;
    for (let locked = false; !locked; ) {
      try {
        mkdirSync(lock);
        locked = true;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    try {
      this.#load();
      const outcomes: ReadonlyMap<IssueId, WriteOutcome> = await super.update(ids, guard, change);
      this.#save();
      return outcomes;
    } finally {
      rmdirSync(lock);
    }
  }

  #load(): void {
    const issues: Issue[] = JSON.parse(readFileSync(this.#file, 'utf8'));
    this.issues.clear();
    for (const issue of issues) this.issues.set(issue.id, issue);
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify([...this.issues.values()]));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
