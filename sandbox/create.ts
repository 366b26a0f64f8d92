/** Makes worlds, users, apps, tokens and repositories. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type Actor, createEventBus } from './events.ts';
import { initBare } from './git.ts';
import { installHooks } from './hooks.ts';
import { ACTIONS_APP_ID, type App, loginOf, type Permission, type Repository, type User, type World } from './world.ts';

export type RepositoryOptions = {
  owner: string;
  name: string;
  defaultBranch?: string;
  private?: boolean;
  allowMergeCommit?: boolean;
  allowSquashMerge?: boolean;
  allowRebaseMerge?: boolean;
  deleteBranchOnMerge?: boolean;
};

export function createWorld(now: () => Date, onListenerError: (error: unknown) => void): World {
  let lastId = 1000;
  const world: World = {
    url: '',
    users: new Map(),
    apps: new Map(),
    repositories: new Map(),
    credentials: new Map(),
    bus: createEventBus(onListenerError),
    rerunListeners: new Set(),
    lentTexts: new Map(),
    usage: new Map(),
    // GitHub's times have no fraction of a second.
    now: () =>
      now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
    nextId: () => ++lastId,
  };
  world.apps.set(ACTIONS_APP_ID, {
    id: ACTIONS_APP_ID,
    nodeId: nodeId('App', ACTIONS_APP_ID),
    slug: 'github-actions',
    name: 'GitHub Actions',
    ownerLogin: 'github',
    autoSuites: false,
  });
  addUser(world, 'github', 'Organization');
  addUser(world, 'github-actions[bot]', 'Bot');
  addUser(world, 'web-flow');
  return world;
}

/** Global ids are opaque; ours name the type, so that `node(id)`-like inputs can be told apart. */
export function nodeId(type: string, id: number | string): string {
  return `${type}_${Buffer.from(String(id)).toString('base64url')}`;
}

/** The user of that login, made on first mention. */
export function addUser(world: World, login: string, type: User['type'] = 'User'): User {
  const known = world.users.get(login.toLowerCase());
  if (known !== undefined) return known;
  const id = world.nextId();
  const user: User = { login, id, nodeId: nodeId('U', id), type, name: null };
  world.users.set(login.toLowerCase(), user);
  return user;
}

export function addApp(world: World, slug: string, options: { autoSuites?: boolean; ownerLogin?: string } = {}): App {
  const id = world.nextId();
  const ownerLogin = options.ownerLogin ?? slug;
  addUser(world, ownerLogin, 'Organization');
  addUser(world, `${slug}[bot]`, 'Bot');
  const app: App = {
    id,
    nodeId: nodeId('App', id),
    slug,
    name: slug,
    ownerLogin,
    autoSuites: options.autoSuites ?? false,
  };
  world.apps.set(id, app);
  return app;
}

const prefixByKind = { user: 'ghp_', app: 'ghs_', actions: 'ghs_' } as const;

/** A new token. `permissions` null means all that its actor may; `repository` null means wherever it may. */
export function issueToken(
  world: World,
  actor: Actor,
  permissions: Readonly<Record<string, 'read' | 'write'>> | null = null,
  repository: string | null = null,
): string {
  addUser(world, loginOf(actor), actor.kind === 'user' ? 'User' : 'Bot');
  const token = `${prefixByKind[actor.kind]}${randomBytes(18).toString('hex')}`;
  world.credentials.set(token, { actor, permissions, repository });
  return token;
}

export async function createRepository(world: World, root: string, options: RepositoryOptions): Promise<Repository> {
  return addRepository(world, root, options, null);
}

/** A second repository with the same history, owned by someone else. Pull requests from it are cross-repository. */
export async function forkRepository(
  world: World,
  root: string,
  parent: Repository,
  owner: string,
): Promise<Repository> {
  const fork = await addRepository(
    world,
    root,
    { owner, name: parent.name, defaultBranch: parent.defaultBranch, private: parent.settings.private },
    parent,
  );
  await fork.git.fetchFrom(parent.git.dir, 'refs/heads/*', 'refs/heads/*');
  return fork;
}

async function addRepository(
  world: World,
  root: string,
  options: RepositoryOptions,
  parent: Repository | null,
): Promise<Repository> {
  addUser(world, options.owner);
  const id = world.nextId();
  const defaultBranch = options.defaultBranch ?? 'main';
  const git = await initBare(path.join(root, options.owner, `${options.name}.git`), defaultBranch);
  await installHooks(git.dir);
  const repository: Repository = {
    id,
    nodeId: nodeId('R', id),
    owner: options.owner,
    name: options.name,
    fullName: `${options.owner}/${options.name}`,
    parent,
    defaultBranch,
    settings: {
      private: options.private ?? false,
      allowMergeCommit: options.allowMergeCommit ?? true,
      allowSquashMerge: options.allowSquashMerge ?? true,
      allowRebaseMerge: options.allowRebaseMerge ?? true,
      deleteBranchOnMerge: options.deleteBranchOnMerge ?? false,
    },
    git,
    collaborators: new Map<string, Permission>([[options.owner.toLowerCase(), 'admin']]),
    nextNumber: 1,
    pulls: new Map(),
    labels: new Map(),
    comments: new Map(),
    reviews: [],
    checkSuites: new Map(),
    checkRuns: new Map(),
    statuses: [],
    workflows: new Map(),
    workflowRuns: new Map(),
    jobs: new Map(),
    rulesets: new Map(),
    webhooks: new Map(),
    createdAt: world.now(),
    pushedAt: world.now(),
    // A fork and its parent change each other's pull requests, so they take turns together.
    exclusively: parent?.exclusively ?? oneAtATime(),
  };
  world.repositories.set(repository.fullName.toLowerCase(), repository);
  return repository;
}

function oneAtATime(): Repository['exclusively'] {
  let last: Promise<unknown> = Promise.resolve();
  return (change) => {
    const result = last.then(change);
    last = result.catch(() => {});
    return result;
  };
}
