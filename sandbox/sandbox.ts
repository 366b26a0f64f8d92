/** Starts a GitHub on this machine. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  addApp,
  addUser,
  createRepository,
  createWorld,
  forkRepository,
  issueToken,
  nodeId,
  type RepositoryOptions,
} from './create.ts';
import { createSandboxServer, type ExchangeListener } from './server.ts';
import { cloneUrl } from './shapes/repositories.ts';
import { createDeliverer, type Deliverer } from './webhooks.ts';
import type { App, Permission, Repository, Ruleset, World } from './world.ts';

export type SandboxOptions = {
  /** Folder for the bare repositories; made when it is not there, never removed. */
  dir: string;
  /** The first repository and the login of the first user's token. Default `acme/project`. */
  owner?: string;
  repo?: string;
  repository?: Omit<RepositoryOptions, 'owner' | 'name'>;
  now?: () => Date;
};

export type Sandbox = {
  /**
   * Base of everything, as api.github.com and github.com in one: Octokit's `baseUrl`, `GITHUB_API_URL` and
   * `GITHUB_SERVER_URL` are this; `GITHUB_GRAPHQL_URL` is `graphqlUrl`. (`/api/v3` and `/api/graphql` answer too.)
   */
  url: string;
  graphqlUrl: string;
  /** Clone address of the first repository, without credentials. */
  gitUrl: string;
  repository: Repository;
  world: World;
  webhooks: Deliverer;
  tokens: {
    /** Of the owner of the first repository. */
    user: string;
    /**
     * Of another account, given that permission in the first repository. With `permissions` it is a fine-grained token that
     * holds only those, else one that may all that its account may.
     */
    userAs(login: string, permission?: Permission, permissions?: Readonly<Record<string, 'read' | 'write'>>): string;
    /** A `GITHUB_TOKEN`, with the `permissions` of a job by GitHub's names (`pull_requests: 'write'`). */
    actions(permissions?: Readonly<Record<string, 'read' | 'write'>>): string;
    app(app: App, permissions?: Readonly<Record<string, 'read' | 'write'>>): string;
  };
  createRepository(options: RepositoryOptions): Promise<Repository>;
  fork(parent: Repository, owner: string): Promise<Repository>;
  addApp(slug: string, options?: { autoSuites?: boolean }): App;
  addRuleset(repository: Repository, ruleset: RulesetDraft): Ruleset;
  /** `http://x-access-token:TOKEN@host/owner/name.git` */
  gitUrlWith(token: string, repository?: Repository): string;
  onExchange(listener: ExchangeListener): void;
  close(): Promise<void>;
};

type RulesetDraft = Partial<Ruleset> & Pick<Ruleset, 'rules'>;

/** What a workflow's token may do when its job says nothing: the restricted default of new repositories is narrower. */
const permissive = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
} as const;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, owner = 'acme', repo = 'project', now = () => new Date() } = options;
  await mkdir(dir, { recursive: true });
  const root = path.resolve(dir);
  const world = createWorld(now, (error) => console.error('sandbox: a listener failed:', error));
  const repository = await createRepository(world, root, { ...options.repository, owner, name: repo });
  const listeners = new Set<ExchangeListener>();
  const server = createSandboxServer(world, listeners);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port');
  world.url = `http://127.0.0.1:${address.port}`;
  return {
    url: world.url,
    graphqlUrl: `${world.url}/graphql`,
    gitUrl: cloneUrl(world, repository),
    repository,
    world,
    webhooks: createDeliverer(world),
    tokens: {
      user: issueToken(world, { kind: 'user', login: owner }),
      userAs: (login, permission = 'write', permissions) => {
        addUser(world, login);
        repository.collaborators.set(login.toLowerCase(), permission);
        return issueToken(world, { kind: 'user', login }, permissions);
      },
      actions: (permissions = permissive) => issueToken(world, { kind: 'actions' }, permissions, repository.fullName),
      app: (app, permissions = permissive) =>
        issueToken(world, { kind: 'app', appId: app.id, slug: app.slug }, permissions),
    },
    createRepository: (draft) => createRepository(world, root, draft),
    fork: (parent, forkOwner) => forkRepository(world, root, parent, forkOwner),
    addApp: (slug, appOptions) => addApp(world, slug, appOptions),
    addRuleset: (where, draft) => addRuleset(world, where, draft),
    gitUrlWith: (token, where = repository) => cloneUrl(world, where).replace('://', `://x-access-token:${token}@`),
    onExchange: (listener) => listeners.add(listener),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addRuleset(world: World, repository: Repository, draft: RulesetDraft): Ruleset {
  const id = world.nextId();
  const ruleset: Ruleset = {
    name: 'protected',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypass: [],
    ...draft,
    id,
    nodeId: nodeId('RRS', id),
  };
  repository.rulesets.set(id, ruleset);
  return ruleset;
}
