/** What one host offers to one actor: time, processes, locks, files, programs. */
import { TransientError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Files } from '../../src/ports/files.ts';
import type { Lock, Locks, Processes } from '../../src/ports/processes.ts';
import type { ProgramEnd, Programs } from '../../src/ports/programs.ts';
import type { Actor } from './actor.ts';
import { deedsOf } from './agent.ts';
import type { Agent, Host, Process } from './host.ts';
import type { World } from './world.ts';

export function clockPort(world: World, actor: Actor): Clock {
  return {
    now: () => new Date(world.now),
    nonce: () => world.nonce(),
    sleep(ms, signal) {
      if (signal?.aborted) return actor.look(() => undefined);
      if (signal === undefined) return actor.call('sleep', 'wait', () => undefined, { due: world.now + ms });
      const awake = (): void => signal.removeEventListener('abort', calledOff);
      const sleeping = actor.call('sleep', 'wait', awake, { due: world.now + ms });
      const call = actor.calls.at(-1);
      const calledOff = (): void => {
        if (call === undefined || !actor.calls.includes(call)) return;
        actor.withdraw(call);
        call.resolve(undefined);
      };
      signal.addEventListener('abort', calledOff, { once: true });
      return sleeping;
    },
  };
}

export function locksPort(world: World, actor: Actor, host: Host): Locks {
  const free = (name: string): boolean => !host.locks.has(name) || world.broken === 'lock';
  const take = (name: string): Lock => {
    host.locks.set(name, actor);
    return {
      release: () =>
        actor.look(() => {
          if (host.locks.get(name) === actor) host.locks.delete(name);
        }),
    };
  };
  return {
    tryAcquire: (name) => actor.look(() => (free(name) ? take(name) : undefined)),
    acquire: (name, timeoutMs) =>
      actor.call(
        'lock',
        'wait',
        () => {
          if (free(name)) return take(name);
          throw new TransientError(`The lock ${name} is taken.`);
        },
        { due: world.now + timeoutMs, ready: () => free(name) },
      ),
  };
}

export function processesPort(world: World, actor: Actor, host: Host): Processes {
  const own = (): Process | undefined => host.processes.find(({ supervisor }) => supervisor === actor);
  return {
    tagged: () =>
      actor.call('processes.tagged', 'read', () =>
        host.processes.map(({ pid, task, round, token, supervisor, stopped, startedAt }) => ({
          pid,
          start: `${pid}@boot`,
          task,
          round,
          token,
          state: stopped ? ('stopped' as const) : ('running' as const),
          ageMs: world.now - startedAt,
          supervisor: supervisor !== undefined,
        })),
      ),
    inside: (folder) =>
      actor.call('processes.inside', 'read', () =>
        host.processes.filter(({ agent }) => agent?.folder?.path === folder).map(({ pid }) => pid),
      ),
    alive: ({ pid }) => host.processes.some((process) => process.pid === pid),
    self: () => ({ pid: own()?.pid ?? 1, start: `${own()?.pid ?? 1}@boot` }),
    host: () => host.name,
    startDetached: () => Promise.reject(new Error('workers are started by startWorker')),
    endTagged: (task, only) =>
      actor.call('processes.endTagged', 'effect', () => {
        const family = host
          .of(task)
          .filter((one) => one.supervisor !== actor && (only?.token ?? one.token) === one.token);
        if (world.broken === 'end') return { ended: family.length, alive: [] };
        const alive = family.filter(({ stuck }) => stuck);
        for (const process of family) if (!process.stuck) world.end(host, process);
        if (actor.role === 'spawner' && only !== undefined && family.length > alive.length)
          world.count('stale worker ended');
        if (actor.role === 'spawner' && only === undefined && family.length > alive.length)
          world.count('orphaned worker ended');
        if (alive.length > 0) world.count('process would not end');
        return { ended: family.length - alive.length, alive: alive.map(({ pid }) => pid) };
      }),
  };
}

export function filesPort(world: World, actor: Actor, host: Host): Files {
  return {
    read: (path) => actor.look(() => host.files.get(path)),
    readFrom: () => actor.look(() => undefined),
    list: () => actor.look(() => []),
    write: (path, text) =>
      actor.look(() => {
        host.files.set(path, text);
      }),
    openLog: () => ({
      line(text) {
        const point = /^heddle: where it stands: (.*)/.exec(text)?.[1];
        if (point !== undefined) world.count(`worker begins with: ${point}`);
        world.note(() => `${actor.name} says: ${text}`);
      },
      close: () => undefined,
    }),
  };
}

export function programsPort(world: World, actor: Actor, host: Host): Programs {
  return {
    find: (file) => `/bin/${file}`,
    start({ cwd, onLine, file }) {
      const folder = host.folders.find(({ path }) => path === cwd);
      const agent: Agent = { folder, deeds: deedsOf(world, file === 'sh'), onLine, end: undefined };
      const own = host.processes.find(({ supervisor }) => supervisor === actor);
      if (own !== undefined) {
        world.rules.touches(actor, host, own.task);
        const { task, round, token } = own;
        host.processes.push({ ...host.newProcess(world, { task, round, token }), agent });
        world.note(() => `${actor.name} starts an agent: ${agent.deeds.join(', ')}`);
      }
      const ended: Promise<ProgramEnd> = actor.call(
        'agent ends',
        'wait',
        () => agent.end ?? { is: 'exited', code: 0 },
        {
          ready: () => agent.end !== undefined,
        },
      );
      return { ended, drain: () => actor.look(() => undefined) };
    },
  };
}
