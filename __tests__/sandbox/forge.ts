/** A small GitHub for the tests of its CI and runner: a repository with files, without a server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRepository, createWorld } from '../../sandbox/create.ts';
import type { Actor } from '../../sandbox/events.ts';
import { ZERO_OID } from '../../sandbox/git.ts';
import { openPullRequest } from '../../sandbox/pulls.ts';
import { moveRefs } from '../../sandbox/refs.ts';
import type { PullRequest, Repository, World } from '../../sandbox/world.ts';

export const ada: Actor = { kind: 'user', login: 'ada' };

export type Files = Readonly<Record<string, string | null>>;

export type TestForge = {
  world: World;
  repository: Repository;
  folder: string;
  /** `commitFiles` in this repository. */
  commit(branch: string, files: Files, message?: string, actor?: Actor): Promise<string>;
  openPull(branch: string, actor?: Actor): Promise<PullRequest>;
  /** What a listener threw. */
  errors: unknown[];
  remove(): Promise<void>;
};

export async function makeForge(files: Files): Promise<TestForge> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-forge-'));
  const errors: unknown[] = [];
  const world = createWorld(
    () => new Date(),
    (error) => void errors.push(error),
  );
  world.url = 'http://127.0.0.1:1';
  const repository = await createRepository(world, folder, { owner: 'ada', name: 'loom' });

  const commit: TestForge['commit'] = (branch, changes, message, actor) =>
    commitFiles(world, repository, branch, changes, message, actor);
  await commit('main', files, 'start');
  return {
    world,
    repository,
    folder,
    commit,
    openPull: (branch, actor = ada) =>
      repository.exclusively(() =>
        openPullRequest(
          world,
          repository,
          { title: branch, body: null, head: branch, base: 'main', draft: false },
          actor,
        ),
      ),
    errors,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Commits on a branch, made from main where it is new, and pushes. Null removes a file. */
export async function commitFiles(
  world: World,
  repository: Repository,
  branch: string,
  changes: Files,
  message = `change ${branch}`,
  actor = ada,
): Promise<string> {
  const { git } = repository;
  const tip = await git.branch(branch);
  const parent = tip ?? (await git.branch('main'));
  const edits = [];
  for (const [file, content] of Object.entries(changes)) {
    edits.push({
      path: file,
      mode: '100644',
      oid: content === null ? null : await git.writeBlob(Buffer.from(content)),
    });
  }
  const tree = await git.editTree(parent, edits);
  const who = { name: 'Ada', email: 'ada@example.org', date: world.now() };
  const parents = parent === null ? [] : [parent];
  const oid = await git.commitTree({ tree, parents, author: who, committer: who, message });
  const move = { ref: `refs/heads/${branch}`, before: tip ?? ZERO_OID, after: oid, force: true };
  await repository.exclusively(() =>
    moveRefs(world, repository, [move], actor, () => {
      throw new Error('lost a race');
    }),
  );
  return oid;
}

/** The folder of a small action that tells what it was given. */
export const dumpAction = path.join(import.meta.dirname, 'actions', 'dump');

/** A workflow of one script. */
export const script = (name: string, on: string, run: string, more = ''): string => `
name: ${name}
on: ${on}
${more}
jobs:
  ${name.toLowerCase()}:
    runs-on: ubuntu-latest
    steps:
      - run: ${run}
`;
