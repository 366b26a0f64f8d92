import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/config/settings.ts';
import { UserError } from '../../src/domain/errors.ts';
import type { AgentStart } from '../../src/worker/agents/definition.ts';
import { agentInstalled, findAgent } from '../../src/worker/agents/index.ts';
import { agentEnvironment } from '../../src/worker/environment.ts';

const START: AgentStart = {
  prompt: 'Do it',
  promptFile: "/state/it's.md",
  worktree: '/w',
  command: undefined,
  model: undefined,
  flags: [],
  permissionMode: undefined,
};
const agent = (name: string, yaml = '') => findAgent(readSettings(yaml), name);

describe('which agent', () => {
  test('claude and codex are there without a word in heddle.yml', () => {
    expect(agent('claude').definition.binary).toBe('claude');
    expect(agent('codex').definition.binary).toBe('codex');
  });
  test('one of another name may use a known definition, or a command line', () => {
    expect(agent('fast', 'agents: { fast: { use: claude, model: haiku } }').definition.binary).toBe('claude');
    expect(agent('mine', 'agents: { mine: { command: ./agent.sh } }').definition.binary).toBeUndefined();
  });
  test('an unknown one is an error that says what to write', () => {
    expect(() => agent('nobody')).toThrow(UserError);
    expect(() => agent('constructor')).toThrow(UserError);
  });
  test('whether it is installed is told by PATH, for a command line by its first word', () => {
    const programs = { find: (file: string) => (file === 'codex' ? '/bin/codex' : undefined) };
    const outside = { programs, environment: { PATH: '/bin' } };
    expect(agentInstalled(agent('codex'), outside)).toEqual({ is: 'installed', path: '/bin/codex' });
    expect(agentInstalled(agent('claude'), outside)).toMatchObject({
      is: 'missing',
      problem: 'there is no claude on PATH',
    });
    const mine = agent('mine', 'agents: { mine: { command: "my-agent --fast" } }');
    expect(agentInstalled(mine, outside)).toMatchObject({ is: 'missing', problem: 'there is no my-agent on PATH' });
  });
});

describe('command lines', () => {
  test('claude gets prompt, mode, model and flags', () => {
    const { file, args } = agent('claude').definition.commandLine({ ...START, model: 'opus', flags: ['--x'] });
    expect([file, ...args].join(' ')).toBe(
      'claude -p Do it --output-format stream-json --verbose --permission-mode acceptEdits --model opus --x',
    );
  });
  test('codex works in the worktree and has no standard input to wait for', () => {
    const line = agent('codex').definition.commandLine({ ...START, permissionMode: 'danger-full-access' });
    expect(line.args.join(' ')).toBe('exec --json --sandbox danger-full-access -C /w Do it');
    expect(line.stdin).toBeUndefined();
  });
  test('a command gets the prompt on its standard input, or its file as one word', () => {
    const { definition } = agent('mine', 'agents: { mine: { command: x } }');
    expect(definition.commandLine({ ...START, command: 'run it' })).toEqual({
      file: 'sh',
      args: ['-c', 'run it'],
      stdin: 'Do it',
    });
    expect(definition.commandLine({ ...START, command: 'run {promptFile}', flags: ['a b'] })).toEqual({
      file: 'sh',
      args: ['-c', `run '/state/it'\\''s.md' 'a b'`],
    });
  });
});

