/**
 * The agents that Heddle knows, for real: their own programs, with a model on loopback that says what to do.
 * Left out where they are not installed: `npm run test:agents` installs them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cachedAgentFolder } from '../../scripts/get-agents.mjs';
import { runWorker } from '../../src/worker/worker.ts';
import { ScriptedModel, type Turn } from '../fakes/model.ts';
import { PATIENCE_MS } from '../fakes/wait.ts';
import { Bench, BRANCH, clearTemplate, TASK, TOKEN } from './bench.ts';

type Name = 'claude' | 'codex';

const GREETS = 'echo hello > greeting.txt';
const COMMITS = `${GREETS} && git add greeting.txt && git commit -qm "Greet people"`;
const RESET_SECONDS = 1_995_514_400;
/** Time for a start on a busy machine: what it says then breaks the silence, and the model never does. */
const SILENCE_SECONDS = 20;

const folders = { claude: cachedAgentFolder(process.env, 'claude'), codex: cachedAgentFolder(process.env, 'codex') };
// `npm run test:agents` sets the variable, so that there a missing agent is a failure.
const installed = (agent: Name) => existsSync(folders[agent]) || Boolean(process.env['HEDDLE_TEST_AGENTS']);
const withClaude = installed('claude') ? test : test.skip;
const withCodex = installed('codex') ? test : test.skip;
// Its sandbox needs rights that some containers do not give; there nothing can be said about it.
const withCodexSandbox = installed('codex') && codexHasItsSandbox() ? test : test.skip;

let bench: Bench;
let model: ScriptedModel;
let environment: Record<string, string>;

beforeEach(async () => {
  bench = new Bench();
  model = new ScriptedModel();
  const url = await model.listen();
  const home = join(bench.folder, 'home');
  mkdirSync(join(home, '.codex'), { recursive: true });
  writeFileSync(join(home, '.codex', 'config.toml'), codexConfig(url));
  // Nothing of the user's who runs the tests: no login, no settings.
  environment = {
    HOME: home,
    PATH: [folders.claude, folders.codex, process.env['PATH']].join(delimiter),
    ANTHROPIC_BASE_URL: url,
    CLAUDE_CODE_OAUTH_TOKEN: 'no-secret',
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Claude refuses to do without asking what root could do, unless this says that it is in a sandbox.
    IS_SANDBOX: '1',
    OPENAI_API_KEY: 'no-secret',
  };
});
afterEach(async () => {
  await model.close();
  await bench.clear();
});
afterAll(clearTemplate);

async function work(agent: Name, turn: Turn, config = '') {
  model.turn = turn;
  bench.configure(config);
  const deps = { ...(await bench.deps()), environment };
  return await runWorker(deps, { task: TASK, token: TOKEN, round: 1, agent });
}
const metadata = () => bench.beads.at(TASK).metadata;
const family = async () => (await (await bench.processes()).tagged()).length;
const lastCommit = () => bench.onRemote('log', '-1', '--format=%an: %s', BRANCH);
const greeting = () => bench.onRemote('show', `${BRANCH}:greeting.txt`);

