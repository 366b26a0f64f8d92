/** What a pass looks at, in which order, and that a failed look is never taken for nothing there. */
import { describe, expect, test } from '@jest/globals';
import { TransientError } from '../../src/domain/errors.ts';
import { branchOf, issueId } from '../../src/domain/ids.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import type { Worktree } from '../../src/ports/git.ts';
import { observe, observeAll } from '../../src/spawner/observe.ts';
import { readers } from './readers.ts';
import { BASE, BRANCH, EPIC, epic, HEAD, TASK, taken, task, worktree } from './view-builder.ts';

const names = { base: 'main', state: 'beads', remote: 'origin' };
const { state: _, visitors: __, ...bare } = worktree();
const listed: Worktree = bare;

describe('a look', () => {
  test('reads Beads before it fetches the base, so that the base has the merges of all that is called closed', async () => {
    const { looks, seen } = readers();
    await observe(seen, names, EPIC);
    expect(looks.slice(0, 2)).toEqual(['beads', 'fetch main beads']);
  });

  test('reads the lines of the epic from the state branch, and no others', async () => {
    const line = (id: string, round: number) => JSON.stringify({ id, status: 'open', metadata: { round } });
    const { looks, seen } = readers({ file: `${line(TASK, 3)}\n${line('bd-x.1', 1)}\n` });
    const view = await observe(seen, names, EPIC);
    expect([...view.lines]).toEqual([
      [TASK, { id: TASK, open: true, round: 3, closeReason: '', pullRequest: undefined }],
    ]);
    expect(looks).toContain(`file ${ISSUES_PATH} at ccc`);
  });

  test('of a repository without its state branch yet finds no lines', async () => {
    const { seen } = readers({ remote: { main: BASE } });
    expect(await observe(seen, names, EPIC)).toMatchObject({
      state: { branch: 'beads', head: undefined },
      base: { head: BASE },
      lines: new Map(),
    });
  });

  test('of a remote without the base says so', async () => {
    const { seen } = readers({ remote: {} });
    await expect(observe(seen, names, EPIC)).rejects.toMatchObject({
      message: 'The remote origin has no branch main.',
      hint: 'Push it with: git push origin main',
      exit: 'repository',
    });
  });

  test('of an epic that is not there looks no further', async () => {
    const { looks, seen } = readers();
    await expect(observe(seen, names, 'bd-nope')).rejects.toMatchObject({ exit: 'beads' });
    expect(looks).toEqual(['beads']);
  });

  test('that fails anywhere gives no view at all', async () => {
    for (const part of ['fetch', 'worktrees', 'localTaskBranches', 'room', 'fileAt'] as const) {
      const { seen, git } = readers();
      Object.assign(git, { [part]: () => Promise.reject(new TransientError(`no ${part}`)) });
      await expect(observe(seen, names, EPIC)).rejects.toThrow(`no ${part}`);
    }
  });
});

describe('a task that an import has left without its round', () => {
  test('is in the round of its published line', async () => {
    const file = `{"id":"${TASK}","status":"open","metadata":{"round":2}}\n`;
    const { seen, looks } = readers({ issues: [epic(), taken({ metadata: {} })], file });
    const view = await observe(seen, names, EPIC);
    expect(view.epic.tasks.map(({ metadata }) => metadata.round)).toEqual([2]);
    expect(looks).toContain(`pull requests of ${branchOf(TASK, 2)}`);
  });

  test('keeps a round of its own, whatever an older line says', async () => {
    const file = `{"id":"${TASK}","status":"open","metadata":{"round":2}}\n`;
    const { seen } = readers({ issues: [epic(), taken({ metadata: { round: 3 } })], file });
    expect((await observe(seen, names, EPIC)).epic.tasks[0]?.metadata.round).toBe(3);
  });
});

describe('pull requests are asked for', () => {
  const asked = async (parts: Parameters<typeof readers>[0]) => {
    const { looks, seen } = readers(parts);
    await observe(seen, names, EPIC);
    return looks.find((one) => one.startsWith('pull requests'))?.slice('pull requests of '.length);
  };

  test('of tasks that were begun, in their round, and of nothing that was not', async () => {
    const second = task({ metadata: { round: 2, phase: 'working' } }, 'bd-e.2');
    expect(await asked({ issues: [epic(), taken(), second, task({}, 'bd-e.3')] })).toBe(
      'heddle/bd-e.1/1 heddle/bd-e.2/2',
    );
  });

  test('of whatever was left behind, also by tasks that are closed', async () => {
    const closed = task({ status: 'closed' });
    const old = { ...listed, round: 3, branch: branchOf(TASK, 3) };
    expect(
      await asked({
        issues: [epic(), closed],
        worktrees: [old],
        remote: { main: BASE, [BRANCH]: HEAD, 'heddle/bd-x.9/1': HEAD },
      }),
    ).toBe('heddle/bd-e.1/1 heddle/bd-e.1/3');
  });
});

describe('worktrees', () => {
  test('of closed tasks are looked into, since they may go; others are left in peace', async () => {
    const running = {
      ...listed,
      task: issueId('bd-e.2'),
      path: '/worktrees/bd-e.2-1',
      branch: branchOf(issueId('bd-e.2'), 1),
    };
    const { looks, seen } = readers({
      issues: [epic(), task({ status: 'closed' }), taken({}, 'bd-e.2')],
      worktrees: [listed, running],
    });
    const view = await observe(seen, names, EPIC);
    expect(looks.filter((one) => /^(status|inside)/.test(one)).sort()).toEqual([
      `inside ${listed.path}`,
      `status ${listed.path}`,
    ]);
    expect(view.worktrees.map(({ state, visitors }) => [state, visitors])).toEqual([
      [expect.objectContaining({ changes: [] }), [41]],
      [undefined, []],
    ]);
  });

  test('that are gone or torn are not looked into', async () => {
    const closed = [epic(), task({ status: 'closed' })];
    for (const one of [
      { ...listed, missing: true },
      { ...listed, head: undefined },
    ]) {
      const { looks, seen } = readers({ issues: closed, worktrees: [one] });
      await observe(seen, names, EPIC);
      expect(looks.some((look) => look.startsWith('status'))).toBe(false);
    }
  });

  test('of closed tasks are stranded unless something that stays has their commits', async () => {
    const parts = { issues: [epic(), task({ status: 'closed' })], worktrees: [listed] };
    expect((await observe(readers(parts).seen, names, EPIC)).stranded).toEqual(new Set([HEAD]));
    expect((await observe(readers({ ...parts, contained: [HEAD] }).seen, names, EPIC)).stranded).toEqual(new Set());
    expect(
      (await observe(readers({ ...parts, remote: { main: BASE, [BRANCH]: HEAD } }).seen, names, EPIC)).stranded,
    ).toEqual(new Set());
  });
});

test('all issues can be looked at, whatever their epic', async () => {
  const { seen } = readers({ issues: [epic(), task(), task({ status: 'closed' }, 'bd-x.1')] });
  expect((await observeAll(seen, names)).issues.map(({ id }) => id)).toEqual([EPIC, TASK, 'bd-x.1']);
});
