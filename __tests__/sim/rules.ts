/** What must hold after every step. Each rule looks at the world itself, not at what the code under test says of it. */
import type { Sha } from '../../src/domain/ids.ts';
import { type Issue, roundOf } from '../../src/domain/issue.ts';
import { HOLD_LABEL, parseMarker } from '../../src/domain/marker.ts';
import type { Guard } from '../../src/ports/beads.ts';
import type { Actor } from './actor.ts';
import type { Observed, Pull } from './forge.ts';
import type { Folder, Host } from './host.ts';
import { lineOf, StateRules } from './state-rules.ts';
import { EPIC } from './surroundings.ts';

export class Rules {
  readonly violations: string[] = [];
  refsMoved = false;
  /** Tasks that a person closed by hand, and how often each was opened again. */
  readonly closedByHand = new Set<string>();
  readonly reopened = new Map<string, number>();
  /** What a person threw away. */
  readonly abandoned = new Set<Sha>();
  readonly reopenedAt = new Map<string, number>();
  readonly #recordedAt = new Map<string, number>();
  /** Opened again by a person while a claim, or another host's close, was under way: two pull requests may be open a while. */
  readonly overtaken = new Set<string>();
  readonly #landed = new Map<string, number[]>();
  readonly #world: Observed;
  readonly state: StateRules;

  constructor(world: Observed) {
    this.#world = world;
    this.state = new StateRules(world, this);
  }

  broken(rule: string): void {
    this.violations.push(`step ${this.#world.step}: ${rule}`);
    this.#world.note(() => `VIOLATION: ${rule}`);
  }

  /** At most one worker per task and host; no commit of a worker becomes unreachable. */
  afterStep(): void {
    for (const host of this.#world.hosts) {
      const seen = new Set<string>();
      for (const { task, supervisor } of host.processes) {
        if (supervisor === undefined) continue;
        if (seen.has(task)) this.broken(`two workers of ${task} live on ${host.name}`);
        seen.add(task);
      }
    }
    if (this.refsMoved) this.#everythingReachable();
    this.refsMoved = false;
  }