describe('final events', () => {
  const now = new Date(2026, 10, 22, 12, 0);
  const claude = (line: string) => agent('claude').definition.finalEvent?.(line, now);
  const codex = (line: string) => agent('codex').definition.finalEvent?.(line, now);
  const claudeSays = (event: object) =>
    claude(
      JSON.stringify({ type: 'result', subtype: 'success', is_error: true, terminal_reason: 'api_error', ...event }),
    );
  const codexSays = (message: string) => codex(JSON.stringify({ type: 'turn.failed', error: { message } }));

  test('claude ends with a result', () => {
    expect(claude('{"type":"result","subtype":"success","is_error":false,"result":"done"}')).toEqual({ is: 'success' });
    expect(claude('{"type":"assistant","message":{}}')).toBeUndefined();
    expect(claude('not {"type":"result"}')).toBeUndefined();
    expect(claude('{"type":"result","subtype":"error_max_turns","is_error":true}')).toEqual({
      is: 'failure',
      message: 'error_max_turns',
    });
  });
  test('claude’s usage limit says when it ends', () => {
    const line =
      '{"type":"result","subtype":"success","is_error":true,"result":"Claude AI usage limit reached|1795514400"}';
    expect(claude(line)).toMatchObject({ is: 'limit', resetsAt: new Date(1795514400 * 1000) });
  });
  test('claude’s limit of a subscription ends when the event before the result says', () => {
    const limitEnd = (status: string) =>
      agent('claude').definition.limitEnd?.(
        JSON.stringify({ type: 'rate_limit_event', rate_limit_info: { status, resetsAt: 1995514400 } }),
      );
    expect(limitEnd('rejected')).toEqual(new Date(1995514400 * 1000));
    expect(limitEnd('allowed_warning')).toBeUndefined();
    const result = "You've hit your limit · resets Mar 27, 2033, 5:33am (UTC)";
    expect(claudeSays({ result, api_error_status: 429 })).toMatchObject({ is: 'limit', message: result });
  });
  test.each([
    ['Not logged in · Please run /login', null],
    ['Invalid API key · Fix external API key', 401],
    ['API Error: Connection refused (ECONNREFUSED)', null],
    ['API Error: 529 Overloaded.', 529],
  ])('claude: "%s" is not the task’s fault', (result, api_error_status) => {
    expect(claudeSays({ result, api_error_status })).toMatchObject({ is: 'limit', message: result });
  });
  test.each([
    [{ result: 'There is an issue with the selected model', api_error_status: 404 }],
    [{ result: 'Prompt is too long', api_error_status: 400, terminal_reason: 'prompt_too_long' }],
  ])('claude: a request that the API refuses for what it is has failed: %p', (event) => {
    expect(claudeSays(event)).toEqual({ is: 'failure', message: event.result });
  });
  test('claude says which tools it was not allowed to use, each once', () => {
    const permission_denials = [{ tool_name: 'Bash' }, { tool_name: 'Bash' }, { tool_name: 'WebFetch' }];
    expect(claudeSays({ is_error: false, terminal_reason: 'completed', permission_denials })).toEqual({
      is: 'success',
      denied: ['Bash', 'WebFetch'],
    });
  });
  test.each([
    ['unexpected status 401 Unauthorized: Incorrect API key provided, url: http://host/v1/responses'],
    ['unexpected status 503 Service Unavailable: {}, url: http://host/v1/responses'],
    ['exceeded retry limit, last status: 429 Too Many Requests'],
    ['stream disconnected before completion: the server went away'],
  ])('codex: "%s" is not the task’s fault', (message) => {
    expect(codexSays(message)).toEqual({ is: 'limit', message, resetsAt: undefined });
  });
  test('codex’s limit ends a minute after the one that it names, today or on another day', () => {
    const limit = 'You’ve hit your usage limit. Upgrade, or try again at';
    expect(codexSays(`${limit} 1:34 PM.`)).toMatchObject({ is: 'limit', resetsAt: new Date(2026, 10, 22, 13, 35) });
    expect(codexSays(`${limit} Mar 3rd, 2033 5:33 AM.`)).toMatchObject({ resetsAt: new Date(2033, 2, 3, 5, 34) });
    expect(codexSays(`${limit} a better time.`)).toMatchObject({ is: 'limit', resetsAt: undefined });
  });
  test('codex: a request that is refused for what it is has failed', () => {
    expect(codexSays('unexpected status 400 Bad Request: no such model')).toMatchObject({ is: 'failure' });
  });
  test('codex ends with its turn', () => {
    expect(codex('{"type":"turn.completed","usage":{}}')).toEqual({ is: 'success' });
    expect(codex('{"type":"turn.failed","error":{"message":"no"}}')).toEqual({
      is: 'failure',
      message: 'no',
    });
    expect(codex('{"type":"turn.failed","error":{"message":"You’ve hit your usage limit."}}')).toMatchObject({
      is: 'limit',
    });
  });
});

test('an agent’s environment has what the user’s has, without what reaches GitHub or Beads', () => {
  const environment = {
    HOME: '/home/u',
    PATH: '/bin',
    ANTHROPIC_API_KEY: 'k',
    GH_TOKEN: 't',
    GITHUB_TOKEN: 't',
    SSH_AUTH_SOCK: '/s',
    BEADS_DIR: '/b',
    HEDDLE_ROLE: 'supervisor',
    GIT_DIR: '/g',
    GIT_CEILING_DIRECTORIES: '/home',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraheader',
    GIT_CONFIG_VALUE_0: 'authorization: basic x',
  };
  const made = agentEnvironment(environment, { tag: 'r/t/1/x', shimFolder: '/shims', worktreeRoot: '/trees' });
  expect(made).toMatchObject({ HOME: '/home/u', ANTHROPIC_API_KEY: 'k', PATH: '/shims:/bin', HEDDLE_RUN: 'r/t/1/x' });
  expect(made).toHaveProperty('GIT_CEILING_DIRECTORIES', '/trees:/home');
  expect(made).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: '' });
  for (const gone of ['GH_TOKEN', 'GITHUB_TOKEN', 'SSH_AUTH_SOCK', 'BEADS_DIR', 'HEDDLE_ROLE', 'GIT_DIR']) {
    expect(made).not.toHaveProperty(gone);
  }
});

test('an agent is told nothing of the session that its spawner was started in, and keeps its own login', () => {
  const session = { CLAUDECODE: '1', CLAUDE_CODE_ENTRYPOINT: 'cli', CLAUDE_CODE_SESSION_ID: 'a' };
  const env = agentEnvironment(
    { ...session, CLAUDE_CODE_OAUTH_TOKEN: 'mine' },
    { tag: 't', shimFolder: '/shims', worktreeRoot: '/trees' },
  );
  expect(Object.keys(env).filter((name) => name.startsWith('CLAUDE'))).toEqual(['CLAUDE_CODE_OAUTH_TOKEN']);
});
