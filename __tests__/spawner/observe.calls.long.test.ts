/** What a look costs, counted by the real commands that are asked: one read of Beads and one fetch, whatever is looked at. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHarness, type Harness } from '../commands/harness.ts';
import { type Story, tell } from '../stories/story.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.clear());

/** Runs a command to its end, with programs first on its PATH that note each call of `bd` and `git` and pass it on. */
async function callsOf(story: Story, ...args: readonly string[]): Promise<{ calls: readonly string[]; said: string }> {
  const folder = mkdtempSync(join(story.folder, 'noting-'));
  const noted = join(folder, 'calls');
  const { PATH = '', HEDDLE_BD: bd = '' } = story.env;
  const git = execFileSync('sh', ['-c', 'command -v git'], { env: story.env, encoding: 'utf8' }).trim();
  for (const [name, real] of Object.entries({ bd, git })) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >>'${noted}'\nexec '${real}' "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { ...story.env, PATH: `${folder}:${PATH}`, HEDDLE_BD: join(folder, 'bd') };
  const { exitCode, said } = await harness.begin(harness.cli, args, { checkout: story.checkout, env }).ended;
  if (exitCode !== 0) throw new Error(`heddle ${args.join(' ')} ended with ${exitCode}: ${said}`);
  return { calls: readFileSync(noted, 'utf8').split('\n'), said };
}

function looksIn(calls: readonly string[]): { reads: number; fetches: number } {
  const reads = calls.filter((call) => /^bd .*\blist\b/.test(call)).length;
  return { reads, fetches: calls.filter((call) => /^git .* fetch /.test(call)).length };
}

test('the status of two epics is one look', async () => {
  const story = await tell({ tasks: [[2]] });
  await story.bd('create', 'Second', '--type', 'epic', '--id', 'tally-second');
  await story.bd('create', 'Another task', '--parent', 'tally-second');
  const { calls, said } = await callsOf(story, 'status');
  expect(said).toContain(story.task(2));
  expect(said).toContain('tally-second.1');
  expect(looksIn(calls)).toEqual({ reads: 1, fetches: 1 });
});

test('a spawner looks once before its first act', async () => {
  const story = await tell({ tasks: [[2]] });
  const { calls, said } = await callsOf(story, 'spawn', '--epic', story.epic, '--once');
  expect(said).toContain(`publish ${story.epic}, ${story.task(2)} to main`);
  const first = calls.findIndex((call) => call.startsWith('bd export'));
  expect(first).toBeGreaterThan(0);
  expect(looksIn(calls.slice(0, first))).toEqual({ reads: 1, fetches: 1 });
});
