import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config.ts';
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
const agent = (name: string, yaml = '') => findAgent(parseConfig(yaml), name);

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
    expect(agentInstalled(agent('claude'), outside)).toMatchObject({ is: 'missing', binary: 'claude' });
    const mine = agent('mine', 'agents: { mine: { command: "my-agent --fast" } }');
    expect(agentInstalled(mine, outside)).toMatchObject({ is: 'missing', binary: 'my-agent' });
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
  const claude = (line: string) => agent('claude').definition.finalEvent?.(line);
  const codex = (line: string) => agent('codex').definition.finalEvent?.(line);

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
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraheader',
    GIT_CONFIG_VALUE_0: 'authorization: basic x',
  };
  const made = agentEnvironment(environment, { tag: 'r/t/1/x', shimFolder: '/shims' });
  expect(made).toMatchObject({ HOME: '/home/u', ANTHROPIC_API_KEY: 'k', PATH: '/shims:/bin', HEDDLE_RUN: 'r/t/1/x' });
  expect(made).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: '' });
  for (const gone of ['GH_TOKEN', 'GITHUB_TOKEN', 'SSH_AUTH_SOCK', 'BEADS_DIR', 'HEDDLE_ROLE', 'GIT_DIR']) {
    expect(made).not.toHaveProperty(gone);
  }
});
