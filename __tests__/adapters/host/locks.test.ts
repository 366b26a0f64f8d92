import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fileLocks, socketLocks } from '../../../src/adapters/host/locks.ts';
import { TransientError } from '../../../src/domain/errors.ts';
import type { Locks } from '../../../src/ports/processes.ts';
import { PATIENCE_MS } from '../../fakes/wait.ts';
import { bundle, firstLine, Nursery } from './processes/program.ts';

let nursery: Nursery;
beforeEach(() => {
  nursery = new Nursery();
});
afterEach(() => nursery.clear());

const alive = (holder: string): boolean => {
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch {
    return false;
  }
};

type Kind = { name: string; make(folder: string): Locks; source: string };
const kinds: Kind[] = [
  {
    name: 'a lock file',
    make: (folder) => fileLocks({ folder, holder: { self: String(process.pid), alive } }),
    source: 'fileLocks({ folder: FOLDER, holder: { self: String(process.pid), alive: () => true } })',
  },
];
if (process.platform === 'linux')
  kinds.push({ name: 'an abstract socket', make: () => socketLocks(), source: 'socketLocks()' });

describe.each(kinds)('$name', ({ make, source }) => {
  const folder = () => join(nursery.folder, 'locks');
  const name = () => `lock of ${nursery.folder}`;

  async function otherHolder() {
    const code = `import { fileLocks, socketLocks } from 'SRC/adapters/host/locks.ts';
      const FOLDER = ${JSON.stringify(folder())};
      const lock = await ${source}.tryAcquire(${JSON.stringify(name())});
      console.log(lock === undefined ? 'busy' : 'held');
      setInterval(() => 0, 1000);`;
    const child = nursery.start(process.execPath, [await bundle(nursery.folder, 'holder', code)], {});
    expect(await firstLine(child)).toBe('held');
    return child;
  }

  test('one holds it, another gets it after the release', async () => {
    const locks = make(folder());
    const lock = await locks.tryAcquire(name());
    expect(lock).toBeDefined();
    expect(await locks.tryAcquire(name())).toBeUndefined();
    const next = locks.acquire(name(), PATIENCE_MS);
    await lock?.release();
    await (await next).release();
  });

  test('it is free again when its holder was killed, and those who wait get it one after the other', async () => {
    const holder = await otherHolder();
    const locks = make(folder());
    expect(await locks.tryAcquire(name())).toBeUndefined();
    let inside = 0;
    let most = 0;
    const turns = Array.from({ length: 6 }, async () => {
      const lock = await locks.acquire(name(), PATIENCE_MS);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      await lock.release();
    });
    holder.kill('SIGKILL');
    await Promise.all(turns);
    expect(most).toBe(1);
  });

  test('a holder that is stopped still holds it, and waiting for it has a bound', async () => {
    const holder = await otherHolder();
    holder.kill('SIGSTOP');
    await expect(make(folder()).acquire(name(), 200)).rejects.toThrow(TransientError);
  });

  test('nothing is left over', async () => {
    const locks = make(folder());
    const lock = await locks.tryAcquire(name());
    await lock?.release();
    const left = readdirSync(nursery.folder).includes('locks') ? readdirSync(folder()) : [];
    expect(left).toEqual([]);
  });
});
