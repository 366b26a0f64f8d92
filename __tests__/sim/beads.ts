/** Beads, one for all hosts. */
import type { Issue } from '../../src/domain/issue.ts';
import { FakeBeads } from '../fakes/beads.ts';

/** Issues are replaced, never changed in place, so a snapshot needs no copy. */
export class SharedBeads extends FakeBeads {
  override async snapshot(): Promise<readonly Issue[]> {
    return this.all();
  }

  all(): readonly Issue[] {
    return [...this.issues.values()];
  }
}
