/** A process of ours as the simulation sees it: plain asynchronous code whose every call to the outside waits for its turn. */
import type { Issue } from '../../src/domain/issue.ts';
import type { Host, Owner } from './host.ts';

export type Role = 'spawner' | 'worker' | 'merger' | 'person';
/** What becomes of one call. `cut`: killed or answered wrongly in the middle, with a part of it done. */
export type Fate = 'as asked' | 'fails before' | 'fails after' | 'killed before' | 'killed after';

export type CallKind = 'read' | 'effect' | 'wait';
export type Call = {
  name: string;
  kind: CallKind;
  /** May happen from then on, whatever `ready` says. */
  due: number | undefined;
  ready: (() => boolean) | undefined;
  /** `cut`: nobody will see the answer, so of many things some may be done. */
  run(cut: boolean): unknown;
  /** What the caller is told when the answer is lost; by default a failure that passes. */
  lost: (() => unknown) | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
};
type Options = Partial<Pick<Call, 'due' | 'ready' | 'lost'>>;

export class Actor implements Owner {
  state: Owner['state'] = 'running';
  calls: Call[] = [];
  /** How often its turn comes, compared with the others. */
  weight = 1;
  readonly stop = new AbortController();
  /** What the invariants remember of it. */
  snapshot: ReadonlyMap<string, Issue> = new Map();
  /** Own effects since the last guarded write that was taken. */
  sinceGuard = 0;
  snapshotAt = 0;
  /** The state file as last read by a merger, and as last fetched by a spawner. */
  stateFile: string | undefined;
  fetched = '';
  lookedAt = 0;
  pushes = 0;
  /** It was stopped and has gone on. */
  woken = false;

  readonly name: string;
  readonly role: Role;
  readonly host: Host | undefined;
  /** Assignee of what a worker writes. */
  readonly token: string;
  readonly task: string;
  readonly round: number;

  constructor(who: { name: string; role: Role; host?: Host; token?: string; task?: string; round?: number }) {
    this.name = who.name;
    this.role = who.role;
    this.host = who.host;
    this.token = who.token ?? '';
    this.task = who.task ?? '';
    this.round = who.round ?? 0;
  }

  /** Of a dead one nothing is ever heard again. */
  call<T>(name: string, kind: CallKind, run: (cut: boolean) => T, options: Options = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.state === 'dead') return;
      this.calls.push({
        name,
        kind,
        due: options.due,
        ready: options.ready,
        lost: options.lost,
        run,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
    });
  }

  /** A read of this machine alone: it happens at once, together with what was read before it. */
  look<T>(run: () => T): Promise<T> {
    return this.state === 'dead' ? new Promise<T>(() => undefined) : Promise.resolve(run());
  }

  withdraw(call: Call): void {
    this.calls = this.calls.filter((one) => one !== call);
  }
}