  #everythingReachable(): void {
    const { graph, remote, forge, hosts } = this.#world;
    let kept = 0n;
    const keep = (sha: Sha): void => {
      kept |= graph.at(sha).mask;
    };
    for (const sha of remote.values()) keep(sha);
    for (const { lastHead } of forge.pulls) keep(lastHead);
    for (const sha of this.abandoned) keep(sha);
    for (const { local, rescued } of hosts) for (const sha of [...local.values(), ...rescued]) keep(sha);
    for (const [number, { task, sha }] of graph.commits.entries()) {
      if (task !== undefined && ((kept >> BigInt(number)) & 1n) === 0n) this.broken(`work on ${task} is lost: ${sha}`);
    }
  }

  /** Whoever comes into a task's worktree is alone there. */
  touches(actor: Actor, host: Host, task: string): void {
    for (const other of host.of(task)) {
      if (other.token !== actor.token)
        this.broken(`${actor.name} goes into the worktree of ${task} beside process ${other.pid} of ${other.token}`);
    }
  }

  starts(host: Host, task: string): void {
    const [other] = host.of(task);
    if (other !== undefined) this.broken(`a worker of ${task} is started beside process ${other.pid}`);
  }

  /** A branch that begins at the base has the merges of everything that it waited for. */
  branches(actor: Actor, task: string, from: Sha): void {
    const { graph, forge } = this.#world;
    if (actor.host?.tracking.get('main') !== from) return;
    for (const { on } of actor.snapshot.get(task)?.dependencies ?? []) {
      if (actor.snapshot.get(on)?.status !== 'closed') continue;
      for (const { branch, mergeCommit, changedAt } of forge.pulls) {
        if (mergeCommit === undefined || !branch.startsWith(`heddle/${on}/`) || changedAt > actor.snapshotAt) continue;
        if (!graph.isAncestor(mergeCommit, from)) this.broken(`${task} begins without the merge of ${on}`);
      }
    }
  }

  removes(host: Host, folder: Folder): void {
    const visitor = host.processes.find(({ agent }) => agent?.folder === folder);
    if (visitor !== undefined) this.broken(`${folder.path} is removed while process ${visitor.pid} works in it`);
  }

  refused(actor: Actor, guard: Guard): void {
    const world = this.#world;
    if (actor.role === 'worker') {
      world.count('fenced write refused');
      if (actor.woken) world.count('stopped worker woke up fenced');
    }
    if (actor.role === 'spawner' && guard.status === 'open') world.count('lost claim race');
  }

  /** Every guarded write that was taken. */
  writes(actor: Actor, before: Issue, after: Issue): void {
    actor.sinceGuard = 0;
    if (actor.role === 'worker') {
      if (before.assignee !== actor.token || before.status !== 'in_progress' || roundOf(before) !== actor.round)
        this.broken(`${actor.name}, which was replaced, writes to ${before.id}`);
      return;
    }
    if (actor.role !== 'spawner') return;
    if (before.status === 'open' && after.status === 'in_progress' && after.assignee !== '')
      this.#claimed(actor, before, after);
    else if (before.assignee !== after.assignee && after.assignee !== '') this.#takenOver(before);
    if (after.metadata.phase === 'merged' && before.metadata.phase !== 'merged') this.#recorded(before);
    if (after.metadata.handed_back !== before.metadata.handed_back) this.#world.count('handed back');
    if (roundOf(after) > roundOf(before)) this.#world.count('new round after reopen');
    const { reason, retry_at: retryAt } = after.metadata;
    if (reason !== undefined && retryAt === undefined && reason !== before.metadata.reason)
      this.#world.count('give up');
  }

  #claimed(actor: Actor, before: Issue, after: Issue): void {
    const { id } = before;
    const round = roundOf(after);
    for (const { on, type } of before.dependencies) {
      if (type === 'blocks' && actor.snapshot.get(on)?.status !== 'closed')
        this.broken(`${id} is claimed while ${on} is open`);
    }
    // `--if-status open` holds again after a person has closed the task and opened it once more: such a claim is overtaken.
    if ((this.reopenedAt.get(id) ?? -1) > actor.snapshotAt) {
      this.#world.count('claim overtook a reopening');
      return void this.overtaken.add(id);
    }
    const published = [this.#world.stateText(), actor.fetched].some((text) => {
      const line = lineOf(text, id);
      return line?.open === true && line.round === round;
    });
    if (!published) this.broken(`${id} is claimed for round ${round} without a published line of it`);
    if (after.assignee === before.assignee) this.broken(`${id} is claimed under the token of an earlier start`);
    if (before.assignee !== '' && !before.assignee.startsWith('heddle-'))
      this.broken(`${id} is claimed although ${before.assignee} has it`);
    for (const host of this.#world.hosts) {
      const living = host.of(id).find(({ token, supervisor }) => supervisor !== undefined && token === before.assignee);
      // On another host it cannot be seen; it has lost the task to whoever opened it again, and its next write is refused.
      if (living !== undefined && (host === actor.host || !this.reopenedAt.has(id)))
        this.broken(`${id} is claimed while its worker ${living.pid} lives on ${host.name}`);
    }
  }

  #takenOver(before: Issue): void {
    this.#world.count('takeover');
    if (!before.assignee.startsWith('heddle-')) this.broken(`${before.id} is taken from ${before.assignee}`);
    for (const host of this.#world.hosts) {
      const living = host
        .of(before.id)
        .find(({ supervisor, token }) => supervisor !== undefined && token === before.assignee);
      if (living !== undefined)
        this.broken(`${before.id} is taken from its worker ${living.pid}, which lives on ${host.name}`);
    }
  }

  #recorded(before: Issue): void {
    this.#recordedAt.set(before.id, this.#world.step);
    if (before.metadata.phase === undefined) this.#world.count('record close after metadata wipe');
    if (!this.#hasLanded(before)) this.broken(`${before.id} is called merged, but its round is not in the base`);
  }

  /** What an import by hand has taken away, the published line still says. */
  #hasLanded({ id, metadata }: Issue): boolean {
    const round = metadata.round ?? lineOf(this.#world.stateText(), id)?.round ?? 1;
    return this.#world.forge.landed(id, round).length > 0;
  }

  /** Closed by us only if what was merged for the same round is in the base. */
  closes(actor: Actor, before: Issue): void {
    const world = this.#world;
    if (before.id === EPIC) {
      world.count('container closed');
      const open = world.tasks().find((id) => actor.snapshot.has(id) && actor.snapshot.get(id)?.status !== 'closed');
      if (open !== undefined) this.broken(`the epic is closed while ${open} is open`);
      return;
    }
    const { phase = 'merged' } = before.metadata;
    const opened = (this.reopenedAt.get(before.id) ?? -1) > (this.#recordedAt.get(before.id) ?? 0);
    if (phase === 'merged' && this.#hasLanded(before) && !opened) return;
    // `bd close` has no guard: what a person does between the look and the close is overtaken by it. Seen, it is respected.
    const overtook = (this.reopenedAt.get(before.id) ?? -1) > actor.snapshotAt;
    if (overtook) world.count('close overtook a reopening');
    if (overtook) this.overtaken.add(before.id);
    else this.broken(`${before.id} is closed in phase ${phase}, although it is open again or its round has not landed`);
  }

  /** One open pull request per task, made by whoever has the task. */
  opens(actor: Actor, pull: Pull): void {
    const { forge, beads } = this.#world;
    const marker = parseMarker(pull.body);
    const open = forge.pulls.filter((one) => one.state === 'open' && parseMarker(one.body)?.task === marker?.task);
    const others = open.filter(({ reopened }) => !reopened);
    if (others.length > 1 && !this.overtaken.has(marker?.task ?? ''))
      this.broken(`${marker?.task} has ${others.length} open pull requests`);
    const holds = beads.at(actor.task).assignee === actor.token;
    if (!holds && actor.sinceGuard > 0) this.broken(`${actor.name}, which was replaced, opens #${pull.number}`);
  }

  /** What lands is what was checked, has an open line of its round, and lands once. */
  lands(actor: Actor, pull: Pull): void {
    const { forge, graph } = this.#world;
    const name = `#${pull.number}`;
    const marker = parseMarker(pull.body);
    const head = forge.headOf(pull);
    const { task, round } = marker ?? { task: '', round: 0 };
    if (marker === undefined) this.broken(`${name}, which has no marker, lands`);
    if (forge.checks.get(head) !== 'green') this.broken(`${name} lands with a head that is ${forge.checks.get(head)}`);
    if (pull.labels.includes(HOLD_LABEL) && pull.heldAt < actor.lookedAt) this.broken(`${name} lands on hold`);
    const line = lineOf(actor.stateFile ?? '', task);
    if (line?.open !== true || line.round !== round)
      this.broken(`${name} lands without an open line of round ${round}`);
    const fork = graph.mergeBase(this.#world.baseHead(), head);
    const paths = fork === undefined ? [] : graph.changed(fork, head);
    if (paths.some((path) => path.startsWith('.beads/'))) this.broken(`${name} lands with changes of .beads`);
    const before = this.#landed.get(task) ?? [];
    if (before.includes(round)) this.broken(`${task} lands twice in round ${round}`);
    if (before.length > (this.reopened.get(task) ?? 0)) this.broken(`${task} lands again, but nobody opened it again`);
    this.#landed.set(task, [...before, round]);
  }

  /** A push adds to what is there; nobody's commits are replaced. */
  pushes(actor: Actor, name: string, there: Sha | undefined, to: Sha | undefined): void {
    if (there === undefined || to === undefined || this.#world.graph.isAncestor(there, to)) return;
    this.broken(`${actor.name} pushes ${name} over ${there}`);
  }

  stateMoves(actor: Actor, parent: Sha, text: string): void {
    for (const [task, at] of this.reopenedAt) {
      if (actor.role === 'spawner' && at > actor.snapshotAt && lineOf(text, task)?.open === false)
        this.overtaken.add(task);
    }
    for (const rule of this.state.moved(actor, parent, text)) this.broken(rule);
  }

  landings(task: string): number {
    return this.#landed.get(task)?.length ?? 0;
  }
}
