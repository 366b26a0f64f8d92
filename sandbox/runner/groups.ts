/**
 * Concurrency groups: one running and one pending member each.
 * Source: GitHub docs, "Control the concurrency of workflows and jobs".
 */

type Member = {
  /** Called when its turn has come. */
  start(): void;
  /** Called when a newer one has taken its place, or cancels it in progress. */
  cancel(): void;
};

export type Groups = {
  /** Takes the member in: it starts at once, or is pending and cancels whoever was pending before. */
  enter(group: string, member: Member, cancelInProgress: boolean): void;
  /** The member is done, or gone before its turn; whoever is pending starts. */
  leave(group: string, member: Member): void;
};

export function createGroups(): Groups {
  const groups = new Map<string, { running: Member; pending: Member | null }>();
  return {
    enter(group, member, cancelInProgress) {
      const found = groups.get(group);
      if (found === undefined) {
        groups.set(group, { running: member, pending: null });
        member.start();
        return;
      }
      const superseded = found.pending;
      found.pending = member;
      superseded?.cancel();
      if (cancelInProgress) found.running.cancel();
    },
    leave(group, member) {
      const found = groups.get(group);
      if (found === undefined) return;
      if (found.pending === member) found.pending = null;
      if (found.running !== member) return;
      const next = found.pending;
      if (next === null) {
        groups.delete(group);
        return;
      }
      groups.set(group, { running: next, pending: null });
      next.start();
    },
  };
}

export type Turn = 'superseded' | { leave(): void };

/**
 * Resolves when it is this member's turn, or with the news that a newer one took its place.
 * `onWait` is called if that is not at once, `onCancel` when it shall end in the middle of its turn.
 */
export function takeTurn(
  groups: Groups,
  group: string,
  cancelInProgress: boolean,
  on: { wait: () => void; cancel: () => void },
): Promise<Turn> {
  return new Promise((resolve) => {
    let started = false;
    const member: Member = {
      start: () => {
        started = true;
        resolve({ leave: () => groups.leave(group, member) });
      },
      cancel: () => {
        if (started) on.cancel();
        else resolve('superseded');
      },
    };
    groups.enter(group, member, cancelInProgress);
    if (!started) on.wait();
  });
}
