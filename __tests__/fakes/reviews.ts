/** Verdicts as a test says them; nothing waits unless it is told. */
import type { IssueId } from '../../src/domain/ids.ts';
import type { CheckWriter, HandBackReader, RequestedChanges } from '../../src/ports/review.ts';
import type { Reviewed, Reviews } from '../../src/review/reviews.ts';

export class FakeReviews implements Reviews, CheckWriter, Pick<HandBackReader, 'logEnd' | 'requestedChanges'> {
  shown: ReadonlyMap<IssueId, Reviewed> = new Map();
  readonly logs = new Map<number, string>();
  changes: readonly RequestedChanges[] = [];
  readonly again: number[] = [];
  refuses: string | undefined;
  readonly refused: number[] = [];

  of(): Promise<ReadonlyMap<IssueId, Reviewed>> {
    return Promise.resolve(this.shown);
  }

  notRunAgain(workflowRun: number): void {
    this.refused.push(workflowRun);
  }

  rerunFailed(workflowRun: number): ReturnType<CheckWriter['rerunFailed']> {
    if (this.refuses !== undefined) return Promise.resolve({ is: 'refused', why: this.refuses });
    this.again.push(workflowRun);
    return Promise.resolve({ is: 'started' });
  }

  logEnd(job: number): Promise<string | undefined> {
    return Promise.resolve(this.logs.get(job));
  }

  requestedChanges(): Promise<readonly RequestedChanges[]> {
    return Promise.resolve(this.changes);
  }
}
