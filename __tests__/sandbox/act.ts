/** Runs a repository's own workflow file through `act`, a workflow runner that is none of ours. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkOut } from '../../sandbox/runner/checkout.ts';
import { findActionNode } from '../../sandbox/runner/node.ts';
import { runCommand } from '../../sandbox/runner/processes.ts';
import type { Repository, World } from '../../sandbox/world.ts';
import { cachedActPath } from '../../scripts/get-act.mjs';

/** Where `act` is, or undefined where nobody has built it yet (`npm run test:act` does). */
export function findAct(): string | undefined {
  const cached = cachedActPath(process.env);
  return existsSync(cached) ? cached : undefined;
}

export type ActEvent = 'pull_request' | 'check_suite' | 'workflow_run' | 'workflow_dispatch' | 'schedule';

export type ActRun = {
  act: string;
  world: World;
  repository: Repository;
  /** Workflow file, from the root of the repository. */
  workflow: string;
  event: ActEvent;
  payload: Readonly<Record<string, unknown>>;
  /** The commit whose workflow file runs. */
  sha: string;
  token: string;
  /** Folders by `owner/name@ref`, exactly as the workflow spells it. */
  actions: Readonly<Record<string, string>>;
  timeoutMs: number;
};

export async function runAct(run: ActRun): Promise<{ exitCode: number | null; output: string }> {
  const root = await mkdtemp(path.join(tmpdir(), 'heddle-act-'));
  let output = '';
  const onOutput = (text: string): void => {
    output += text;
  };
  const signal = AbortSignal.timeout(run.timeoutMs);
  const { world, repository, sha } = run;
  const checkout = path.join(root, 'checkout');
  const home = path.join(root, 'home');
  const eventPath = path.join(root, 'event.json');
  try {
    await checkOut({ world, repository, sha, folder: checkout, token: null, onOutput, signal });
    await mkdir(home);
    await writeFile(eventPath, JSON.stringify(run.payload));
    const ended = await runCommand({
      file: run.act,
      args: [run.event, '--eventpath', eventPath, ...options(run, root)],
      cwd: checkout,
      // act takes the first Node on PATH for actions of `using: node24`.
      env: { HOME: home, PATH: `${path.dirname(findActionNode())}:${process.env['PATH'] ?? ''}`, LANG: 'C.UTF-8' },
      onOutput,
      signal,
    });
    return { exitCode: ended.exitCode, output };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function options(run: ActRun, root: string): string[] {
  const { world, repository } = run;
  const environment = {
    GITHUB_API_URL: world.url,
    GITHUB_GRAPHQL_URL: `${world.url}/graphql`,
    GITHUB_SERVER_URL: world.url,
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_REPOSITORY_OWNER: repository.owner,
  };
  return [
    ...['--workflows', run.workflow, '--platform', 'ubuntu-latest=-self-hosted'],
    ...['--action-cache-path', path.join(root, 'actions'), '--no-cache-server', '--action-offline-mode'],
    ...['--secret', `GITHUB_TOKEN=${run.token}`, '--defaultbranch', repository.defaultBranch],
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(run.actions).flatMap(([name, folder]) => ['--local-repository', `${name}=${folder}`]),
  ];
}
