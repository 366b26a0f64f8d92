/** What holds for the committed file: each commit changes its own lines and not a byte more, and each round is closed once. */
import type { Sha } from '../../src/domain/ids.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import type { Actor } from './actor.ts';
import type { Observed } from './forge.ts';
import { EPIC } from './surroundings.ts';

export type PlainLine = { id: string; open: boolean; round: number | undefined; pullRequest: number | undefined };

/** Tasks that a person closed, and those that a person opened again at the wrong moment. */
type People = { readonly closedByHand: ReadonlySet<string>; readonly overtaken: ReadonlySet<string> };

export class StateRules {
  readonly #world: Observed;
  readonly #people: People;
  readonly #closes = new Map<string, number>();

  constructor(world: Observed, people: People) {
    this.#world = world;
    this.#people = people;
  }

  /** A round whose line was opened again may be closed once more. */
  opened(task: string, round: number): void {
    const key = `${task}/${round}`;
    this.#closes.set(key, (this.#closes.get(key) ?? 0) - 1);
  }

  moved(actor: Actor, parent: Sha, text: string): string[] {
    const old = (this.#world.graph.at(parent).tree[ISSUES_PATH] ?? '').split('\n');
    const now = text.split('\n');
    const broken: string[] = [];
    for (const [at, line] of old.entries()) {
      // The last one is what follows the last line end.
      if (at === old.length - 1 || now[at] === line) continue;
      broken.push(...this.#changed(actor, parse(line), parse(now[at] ?? '')));
    }
    for (const line of now.slice(old.length - 1, -1)) {
      if (parse(line)?.open !== true) broken.push(`${actor.name} adds a line that is not open: ${line}`);
    }
    return broken;
  }

  #changed(actor: Actor, before: PlainLine | undefined, after: PlainLine | undefined): string[] {
    if (before === undefined || after === undefined || before.id !== after.id)
      return [`${actor.name} changes a line that is none of its own`];
    if (before.open && !after.open) return this.#closed(actor, before, after);
    const newRound = (after.round ?? 1) > (before.round ?? 1);
    if (!newRound && before.id !== EPIC && before.round !== undefined)
      return [`${actor.name} writes the line of ${before.id} anew in the same round`];
    return [];
  }

  #closed(actor: Actor, before: PlainLine, after: PlainLine): string[] {
    const { forge } = this.#world;
    const round = after.round ?? 1;
    const key = `${after.id}/${round}`;
    if (after.id === EPIC) return [];
    const times = (this.#closes.get(key) ?? 0) + 1;
    this.#closes.set(key, times);
    const broken = times > 1 ? [`the line of ${after.id} is closed ${times} times in round ${round}`] : [];
    if (before.round !== after.round) broken.push(`a close changes the round of ${after.id}`);
    if (actor.role === 'merger') {
      const landed = forge.landed(after.id, round).find(({ number }) => number === after.pullRequest);
      if (landed === undefined) broken.push(`the line of ${after.id} is closed in round ${round} without its merge`);
      else if (landed.mergedBy !== actor.name) this.#world.count('owed close found');
    } else {
      this.#world.count('line closed for a person');
      const closed = this.#people.closedByHand.has(after.id) || this.#people.overtaken.has(after.id);
      const wanted = closed || forge.landed(after.id, round).length > 0;
      if (actor.snapshot.get(after.id)?.status !== 'closed' || !wanted)
        broken.push(`the line of ${after.id} is closed, but no person closed it`);
    }
    return broken;
  }
}

/** The line of one issue, read here on its own rather than by what is under test. */
export function lineOf(text: string, id: string): PlainLine | undefined {
  return text
    .split('\n')
    .map(parse)
    .find((line) => line?.id === id);
}

function parse(text: string): PlainLine | undefined {
  if (!text.startsWith('{')) return undefined;
  const { id, status, metadata } = JSON.parse(text) as {
    id: string;
    status: string;
    metadata?: { round?: number; pr_number?: number };
  };
  return { id, open: status !== 'closed', round: metadata?.round, pullRequest: metadata?.pr_number };
}
