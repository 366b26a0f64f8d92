import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import { tell } from './story.ts';

/** A title that would do harm wherever it were read as syntax. */
const TITLE = 'Add up amounts $(touch pwned) `touch pwned`; "touch pwned" \'&& touch pwned\' ../../../pwned';

test('a base that refuses direct pushes is named with its fix, and with a state branch the epic comes to its end', async () => {
  const story = await tell({ tasks: [[2]] });
  await story.bd('update', story.task(2), '--title', TITLE);
  const rules = story.sandbox.addRuleset(story.sandbox.repository, { rules: [{ type: 'pull_request', approvals: 0 }] });
  const before = await story.world();
  const refused = await story.spawn();
  expect(refused.exitCode).toBe(7);
  expect(refused.said).toMatch(/Error: The remote refuses the push of \.beads\/issues\.jsonl to main/);
  expect(refused.said).toContain('`state_branch: heddle-state`');
  expect(await story.world()).toEqual(before);

  rules.enforcement = 'disabled';
  await story.setConfig({ state_branch: 'heddle-state' });
  rules.enforcement = 'active';
  expect((await story.spawn()).exitCode).toBe(0);
  expect(await story.line(2, 'heddle-state')).toMatchObject({ open: false, pullRequest: 1 });
  expect(await story.line(2, 'main')).toBe(undefined);
  const base = await story.git('--git-dir', story.sandbox.repository.git.dir, 'ls-tree', '-r', '--name-only', 'main');
  expect(base).not.toContain(ISSUES_PATH);
  expect(story.pulls()).toMatchObject([{ title: TITLE, state: 'closed' }]);
  expect((await readdir(story.folder, { recursive: true })).filter((name) => name.endsWith('pwned'))).toEqual([]);
});

test('a state branch that heddle.yml names in the checkout but not on the base is refused before anything is written', async () => {
  const story = await tell({ tasks: [[2]] });
  const file = join(story.checkout, 'heddle.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, JSON.stringify({ ...JSON.parse(text), state_branch: 'heddle-state' }));
  const before = await story.world();
  for (const command of [['spawn'], ['spawn', '--dry-run'], ['publish']]) {
    const { exitCode, said } = await story.ask([...command, '--epic', story.epic]);
    expect([exitCode, said]).toEqual([
      4,
      'Error: heddle.yml says `state_branch: heddle-state` in this checkout, but it says no `state_branch` on main, ' +
        'where the merger reads it.\nHint: Commit it and get it onto main, by a pull request where that refuses ' +
        'pushes; or take over the one that is there: git pull origin main\n',
    ]);
  }
  expect(await story.world()).toEqual(before);
  expect((await story.ask(['doctor'])).said).toContain('where the merger reads it');
  for (const command of ['status', 'recover', 'cleanup', 'stop']) {
    expect([command, (await story.ask([command])).exitCode]).toEqual([command, 0]);
  }
  await writeFile(file, text);
  expect((await story.spawn('--dry-run')).exitCode).toBe(0);
});