describe('claude', () => {
  const bash = (command: string): Turn => ({ call: 'Bash', input: { command, description: 'Greet people' } });

  withClaude('edits files without asking, and the worker commits them', async () => {
    const input = { file_path: join(bench.worktree, 'greeting.txt'), content: 'hello\n' };
    expect(await work('claude', { call: 'Write', input })).toEqual({ is: 'pull request', number: 1 });
    expect([greeting(), lastCommit()]).toEqual(['hello', 'A User: Add a greeting']);
    expect(bench.beads.phases).toEqual(['working', 'committed', 'pr_created']);
    expect(await family()).toBe(0);
  });

  withClaude('may run commands where permission_mode says so, and commits by itself', async () => {
    const config = 'agents: { claude: { permission_mode: bypassPermissions } }';
    expect(await work('claude', bash(COMMITS), config)).toMatchObject({ is: 'pull request' });
    expect([greeting(), lastCommit()]).toEqual(['hello', 'A User: Greet people']);
  });

  withClaude('may run the commands that flags name', async () => {
    const config = "agents: { claude: { flags: [--allowedTools, 'Bash(node:*)'] } }";
    const command = `node -e "require('node:fs').writeFileSync('greeting.txt', 'hello')"`;
    expect(await work('claude', bash(command), config)).toMatchObject({ is: 'pull request' });
    expect(greeting()).toBe('hello');
  });

  withClaude('a command that it may not run is denied, not waited for, and the reason says so', async () => {
    expect(await work('claude', bash(COMMITS))).toMatchObject({
      is: 'waiting',
      reason: expect.stringMatching(/^nothing done: .*; the agent was not allowed to use Bash \(permission_mode/),
    });
    expect(model.results.join()).toContain('require approval');
    expect(metadata().attempt).toBe(1);
  });

  withClaude('a usage limit is not charged, and the next try is when it ends', async () => {
    const end = await work('claude', {
      answer: 429,
      headers: {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(RESET_SECONDS),
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      },
      body: { type: 'error', error: { type: 'rate_limit_error', message: 'This would exceed your limit.' } },
    });
    expect(end).toMatchObject({ is: 'waiting', reason: expect.stringMatching(/^usage limit: You've hit your/) });
    expect(metadata()).toMatchObject({ attempt: 0, retry_at: new Date(RESET_SECONDS * 1000).toISOString() });
  });

  withClaude('a model that never answers is silence, and the whole family is ended', async () => {
    const end = await work('claude', 'hang', `limits: { silence_seconds: ${SILENCE_SECONDS} }`);
    expect(end).toMatchObject({ is: 'waiting', reason: `went silent: no output for ${SILENCE_SECONDS} seconds` });
    expect(await family()).toBe(0);
  });
});

describe('codex', () => {
  const run = (cmd: string): Turn => ({ call: 'exec_command', input: { cmd } });
  const allowed = (mode: string) => `agents: { codex: { permission_mode: ${mode} } }`;

  withCodexSandbox('edits files in its sandbox, cannot commit there, and the worker commits', async () => {
    expect(await work('codex', run(`${GREETS}; ${COMMITS}`))).toEqual({ is: 'pull request', number: 1 });
    expect([greeting(), lastCommit()]).toEqual(['hello', 'A User: Add a greeting']);
    expect(model.results.join()).toContain('Read-only file system');
    expect(await family()).toBe(0);
  });

  withCodexSandbox('where it may only read, nothing is done', async () => {
    expect(await work('codex', run(GREETS), allowed('read-only'))).toMatchObject({
      is: 'waiting',
      reason: 'nothing done: no file differs from the base',
    });
  });

  withCodex('commits by itself where permission_mode gives it all', async () => {
    expect(await work('codex', run(COMMITS), allowed('danger-full-access'))).toMatchObject({ is: 'pull request' });
    expect([greeting(), lastCommit()]).toEqual(['hello', 'A User: Greet people']);
  });

  withCodex('a usage limit is not charged, and the next try is when it ends', async () => {
    const end = await work('codex', {
      answer: 429,
      body: { error: { type: 'usage_limit_reached', message: 'Limit', plan_type: 'pro', resets_at: RESET_SECONDS } },
    });
    expect(end).toMatchObject({ is: 'waiting', reason: expect.stringMatching(/^usage limit: You’ve hit your/) });
    expect(metadata().attempt).toBe(0);
    // It tells the minute only.
    const late = Date.parse(metadata().retry_at ?? '') - RESET_SECONDS * 1000;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(60_000);
  });

  withCodex('a model that never answers is silence, and the whole family is ended', async () => {
    const end = await work('codex', 'hang', `limits: { silence_seconds: ${SILENCE_SECONDS} }`);
    expect(end).toMatchObject({ is: 'waiting', reason: `went silent: no output for ${SILENCE_SECONDS} seconds` });
    expect(await family()).toBe(0);
  });
});

function codexConfig(url: string): string {
  return `
model = "scripted"
model_provider = "loopback"
[model_providers.loopback]
name = "loopback"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 0
stream_max_retries = 0
`;
}

function codexHasItsSandbox(): boolean {
  try {
    execFileSync(join(folders.codex, 'codex'), ['sandbox', '--', 'true'], { stdio: 'ignore', timeout: PATIENCE_MS });
    return true;
  } catch {
    return false;
  }
}
