import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from '../stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

test('branches are compared by names with slashes, spelled in either way', async () => {
  const { branch, octokit, sandbox } = stage;
  await branch('a/b', { a: '1\n' });
  await branch('c/d', { b: '1\n' }, 'a/b');
  const basehead = 'a/b...c/d';
  expect((await octokit.repos.compareCommitsWithBasehead({ ...where, basehead })).data.ahead_by).toBe(1);
  for (const spelled of [basehead, 'a%2Fb...c%2Fd', encodeURIComponent(basehead)]) {
    const answer = await fetch(`${sandbox.url}/repos/acme/project/compare/${spelled}`);
    expect([answer.status, await answer.json()]).toMatchObject([200, { ahead_by: 1, status: 'ahead' }]);
  }
});
