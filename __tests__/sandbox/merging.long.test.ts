import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const open = async (head: string, base = 'main') => {
  const { data } = await stage.octokit.pulls.create({ ...where, base, title: `Land ${head}`, head });
  return { ...where, pull_number: data.number };
};
const look = async (at: { owner: string; repo: string; pull_number: number }) =>
  (await stage.octokit.pulls.get(at)).data;

test('a head that a merge deletes turns what is stacked on it to the base of what was merged; deleted by hand it closes them', async () => {
  const { branch, octokit, git, sandbox, events } = stage;
  await branch('first', { a: '1\n' });
  await branch('second', { b: '1\n' }, 'first');
  await branch('third', { c: '1\n' }, 'second');
  const [first, second, third] = [await open('first'), await open('second', 'first'), await open('third', 'second')];
  sandbox.repository.settings.deleteBranchOnMerge = true;
  await octokit.pulls.merge(first);
  expect(await look(second)).toMatchObject({ state: 'open', base: { ref: 'main' }, changed_files: 1 });
  await sandbox.world.bus.settled();
  const edited = events.find(({ name, action }) => name === 'pull_request' && action === 'edited');
  expect(edited?.payload).toMatchObject({ number: second.pull_number, changes: { base: { ref: { from: 'first' } } } });
  sandbox.repository.settings.deleteBranchOnMerge = false;
  await octokit.pulls.merge(second);
  await git('push', '--quiet', 'origin', '--delete', 'second');
  expect(await look(third)).toMatchObject({ state: 'closed', merged: false, base: { ref: 'second' } });
});
