/** A repository that is set up with Heddle, with one task whose pull request waits to be merged. */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { openPullRequest } from '../../sandbox/pulls.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { PullRequest } from '../../sandbox/world.ts';
import { issueId } from '../../src/domain/ids.ts';
import { findLine, ISSUES_PATH, type Line } from '../../src/domain/lines.ts';
import { markerText } from '../../src/domain/marker.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';
import { ada, commitFiles, type Files } from './forge.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** What `uses:` says in the tests. */
export const actionName = 'ada/heddle';
export const actionRef = '0123456789abcdef0123456789abcdef01234567';

const task = issueId('bd-a1.1');
const line = {
  id: task,
  title: 'Weave a < b',
  status: 'open',
  issue_type: 'task',
  created_at: '2026-10-01T10:00:00Z',
  updated_at: '2026-10-01T10:00:00Z',
  metadata: { round: 1 },
};

export type Merging = {
  sandbox: Sandbox;
  /** Folder with `action.yml` and `dist/action.js`. */
  actionFolder: string;
  commit(branch: string, files: Files): Promise<string>;
  openTask(files: Files): Promise<PullRequest>;
  /** The task's line on main. */
  lineOnMain(): Promise<Line | undefined>;
  end(): Promise<void>;
};

export async function setUp(options: { ciWorkflows: readonly string[]; files?: Files }): Promise<Merging> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-merging-'));
  const sandbox = await startSandbox({ dir: path.join(folder, 'github'), owner: 'ada', repo: 'loom' });
  const { world, repository } = sandbox;
  const commit = (branch: string, files: Files) => commitFiles(world, repository, branch, files);
  await commit('main', {
    [ISSUES_PATH]: `${JSON.stringify(line)}\n`,
    [WORKFLOW_PATH]: mergerWorkflow({ ciWorkflows: options.ciWorkflows, uses: `${actionName}@${actionRef}` }),
    ...options.files,
  });
  await world.bus.settled();
  return {
    sandbox,
    actionFolder: await actionIn(folder),
    commit,
    async openTask(files) {
      const head = `heddle/${task}/1`;
      await commit(head, files);
      const draft = { title: line.title, body: markerText({ task, round: 1 }), head, base: 'main', draft: false };
      return repository.exclusively(() => openPullRequest(world, repository, draft, ada));
    },
    async lineOnMain() {
      const oid = await repository.git.resolve(`refs/heads/main:${ISSUES_PATH}`);
      return oid === null ? undefined : findLine((await repository.git.read('blob', oid)).toString(), task);
    },
    async end() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What a runner downloads of Heddle, without what lies around in a checkout (`act` copies the whole folder).
 * The bundle is the committed one; where nothing is built yet, one made for this test.
 */
async function actionIn(folder: string): Promise<string> {
  const made = path.join(folder, 'action');
  const bundle = path.join(made, 'dist', 'action.js');
  await mkdir(path.dirname(bundle), { recursive: true });
  await cp(path.join(root, 'action.yml'), path.join(made, 'action.yml'));
  await writeFile(path.join(made, 'package.json'), JSON.stringify({ type: 'module' }));
  const committed = path.join(root, 'dist', 'action.js');
  if (existsSync(committed)) {
    await cp(committed, bundle);
    return made;
  }
  const require = "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);";
  await build({
    absWorkingDir: root,
    entryPoints: ['src/action.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: require },
    logLevel: 'silent',
  });
  return made;
}
