/** The environment of a step, from nothing: what GitHub's runner sets, and no variable more. */
import { arch, platform } from 'node:os';
import type { Value } from '../workflow/expression.ts';
import type { Repository, World } from '../world.ts';
import type { RunRecord } from './records.ts';
import type { Start } from './routing.ts';

/** The folders of one job; all are gone after it. */
export type JobFolders = { home: string; workspace: string; temp: string; toolCache: string; eventPath: string };

export type JobFacts = {
  world: World;
  repository: Repository;
  start: Start;
  record: RunRecord;
  jobId: string;
  token: string;
  trackingId: string;
  folders: JobFolders;
  /** Where programs are found: the machine's own. */
  path: string;
};

function githubVariables(facts: JobFacts): { [name: string]: string } {
  const { world, repository, start, record, folders } = facts;
  const { context, workflow } = start;
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: record.run.actorLogin,
    GITHUB_ACTOR_ID: idOf(world, record.run.actorLogin),
    GITHUB_API_URL: world.url,
    GITHUB_BASE_REF: context.baseRef,
    GITHUB_EVENT_NAME: start.eventName,
    GITHUB_EVENT_PATH: folders.eventPath,
    GITHUB_GRAPHQL_URL: `${world.url}/graphql`,
    GITHUB_HEAD_REF: context.headRef,
    GITHUB_JOB: facts.jobId,
    GITHUB_REF: context.ref,
    GITHUB_REF_NAME: shortRef(context.ref),
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: context.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REPOSITORY_OWNER: repository.owner,
    GITHUB_REPOSITORY_OWNER_ID: idOf(world, repository.owner),
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: String(record.run.runAttempt),
    GITHUB_RUN_ID: String(record.run.id),
    GITHUB_RUN_NUMBER: String(record.run.runNumber),
    GITHUB_SERVER_URL: world.url,
    GITHUB_SHA: context.sha,
    GITHUB_TRIGGERING_ACTOR: record.run.triggeringLogin,
    GITHUB_WORKFLOW: workflow.name,
    GITHUB_WORKFLOW_REF: `${repository.fullName}/${workflow.path}@${context.ref}`,
    GITHUB_WORKFLOW_SHA: context.workflowSha,
    GITHUB_WORKSPACE: folders.workspace,
  };
}

/** Everything but the step's own: base of `run:` steps and actions alike. */
export function jobEnvironment(facts: JobFacts): { [name: string]: string } {
  const { folders } = facts;
  return {
    HOME: folders.home,
    LANG: 'C.UTF-8',
    PATH: facts.path,
    ...githubVariables(facts),
    RUNNER_ARCH: arch() === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'sandbox',
    RUNNER_OS: platform() === 'darwin' ? 'macOS' : 'Linux',
    RUNNER_TEMP: folders.temp,
    RUNNER_TOOL_CACHE: folders.toolCache,
    // The mark by which what a job leaves running is found and ended.
    RUNNER_TRACKING_ID: facts.trackingId,
  };
}

/** The `github` context. The token is in it, and in no variable: an action has it only as an input. */
export function githubContext(facts: JobFacts): { readonly [name: string]: Value } {
  const context: { [name: string]: Value } = {};
  for (const [name, value] of Object.entries(githubVariables(facts))) {
    if (name.startsWith('GITHUB_')) context[name.slice('GITHUB_'.length).toLowerCase()] = value;
  }
  const payload: Value = JSON.parse(JSON.stringify(facts.start.event.payload));
  return { ...context, token: facts.token, event: payload };
}

function idOf(world: World, login: string): string {
  return String(world.users.get(login.toLowerCase())?.id ?? 0);
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, '');
}
