import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const titled = (head: string) => ({ ...where, head, base: 'main', title: `Land ${head}` });

test('a pull request is opened, found mergeable on the second look, merged, and its merge is in the base', async () => {
  const { octokit, branch, git, events, sandbox } = stage;
  const sha = await branch('feature', { 'src/two.txt': 'two\n' });
  const { data: opened } = await octokit.pulls.create(titled('feature'));
  expect(opened.mergeable).toBeNull();
  const first = await octokit.pulls.get({ ...where, pull_number: opened.number });
  expect(first.data).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
  const second = await octokit.pulls.get({ ...where, pull_number: opened.number });
  expect(second.data).toMatchObject({ mergeable: true, mergeable_state: 'clean', changed_files: 1, additions: 1 });
  const { data: merged } = await octokit.pulls.merge({ ...where, pull_number: opened.number, sha });
  expect(merged.merged).toBe(true);
  const { data: after } = await octokit.pulls.get({ ...where, pull_number: opened.number });
  expect(after).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: merged.sha, changed_files: 1 });
  await git('fetch', '--quiet', 'origin');
  expect(await git('log', '-1', '--format=%B', 'origin/main')).toBe(
    'Merge pull request #1 from acme/feature\n\nLand feature',
  );
  expect(await git('rev-parse', 'origin/main^2')).toBe(sha);
  await sandbox.world.bus.settled();
  expect(events.map(({ name, action }) => [name, action].filter(Boolean).join(': '))).toEqual([
    'create',
    'push',
    'pull_request: opened',
    'pull_request: closed',
    'push',
  ]);
});

test('a head that moved since it was looked at is not merged: 409', async () => {
  const { octokit, branch } = stage;
  const seen = await branch('feature', { a: '1\n' });
  const { data: pull } = await octokit.pulls.create(titled('feature'));
  await branch('feature', { a: '2\n' });
  await expect(octokit.pulls.merge({ ...where, pull_number: pull.number, sha: seen })).rejects.toMatchObject({
    status: 409,
    response: { data: { message: 'Head branch was modified. Review and try the merge again.' } },
  });
});

test('a conflict is found by GET, and refused by merge: 405', async () => {
  const { octokit, branch } = stage;
  await branch('one', { 'src/one.txt': 'uno\n' });
  await branch('other', { 'src/one.txt': 'eins\n' });
  const { data: one } = await octokit.pulls.create(titled('one'));
  const { data: other } = await octokit.pulls.create(titled('other'));
  await octokit.pulls.get({ ...where, pull_number: other.number });
  expect((await octokit.pulls.get({ ...where, pull_number: other.number })).data.mergeable).toBe(true);
  await octokit.pulls.merge({ ...where, pull_number: one.number });
  // The merge of one made the other's mergeability unknown again.
  const reads = [];
  for (let read = 0; read < 2; read += 1) {
    const { data } = await octokit.pulls.get({ ...where, pull_number: other.number });
    reads.push([data.mergeable, data.mergeable_state]);
  }
  expect(reads).toEqual([
    [null, 'unknown'],
    [false, 'dirty'],
  ]);
  await expect(octokit.pulls.merge({ ...where, pull_number: other.number })).rejects.toMatchObject({
    status: 405,
    response: { data: { message: 'Pull Request is not mergeable' } },
  });
});

test('reading by GraphQL does not start the computation of mergeability', async () => {
  const { octokit, branch } = stage;
  await branch('feature', { a: '1\n' });
  await octokit.pulls.create(titled('feature'));
  const query = '{ repository(owner: "acme", name: "project") { pullRequest(number: 1) { mergeable } } }';
  const unknown = { repository: { pullRequest: { mergeable: 'UNKNOWN' } } };
  expect(await octokit.graphql(query)).toEqual(unknown);
  expect(await octokit.graphql(query)).toEqual(unknown);
  await octokit.pulls.get({ ...where, pull_number: 1 });
  expect(await octokit.graphql(query)).toEqual({ repository: { pullRequest: { mergeable: 'MERGEABLE' } } });
});
