import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const refused = async (push: Promise<string>): Promise<string> => {
  try {
    await push;
  } catch (error) {
    // Errors of Node's own modules come from another realm than this file's Error.
    if (typeof error === 'object' && error !== null && 'stderr' in error) return String(error.stderr);
    throw error;
  }
  throw new Error('the push was accepted');
};

test('anybody clones a public repository; nobody pushes without a token that may write', async () => {
  const { git, sandbox } = stage;
  expect(await git('ls-remote', sandbox.gitUrl, 'refs/heads/main')).toMatch(/^[0-9a-f]{40}\trefs\/heads\/main$/);
  expect(await refused(git('push', sandbox.gitUrl, 'main:other'))).toContain('could not read Username');
  const reader = sandbox.tokens.userAs('reader', 'read');
  expect(await refused(git('push', sandbox.gitUrlWith(reader), 'main:other'))).toContain(
    'Permission to acme/project.git denied to reader.',
  );
  const narrow = sandbox.tokens.actions({ contents: 'read' });
  expect(await refused(git('push', sandbox.gitUrlWith(narrow), 'main:other'))).toContain(
    'denied to github-actions[bot]',
  );
  await git('push', '--quiet', sandbox.gitUrlWith(sandbox.tokens.actions()), 'main:other');
});

test('a private repository does not exist for those who may not read it', async () => {
  const { git, sandbox, as, status } = stage;
  await sandbox.createRepository({ owner: 'acme', name: 'secret', private: true });
  const stranger = sandbox.tokens.userAs('stranger', 'none');
  const address = sandbox.gitUrlWith(stranger).replace('project', 'secret');
  expect(await refused(git('ls-remote', address))).toContain('not found');
  expect(await status(as(stranger).repos.get({ ...where, repo: 'secret' }))).toBe(404);
  expect(await status(stage.octokit.repos.get({ ...where, repo: 'secret' }))).toBe(200);
});

test('a push tells what moved, and a pull request follows its head before the push returns', async () => {
  const { git, octokit, branch, sandbox, events } = stage;
  const before = await branch('feature', { a: '1\n' });
  await octokit.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Feature' });
  const after = await branch('feature', { a: '2\n' }, 'feature');
  expect((await octokit.pulls.get({ ...where, pull_number: 1 })).data.head.sha).toBe(after);
  expect(await git('ls-remote', 'origin', 'refs/pull/1/head')).toContain(after);
  await sandbox.world.bus.settled();
  const moved = events.filter(({ action, name }) => action === 'synchronize' || name === 'push').slice(-2);
  expect(moved.map(({ payload }) => [payload['before'], payload['after']])).toEqual([
    [before, after],
    [before, after],
  ]);
});

test('a rule refuses a push in GitHub’s words, and nothing moves', async () => {
  const { git, sandbox } = stage;
  const app = sandbox.addApp('lander');
  sandbox.addRuleset(sandbox.repository, {
    rules: [{ type: 'pull_request', approvals: 0 }],
    bypass: [{ kind: 'app', appId: app.id }],
  });
  const before = await git('ls-remote', 'origin', 'refs/heads/main');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Straight to main');
  const said = await refused(git('push', 'origin', 'HEAD:main'));
  expect(said).toContain('remote: error: GH013: Repository rule violations found for refs/heads/main.');
  expect(said).toContain('remote: - Changes must be made through a pull request.');
  expect(said).toContain('! [remote rejected] HEAD -> main (push declined due to repository rule violations)');
  expect(await git('ls-remote', 'origin', 'refs/heads/main')).toBe(before);
  // The Actions token is bound as well, and can be on no bypass list; an app can.
  expect(await refused(git('push', sandbox.gitUrlWith(sandbox.tokens.actions()), 'HEAD:main'))).toContain('GH013');
  await git('push', '--quiet', sandbox.gitUrlWith(sandbox.tokens.app(app)), 'HEAD:main');
});

test('a required check lets a tested commit be pushed straight to the base', async () => {
  const { git, sandbox, as } = stage;
  sandbox.addRuleset(sandbox.repository, {
    rules: [{ type: 'required_status_checks', contexts: [{ context: 'test' }] }],
  });
  await git('commit', '--quiet', '--allow-empty', '--message', 'Tested on a branch');
  const sha = await git('rev-parse', 'HEAD');
  expect(await refused(git('push', 'origin', 'HEAD:main'))).toContain('Required status check "test" is expected.');
  await git('push', '--quiet', 'origin', 'HEAD:staging');
  const ci = as(sandbox.tokens.app(sandbox.addApp('outside-ci')));
  await ci.checks.create({ ...where, name: 'test', head_sha: sha, conclusion: 'success' });
  await git('push', '--quiet', 'origin', 'HEAD:main');
});

test('a rule against forced pushes sees whether history is lost', async () => {
  const { git, branch, sandbox } = stage;
  sandbox.addRuleset(sandbox.repository, { include: ['refs/heads/kept*'], rules: [{ type: 'non_fast_forward' }] });
  await branch('kept', { a: '1\n' });
  await branch('kept', { a: '2\n' }, 'kept');
  expect(await refused(git('push', '--force', 'origin', 'main:kept'))).toContain('Cannot force-push to this branch');
});

test('the Actions token cannot push a workflow, a user can', async () => {
  const { git, branch, sandbox } = stage;
  await branch('ci', { '.github/workflows/ci.yml': 'on: push\n' });
  await git('push', '--quiet', 'origin', '--delete', 'ci');
  expect(await refused(git('push', sandbox.gitUrlWith(sandbox.tokens.actions()), 'ci:again'))).toContain(
    '(refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission)',
  );
  await git('push', '--quiet', 'origin', 'ci:again');
  // What the repository has already may be carried along.
  await git('push', '--quiet', sandbox.gitUrlWith(sandbox.tokens.actions()), 'ci:further');
});

test('the refs of pull requests cannot be pushed to', async () => {
  expect(await refused(stage.git('push', 'origin', 'main:refs/pull/1/head'))).toContain('deny updating a hidden ref');
});

test('pushes at the same time all land, and each is told once', async () => {
  const { git, sandbox, events } = stage;
  const names = Array.from({ length: 8 }, (_, number) => `task/${number}`);
  await Promise.all(names.map((name) => git('push', '--quiet', 'origin', `main:refs/heads/${name}`)));
  await sandbox.world.bus.settled();
  const told = events.filter(({ name }) => name === 'push').map(({ facts }) => facts.ref);
  expect(told.toSorted()).toEqual(names.map((name) => `refs/heads/${name}`));
});
