/** Agents: what they do in a worktree, and how they come to an end. They know nothing of tasks, rounds or phases. */

import { ISSUES_PATH } from '../../src/domain/lines.ts';
import type { ProgramEnd } from '../../src/ports/programs.ts';
import type { Agent, Deed, Folder, Host, Process } from './host.ts';
import type { World } from './world.ts';

/** A file that every task may change. */
export const SHARED = 'src/shared.ts';
export const CONFLICT = '<<<<<<<\n';
const GOOD: readonly Deed[] = ['edit', 'commit', 'say done', 'exit'];
const WAYS: readonly (readonly Deed[])[] = [
  GOOD,
  ['edit', 'commit', 'edit', 'commit', 'say done', 'exit'],
  ['edit', 'say done', 'exit'],
  ['edit', 'edit shared', 'commit', 'say done', 'exit'],
  ['edit shared', 'say done', 'exit'],
  ['edit beads', 'edit', 'commit', 'say done', 'exit'],
  ['say done', 'exit'],
  ['edit', 'fail'],
  ['edit', 'commit', 'die'],
  ['die'],
  ['edit', 'hang'],
  ['say limit', 'exit'],
  ['edit', 'commit', 'say done', 'hang'],
];

/** @param check a verify or set-up command, which changes nothing */
export function deedsOf(world: World, check: boolean): Deed[] {
  const { random, chaos } = world;
  if (check) return [chaos && random.chance(0.1) ? 'fail' : 'exit'];
  const way = chaos && random.chance(0.5) ? random.pick(WAYS) : GOOD;
  return [...(way ?? GOOD)];
}

/** The next deed of a living agent; a hanging one has none. */
export function advance(world: World, host: Host, process: Process, agent: Agent): void {
  const deed = agent.deeds.shift();
  const { folder } = agent;
  world.note(() => `agent ${process.pid} of ${process.task} on ${host.name}: ${deed}`);
  switch (deed) {
    case 'edit':
      if (folder !== undefined) {
        const path = `src/${process.task}.ts`;
        const before = textIn(world, host, folder, path);
        folder.edits[path] = `${before}${process.task} ${process.round} ${world.nonce()}\n`;
        resolveAll(world, host, folder);
      }
      return;
    case 'edit shared':
      if (folder !== undefined) {
        const before = textIn(world, host, folder, SHARED);
        folder.edits[SHARED] = `${resolved(before)}${process.task} ${world.nonce()}\n`;
      }
      return;
    case 'edit beads':
      if (folder !== undefined) folder.edits[ISSUES_PATH] = 'written over by an agent\n';
      return;
    case 'commit':
      if (folder !== undefined) world.commitIn(host, folder);
      return;
    case 'say done':
      agent.onLine('{"type":"result","subtype":"success"}');
      return;
    case 'say limit':
      world.count('usage limit');
      agent.onLine('{"type":"result","subtype":"error","is_error":true,"result":"usage limit reached"}');
      return;
    case 'exit':
      over(host, process, agent, { is: 'exited', code: 0 });
      return;
    case 'fail':
      over(host, process, agent, { is: 'exited', code: 1 });
      return;
    case 'die':
      over(host, process, agent, { is: 'signalled', signal: 'SIGSEGV' });
      return;
    case 'hang':
    case undefined:
      return;
    default:
      deed satisfies never;
  }
}

function textIn(world: World, host: Host, folder: Folder, path: string): string {
  return folder.edits[path] ?? world.graph.at(host.headOf(folder)).tree[path] ?? '';
}

/** Whoever works in a folder takes the marks of a conflict out of it. */
function resolveAll(world: World, host: Host, folder: Folder): void {
  const { tree } = world.graph.at(host.headOf(folder));
  for (const path of new Set([...Object.keys(tree), ...Object.keys(folder.edits)])) {
    const text = textIn(world, host, folder, path);
    if (text.includes(CONFLICT)) folder.edits[path] = resolved(text);
  }
}

function resolved(text: string): string {
  return text.replaceAll(CONFLICT, '');
}

function over(host: Host, process: Process, agent: Agent, end: ProgramEnd): void {
  agent.end = end;
  host.processes = host.processes.filter((one) => one !== process);
}
