/**
 * Every git command of Heddle that writes, ended by SIGKILL in its middle: a repair and the same step once more lead to
 * where a run without kills leads, no work is lost, and the user's own git works. The repair itself is hit by the effect sweep.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { createGit } from '../../../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../../../src/adapters/git/place.ts';
import { socketLocks } from '../../../src/adapters/host/locks.ts';
import { type Branch, branchOf, type Sha, sha, worktreeName } from '../../../src/domain/ids.ts';
import type { Git, Worktree } from '../../../src/ports/git.ts';
import { Bench, clearTemplate, TASK } from '../../worker/bench.ts';

const MIN_KILLS = 100;
/** Where in a command the kill lands, as a part of the time that the command took when it was left alone. */
const FRACTIONS = [0.35, 0.55, 0.75, 0.9, 0.65, 0.45];
/** What is left of a command's time once a kill came too late for it. */
const QUICKER = 0.8;
const MAX_ROUNDS = 24;
/** Kills of one step, each followed by a repair, before it is let through. */
const KILLS_PER_STEP = 3;
/** Rounds from here on have a branch and nothing else. */
const LOOSE = 100;

let bench: Bench;
let git: Git;
let doomed: Git;
let orders: string;
beforeEach(async () => {
  bench = new Bench();
  git = await bench.git();
  orders = join(bench.folder, 'orders');
  mkdirSync(orders);
  const shims = join(bench.folder, 'shims');
  mkdirSync(shims);
  const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
  writeFileSync(join(shims, 'git'), shim(real));
  chmodSync(join(shims, 'git'), 0o755);
  const found = await findMainWorktree(createGitCommand(process.env, undefined), bench.checkout);
  const env = { ...process.env, PATH: `${shims}:${process.env['PATH']}` };
  const command = createGitCommand(env, undefined, { commonDir: found.commonDir });
  doomed = createGit(
    command,
    await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' }),
    socketLocks(),
  );
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

/** Kills the writing command of the number in `at`, after `delay`; from then on nothing is done: its caller is dead too. */
function shim(real: string): string {
  return `#!/bin/sh
for word do case $word in -c) ;; *=*) ;; *) break ;; esac; done
case $word in add|commit|commit-tree|fetch|hash-object|mktree|push|read-tree|reset|rm|checkout|update-ref|worktree|write-tree) ;;
*) exec ${real} "$@" ;; esac
case "$*" in *'worktree list'*) exec ${real} "$@" ;; esac
[ -e ${'$'}{O:=ORDERS}/fired ] && exit 99
n=$(($(cat "$O/n") + 1)); echo $n > "$O/n"
if [ $n = "$(cat "$O/at")" ]; then
  timeout -s KILL "$(cat "$O/delay")" ${real} "$@"; code=$?
  [ $code = 137 ] && echo "$word" > "$O/fired"
  exit $code
fi
began=$(date +%s%N); ${real} "$@"; code=$?
echo "$word $(($(date +%s%N) - began))" >> "$O/took"
exit $code
`.replace('ORDERS', orders);
}

function order(at: number, delaySeconds: number): void {
  for (const name of ['fired', 'took']) rmSync(join(orders, name), { force: true });
  writeFileSync(join(orders, 'n'), '0\n');
  writeFileSync(join(orders, 'at'), `${at}\n`);
  writeFileSync(join(orders, 'delay'), `${delaySeconds.toFixed(4)}\n`);
}

/** A folder of the user's. */
const salvaged = (round: number) => join(bench.folder, `salvaged-${round}`);

/** As often as a worker looks again after a push that was refused. */
const LOOKS = 4;

/** The steps of a round in their order: each can be done again, whatever of it has been done already. */
function stepsOf(round: number, base: Sha): Record<string, (git: Git) => Promise<unknown>> {
  const path = join(bench.folder, 'repo-worktrees', worktreeName(TASK, round));
  const branch = branchOf(TASK, round);
  const listed = async (by: Git): Promise<Worktree | undefined> =>
    (await by.worktrees()).find((worktree) => worktree.round === round);
  const deleteBranch = async (by: Git, name: Branch): Promise<void> => {
    const head = (await by.localTaskBranches()).get(name);
    if (head !== undefined) expect((await by.deleteLocalBranch(name, head, [base])).is).toBe('removed');
  };
  return {
    fetch: (by) => by.fetch(['main']),
    'make the worktree': (by) => by.ensureWorktree({ task: TASK, round, start: base }),
    commit: async (by) => {
      writeFileSync(join(path, `committed-${round}.txt`), 'committed\n');
      await by.commitAll(path, 'Work');
    },
    'leave a folder alone': async (by) => {
      mkdirSync(join(path, '.beads'), { recursive: true });
      writeFileSync(join(path, '.beads/issues.jsonl'), 'changed\n');
      await by.commitAll(path, 'Work');
      await by.restoreFolder(path, '.beads', base, 'Leave .beads alone');
    },
    push: async (by) => {
      const { head } = await by.worktreeState(path);
      // The other end of a push that was killed may still be at work, so the branch can move after it was seen.
      for (let looks = 0; looks < LOOKS; looks += 1) {
        await by.fetch(['main']);
        const there = await by.remoteBranch(branch);
        if (there === head || (await by.push(path, branch, there)).is === 'pushed') return;
      }
      throw new Error(`the branch moved under each of ${LOOKS} pushes`);
    },
    publish: async (by) => {
      await by.fetch(['main']);
      const parent = (await by.remoteBranch('main')) ?? base;
      const text = `{"id":"bd-e.1","round":${round}}\n`;
      if ((await by.fileAt(parent, '.beads/issues.jsonl')) === text) return;
      await by.publishFile({ branch: 'main', parent, path: '.beads/issues.jsonl', text, message: 'Publish' });
    },
    'delete the remote branch': async (by) => {
      await by.fetch(['main']);
      const there = await by.remoteBranch(branch);
      if (there !== undefined) await by.deleteRemoteBranch(branch, there);
    },
    'remove the worktree': async (by) => {
      const worktree = await listed(by);
      if (worktree !== undefined) expect((await by.removeWorktree(worktree, [base])).is).toBe('removed');
      // As cleanup does: a removal that was ended between the folder and the branch has left a branch without a folder.
      else await deleteBranch(by, branch);
    },
    salvage: (by) => by.restoreRescue(base, { folder: salvaged(round) }),
    'delete a branch': (by) => deleteBranch(by, branchOf(TASK, round + LOOSE)),
  };
}

async function wholeAgain(): Promise<void> {
  bench.inCheckout('worktree', 'list', '--porcelain');
  bench.inCheckout('fsck', '--connectivity-only');
  await git.fetch(['main']);
}

test(`at ${MIN_KILLS} points and more, nothing is lost and the next try converges`, async () => {
  const kills = new Map<string, number>();
  const took: Record<string, number[]> = {};
  const total = (): number => [...kills.values()].reduce((sum, count) => sum + count, 0);
  const turns: Record<string, number> = {};
  let turn = 0;
  for (let round = 1; total() < MIN_KILLS && round <= MAX_ROUNDS; round += 1) {
    await git.fetch(['main']);
    const base = sha(bench.onRemote('rev-parse', 'main'));
    bench.inCheckout('update-ref', `refs/heads/${branchOf(TASK, round + LOOSE)}`, base);
    for (const [name, step] of Object.entries(stepsOf(round, base))) {
      if (name === 'remove the worktree') {
        writeFileSync(join(bench.folder, 'repo-worktrees', worktreeName(TASK, round), 'untracked.txt'), `${round}\n`);
      }
      // The first round is left alone, and timed.
      for (let kill = 0; round > 1 && kill < KILLS_PER_STEP; kill += 1) {
        const times = took[name] ?? [];
        turn += 1;
        const at = (turns[name] ?? 0) % Math.max(1, times.length);
        turns[name] = at + 1;
        order(at + 1, ((times[at] ?? 0) / 1e9) * (FRACTIONS[turn % FRACTIONS.length] ?? 0.5));
        await step(doomed).catch(() => undefined);
        if (!existsSync(join(orders, 'fired'))) {
          // The command was quicker than when it was timed, on a machine that was busier then.
          times[at] = (times[at] ?? 0) * QUICKER;
          continue;
        }
        const killed = `${name}: ${readFileSync(join(orders, 'fired'), 'utf8').trim()}`;
        kills.set(killed, (kills.get(killed) ?? 0) + 1);
        // The other side of a push is killed along with it here, being a child; a real remote lives on, and has no locks left.
        execFileSync('find', [bench.remote, '-name', '*.lock', '-delete']);
        await git.repair();
        await wholeAgain();
      }
      order(0, 0);
      await step(round === 1 ? doomed : git);
      if (round === 1) took[name] = timesIn(join(orders, 'took'));
    }
    expect(readdirSync(salvaged(round))).toContain('README.md');
    bench.inCheckout('worktree', 'remove', salvaged(round));
    bench.inCheckout('gc', '--quiet');
    expect(existsSync(join(bench.checkout, '.git/worktrees'))).toBe(false);
    // As without any kill: no worktree, branch or lock is left, and what was never landed is kept, once.
    expect(readdirSync(join(bench.folder, 'repo-worktrees'))).toEqual([]);
    expect(bench.inCheckout('branch', '--list', 'heddle/*')).toBe('');
    expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
    expect(execFileSync('find', [join(bench.checkout, '.git'), '-name', '*.lock']).toString()).toBe('');
    const kept = (await git.rescues(TASK)).filter((rescue) => rescue.round === round);
    expect(kept).toMatchObject([{ files: 1 }]);
    expect(bench.inCheckout('show', `${kept[0]?.commit}:untracked.txt`)).toBe(String(round));
    expect(bench.inCheckout('show', `${kept[0]?.commit}:committed-${round}.txt`)).toBe('committed');
  }
  process.stderr.write(
    `${total()} kills inside git: ${[...kills].map(([what, count]) => `${what} ${count}`).join(', ')}\n`,
  );
  expect(total()).toBeGreaterThanOrEqual(MIN_KILLS);
}, 900_000);

function timesIn(file: string): number[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => Number(line.split(' ')[1]));
}
