/** Everything that the simulation knows: one Beads, one GitHub, one or two hosts, and whoever runs there. */
import type { promises } from '../../scripts/mutants/promises.mjs';
import { type Branch, type IssueId, issueId, type Sha } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import type { Decision } from '../../src/spawner/intent.ts';
import { fakeIssue } from '../fakes/beads.ts';
import type { Actor } from './actor.ts';
import { SharedBeads } from './beads.ts';
import type { Branching } from './branches.ts';
import { Forge } from './forge.ts';
import { Graph } from './graph.ts';
import { type Folder, Host, type Owner, type Process } from './host.ts';
import { Random } from './random.ts';
import { Rules } from './rules.ts';
import { EPIC, type Surroundings } from './surroundings.ts';

export const ROOT = '/worktrees';
/** A guard of the outside that is taken away, to see that its loss is noticed. */
export type Broken = (typeof promises)[number] | undefined;

/** A line that is none of ours, spelled as no machine would. */
const FOREIGN_LINE = '{"title":"not  ours" , "id":"zz-9","status":"open","metadata":{}}';
const START = Date.UTC(2026, 10, 20, 12);

export class World implements Surroundings {
  readonly random: Random;
  readonly graph = new Graph();
  readonly beads: SharedBeads;
  readonly remote = new Map<string, Sha>();
  readonly forge: Forge;
  readonly hosts: readonly Host[];
  readonly rules: Rules;
  readonly counts = new Map<string, number>();
  actors: Actor[] = [];
  readonly startedAt = START;
  now = START;
  step = 0;
  /** Effects done, whoever did them; a quiet world makes no more. */
  changes = 0;
  /** Of these, what changed GitHub: nothing else is seen by a sweep. */
  changesOutside = 0;
  /** What each host's spawner decided last, once all is calm. */
  readonly decisions = new Map<string, Decision>();
  /** Faults and people still interfere. */
  chaos = true;

  readonly base = 'main';
  readonly state: string;
  readonly method: 'merge' | 'squash';
  readonly deletesBranches: boolean;
  readonly verifies: boolean;
  readonly mergerConfig: string;
  readonly broken: Broken;
  readonly #trace: string[] | undefined;
  #names = 0;

  constructor(seed: number, options: { trace?: string[] | undefined; broken?: Broken }) {
    this.random = new Random(seed);
    this.#trace = options.trace;
    this.broken = options.broken;
    const { random } = this;
    this.state = random.chance(0.7) ? 'main' : 'heddle-state';
    this.method = random.chance(0.6) ? 'merge' : 'squash';
    this.deletesBranches = random.chance(0.3);
    this.verifies = random.chance(0.3);
    this.mergerConfig = this.state === 'main' ? '' : `state_branch: ${this.state}\n`;
    this.hosts = random.chance(0.4) ? [new Host('alpha'), new Host('beta')] : [new Host('alpha')];
    this.beads = new SharedBeads({ id: EPIC, type: 'epic' }, { id: `${EPIC}.1` });
    if (!random.chance(0.35)) this.addTask([{ on: issueId(`${EPIC}.1`), type: 'blocks' }]);
    if (random.chance(0.2)) this.addTask();
    this.forge = new Forge(this);
    this.rules = new Rules(this);
    this.remote.set('main', this.graph.add([], { 'README.md': 'here\n', [ISSUES_PATH]: `${FOREIGN_LINE}\n` }));
    if (this.state !== 'main') this.remote.set(this.state, this.baseHead());
  }

  /** A name of lower-case letters and digits, never the same twice. */
  nonce(): string {
    this.#names += 1;
    return `n${String(this.#names).padStart(7, '0')}`;
  }

  pid(): number {
    this.#names += 1;
    return 1000 + this.#names;
  }

  addTask(dependencies: Issue['dependencies'] = []): void {
    const id = issueId(`${EPIC}.${this.beads.issues.size}`);
    this.beads.issues.set(id, fakeIssue({ id, dependencies }));
  }

  tasks(): IssueId[] {
    return [...this.beads.issues.keys()].filter((id) => id !== EPIC);
  }

  baseHead(): Sha {
    const head = this.remote.get('main');
    if (head === undefined) throw new Error('the base is gone');
    return head;
  }

  /** The state file as it is on the remote now. */
  stateText(): string {
    return this.graph.at(this.remote.get(this.state) ?? this.baseHead()).tree[ISSUES_PATH] ?? '';
  }

  setRemote(name: string, to: Sha | undefined): void {
    if (to === undefined) this.remote.delete(name);
    else this.remote.set(name, to);
    this.changesOutside += 1;
    this.forge.pushed(name);
    this.refsMoved();
  }

  refsMoved(): void {
    this.rules.refsMoved = true;
  }

  /** Commits everything in the folder, if there is anything. */
  commitIn(host: Host, folder: Folder): Sha | undefined {
    const { merging } = folder;
    if (Object.keys(folder.edits).length === 0 && merging === undefined) return undefined;
    const head = host.headOf(folder);
    const parents = merging === undefined ? [head] : [head, merging];
    const made = this.graph.add(parents, host.treeOf(folder, this.graph.at(head).tree), folder.task);
    folder.edits = {};
    folder.merging = undefined;
    host.local.set(folder.branch as Branch, made);
    host.known |= this.graph.at(made).mask;
    return made;
  }

  /** Ends a process for good; a worker takes its locks with it, and what it has started lives on. */
  end(host: Host, process: Process): void {
    host.processes = host.processes.filter((one) => one !== process);
    if (process.agent !== undefined) process.agent.end ??= { is: 'signalled', signal: 'SIGKILL' };
    if (process.supervisor !== undefined) this.kill(process.supervisor);
  }

  kill(actor: Owner): void {
    if (actor.state === 'dead' || actor.state === 'over') return;
    this.leave(actor, 'dead');
  }

  /** Whichever way it left: its locks are free, and it is in no process table. */
  leave(actor: Owner, state: 'dead' | 'over'): void {
    actor.state = state;
    actor.calls = [];
    const { host } = actor;
    if (host === undefined) return;
    for (const [name, holder] of host.locks) if (holder === actor) host.locks.delete(name);
    host.processes = host.processes.filter(({ supervisor }) => supervisor !== actor);
  }

  count(what: Branching): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  note(text: () => string): void {
    this.#trace?.push(`${String(this.step).padStart(5)} ${text()}`);
  }

  get traced(): boolean {
    return this.#trace !== undefined;
  }
}
