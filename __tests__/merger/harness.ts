/** A sandbox with published tasks, and what a test does with pull requests of them. */
import type { Octokit } from '@octokit/rest';
import type { SandboxOptions } from '../../sandbox/sandbox.ts';
import type { Rule } from '../../sandbox/world.ts';
import { createClient } from '../../src/adapters/github/client.ts';
import { createMergerGitHub } from '../../src/adapters/github/merger.ts';
import { branchOf, type IssueId, issueId } from '../../src/domain/ids.ts';
import { ISSUES_PATH } from '../../src/domain/lines.ts';
import { markerText } from '../../src/domain/marker.ts';
import type { SweepReport } from '../../src/merger/report.ts';
import { sweep } from '../../src/merger/sweep.ts';
import { WORKFLOW_NAME, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { MergerGitHub } from '../../src/ports/merger-github.ts';
import { type Stage, setStage, where } from '../sandbox/stage.ts';

export const ownWorkflow = { path: WORKFLOW_PATH, name: WORKFLOW_NAME };

/** Waits pass at once, so that back-off costs a test nothing. */
export function fastClock(): Clock {
  let nonces = 0;
  return {
    now: () => new Date(),
    sleep: async () => {},
    nonce: () => {
      nonces += 1;
      return `nonce${String(nonces).padStart(6, '0')}`;
    },
  };
}

export type Harness = Stage & {
  github: MergerGitHub;
  sweep(options?: { github?: MergerGitHub } & Partial<Parameters<typeof sweep>[2]>): Promise<SweepReport>;
  /** A pull request of a task, with its marker; the head is pushed first. */
  open(task: string, options?: OpenOptions): Promise<{ number: number; head: string }>;
  report(head: string, state?: 'success' | 'failure' | 'pending', context?: string): Promise<void>;
  /** The lines of the state file on a branch of the sandbox, by id. */
  lines(branch?: string): Promise<Map<string, { status: string; text: string }>>;
  /** Commits files on top of what is checked out and pushes that as a branch. */
  commitTo(branch: string, files: Record<string, string>): Promise<void>;
  headline(branch?: string): Promise<string>;
  writes(): Promise<readonly string[]>;
};

export type OpenOptions = {
  round?: number;
  files?: Record<string, string>;
  branch?: string;
  body?: string;
  base?: string;
  draft?: boolean;
  as?: Octokit;
  from?: string;
  /** Report success on the head. Default: yes. */
  green?: boolean;
};

export function publishedLine(task: string, round = 1): string {
  return JSON.stringify({
    id: task,
    title: `Task ${task}`,
    status: 'open',
    priority: 2,
    issue_type: 'task',
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    metadata: { round },
  });
}

export async function createHarness(
  options: { lines?: readonly string[]; config?: string } & Partial<SandboxOptions> = {},
) {
  const { lines = ['hd-1.1', 'hd-1.2', 'hd-1.3'].map((id) => publishedLine(id)), config, ...rest } = options;
  const stage = await setStage(rest);
  const { sandbox, octokit } = stage;
  const base: Record<string, string> = { [ISSUES_PATH]: `${lines.join('\n')}\n` };
  if (config !== undefined) base['heddle.yml'] = config;
  await stage.branch('main', base);
  await sandbox.world.bus.settled();
  const client = createClient({ token: sandbox.tokens.actions(), apiUrl: sandbox.url, clock: fastClock() });
  const github = createMergerGitHub(client, { owner: where.owner, name: where.repo });
  const written: string[] = [];
  sandbox.onExchange(({ method, path, requestBody }) => {
    const query = (requestBody as { query?: string } | undefined)?.query;
    if (method !== 'GET' && !(path === '/graphql' && !/^\s*mutation/.test(query ?? '')))
      written.push(`${method} ${path}`);
  });

  const harness: Harness = {
    ...stage,
    github,
    sweep: ({ github: other = github, ...more } = {}) => sweep(other, fastClock(), { ownWorkflow, ...more }),
    async open(task, given = {}) {
      const id: IssueId = issueId(task);
      const round = given.round ?? 1;
      const name = given.branch ?? branchOf(id, round);
      const head = await stage.branch(name, given.files ?? { [`src/${task}.txt`]: `${task}\n` }, given.from ?? 'main');
      const { data } = await (given.as ?? octokit).rest.pulls.create({
        ...where,
        head: name,
        base: given.base ?? 'main',
        title: `Do ${task}`,
        body: given.body ?? `Done.\n\n${markerText({ task: id, round })}`,
        draft: given.draft ?? false,
      });
      if (given.green ?? true) await harness.report(head);
      return { number: data.number, head };
    },
    async report(head, state = 'success', context = 'ci/test') {
      await octokit.rest.repos.createCommitStatus({ ...where, sha: head, state, context });
    },
    async lines(branch = 'main') {
      await stage.git('fetch', '--quiet', 'origin', branch);
      const text = await stage.git('show', `FETCH_HEAD:${ISSUES_PATH}`);
      return new Map(
        text.split('\n').map((line) => {
          const { id, status } = JSON.parse(line) as { id: string; status: string };
          return [id, { status, text: line }];
        }),
      );
    },
    async commitTo(branch, files) {
      await stage.branch('scratch', files, 'HEAD');
      await stage.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
    },
    async headline(branch = 'main') {
      await stage.git('fetch', '--quiet', 'origin', branch);
      return stage.git('log', '-1', '--format=%s', 'FETCH_HEAD');
    },
    /** What was written over the API by anybody since the last call. */
    async writes() {
      return written.splice(0);
    },
  };
  return harness;
}

export function addRule(harness: Harness, rule: Rule): void {
  harness.sandbox.addRuleset(harness.sandbox.repository, { rules: [rule] });
}

export { where };
