import { afterEach, expect, test } from '@jest/globals';
import { type Runner, type RunnerOptions, startRunner } from '../../src/sandbox/runner/runner.ts';
import { dumpAction, type Files, makeForge, type TestForge } from './forge.ts';

let forge: TestForge;
let runner: Runner;

afterEach(async () => {
  await runner.close();
  await forge.remove();
  expect(forge.errors).toEqual([]);
});

async function start(files: Files, options: Partial<RunnerOptions> = {}): Promise<void> {
  forge = await makeForge(files);
  await forge.world.bus.settled();
  runner = await startRunner({ world: forge.world, actions: { 'ada/dump': dumpAction }, ...options });
}

const dumpOn = (on: string) => `
name: Dump
on: ${on}
permissions:
  contents: read
jobs:
  dump:
    runs-on: ubuntu-latest
    steps:
      - uses: ada/dump@0123456789012345678901234567890123456789
        with:
          word: weft \${{ github.event_name }}
`;

test('an action gets a clean environment, an empty workspace and its inputs', async () => {
  process.env['SECRET_OF_THE_MACHINE'] = 'leak';
  await start({ '.github/workflows/dump.yml': dumpOn('pull_request') });
  await forge.commit('work', { 'a.txt': 'a' });
  const pull = await forge.openPull('work');
  await runner.idle();

  expect(runner.problems).toEqual([]);
  expect(runner.runs).toMatchObject([{ event: 'pull_request', conclusion: 'success', headSha: pull.head.sha }]);
  const job = runner.runs[0]?.jobs[0];
  expect(job?.log).toContain('my token is ***');
  expect(job?.summary).toBe('word: weft pull_request\nstate: blue\n');
  const told = JSON.parse(job?.outputs['told'] ?? '');
  expect(told).toMatchObject({
    workspace: [],
    node: expect.stringMatching(/^2[4-9]\./),
    event: { action: 'opened', number: 1 },
    env: {
      GITHUB_API_URL: forge.world.url,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/1/merge',
      GITHUB_REPOSITORY: 'ada/loom',
      GITHUB_WORKFLOW_REF: 'ada/loom/.github/workflows/dump.yml@refs/pull/1/merge',
      INPUT_TOKEN: expect.stringMatching(/^ghs_/),
    },
  });
  expect(told.cwd).toBe(told.env.GITHUB_WORKSPACE);
  expect(Object.keys(told.env).filter((name) => !/^(GITHUB|RUNNER|INPUT)_|^(HOME|LANG|PATH|CI)$/.test(name))).toEqual(
    [],
  );
  expect(told.env).not.toHaveProperty('GITHUB_TOKEN');
});
