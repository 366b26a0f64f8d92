/**
 * An outside CI, as an app or as an old service that knows only commit statuses: it clones each head of a pull request and
 * runs the repository's own test command. (The CI that GitHub Actions is, is a workflow: the runner runs it.)
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PQueue from 'p-queue';
import { createCheckRun, createStatus, updateCheckRun } from '../checks.ts';
import { addApp } from '../create.ts';
import type { Actor, SandboxEvent } from '../events.ts';
import { orAborted } from '../or-aborted.ts';
import { checkOut } from '../runner/checkout.ts';
import { endOrphans, newTrackingId, runCommand } from '../runner/processes.ts';
import type { Repository, World } from '../world.ts';

export type OutsideCiOptions = {
  world: World;
  /** `app`: check runs in a suite of its own, whose completion starts `check_suite` workflows. `status`: commit statuses. */
  reports: 'app' | 'status';
  /** Run by `sh -c` in a clone of the head; exit 0 is green. */
  command: string;
  /** Of the check run or the status. Default `test`. */
  name?: string;
  /** Default `weaver-ci`. */
  appSlug?: string;
  /** Heads tested at once. Default 2. */
  maxParallel?: number;
  /** A command that is not done by then is ended, and is red. Default 10 minutes. */
  timeoutMs?: number;
  /**
   * The head waits for a machine until this resolves, its check run queued: how a test looks at that gap.
   * Default: at once.
   */
  beforeTest?: (sha: string) => Promise<void>;
  /** `PATH` of the command. Default: this process's own. */
  path?: string;
  onLine?: (sha: string, line: string) => void;
};

type CiResult = { sha: string; conclusion: 'success' | 'failure'; log: string };

export type OutsideCi = {
  /** What it has tested, in the order in which it was done. */
  readonly results: readonly CiResult[];
  /** Where everything that it does on disk lies; gone after `close`. */
  readonly folder: string;
  idle(): Promise<void>;
  /** Ends every process and removes every clone. */
  close(): Promise<void>;
};

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const tested = ['opened', 'synchronize', 'reopened'];

export async function startOutsideCi(options: OutsideCiOptions): Promise<OutsideCi> {
  const { world } = options;
  const app = addApp(world, options.appSlug ?? 'weaver-ci');
  const report = options.reports === 'app' ? asCheckRun : asStatus;
  const actor: Actor = { kind: 'app', appId: app.id, slug: app.slug };
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-ci-'));
  const queue = new PQueue({ concurrency: options.maxParallel ?? 2 });
  const stop = new AbortController();
  const seen = new Set<string>();
  const results: CiResult[] = [];

  async function hear(event: SandboxEvent): Promise<void> {
    const { sha } = event.facts;
    const repository = world.repositories.get(event.repository.toLowerCase());
    if (event.name !== 'pull_request' || !tested.includes(event.action ?? '')) return;
    if (repository === undefined || sha === undefined || seen.has(`${repository.fullName} ${sha}`)) return;
    seen.add(`${repository.fullName} ${sha}`);
    const about: Report = { world, repository, sha, actor, appId: app.id, name: options.name ?? 'test' };
    const told = await report(about);
    const testing = queue.add(async () => {
      await orAborted(options.beforeTest?.(sha) ?? Promise.resolve(), stop.signal);
      if (stop.signal.aborted) return;
      await told.begin();
      const result = await testHead(
        { repository, sha, folder: path.join(folder, `clone-${seen.size}-${sha}`) },
        options,
        stop.signal,
      );
      // A CI that was switched off reports nothing any more.
      if (stop.signal.aborted) return;
      results.push(result);
      await told.finish(result);
    });
    testing.catch((error: unknown) => options.onLine?.(sha, `cannot report: ${String(error)}`));
  }

  const unsubscribe = world.bus.subscribe(hear);
  return {
    results,
    folder,
    async idle() {
      do {
        await world.bus.settled();
        await queue.onIdle();
        await world.bus.settled();
      } while (queue.size + queue.pending > 0);
    },
    async close() {
      unsubscribe();
      stop.abort();
      queue.clear();
      await queue.onIdle();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Head = { repository: Repository; sha: string; folder: string };

/** Never rejects: what goes wrong is red, and in the log. */
async function testHead(head: Head, options: OutsideCiOptions, stop: AbortSignal): Promise<CiResult> {
  const { repository, sha, folder } = head;
  const trackingId = newTrackingId();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS)]);
  const home = `${folder}-home`;
  let log = '';
  const onOutput = (text: string): void => {
    log += text;
    for (const line of text.split('\n').filter(Boolean)) options.onLine?.(sha, line);
  };
  try {
    await mkdir(home, { recursive: true });
    await checkOut({ world: options.world, repository, sha, folder, token: null, onOutput, signal });
    const env = {
      CI: 'true',
      HOME: home,
      LANG: 'C.UTF-8',
      PATH: options.path ?? process.env['PATH'] ?? '/usr/bin:/bin',
      RUNNER_TRACKING_ID: trackingId,
    };
    const ended = await runCommand({ file: 'sh', args: ['-c', options.command], cwd: folder, env, onOutput, signal });
    return { sha, conclusion: ended.exitCode === 0 ? 'success' : 'failure', log };
  } catch (error) {
    return { sha, conclusion: 'failure', log: `${log}${error instanceof Error ? error.message : String(error)}\n` };
  } finally {
    endOrphans(trackingId);
    for (const left of [folder, home]) await rm(left, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Report = { world: World; repository: Repository; sha: string; actor: Actor; appId: number; name: string };

/** Says that the head is to be tested; gives how to say that this has begun, and how it ended. */
type Reporter = (report: Report) => Promise<{ begin(): Promise<void>; finish(result: CiResult): Promise<void> }>;

const asCheckRun: Reporter = async ({ world, repository, sha, actor, appId, name }) => {
  const check = await repository.exclusively(() =>
    createCheckRun(world, repository, { appId, name, headSha: sha }, actor),
  );
  const change = async (changes: Parameters<typeof updateCheckRun>[3]): Promise<void> => {
    await repository.exclusively(() => updateCheckRun(world, repository, check, changes, actor));
  };
  return {
    begin: () => change({ status: 'in_progress', startedAt: world.now() }),
    finish: ({ conclusion, log }) =>
      change({ conclusion, output: { title: name, summary: conclusion, text: log.slice(-60_000) } }),
  };
};

/** A status knows no difference between what waits and what runs. */
const asStatus: Reporter = async ({ world, repository, sha, actor, name }) => {
  const say = async (state: 'pending' | 'success' | 'failure'): Promise<void> => {
    await repository.exclusively(() => createStatus(world, repository, { sha, context: name, state }, actor));
  };
  await say('pending');
  return { begin: async () => {}, finish: ({ conclusion }) => say(conclusion) };
};
