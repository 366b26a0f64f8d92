import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AGENT_SETTINGS_FILE, type AgentSettings, demoAgentScript } from '../../demo/agent-script.ts';
import { demoProject, writeFiles } from '../../demo/project.ts';
import { demoSolutions } from '../../demo/solutions.ts';

/** The demo's project in a real git repository, its agent beside it. */
export type Workshop = ReturnType<typeof openWorkshop>;

export function openWorkshop() {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'heddle-demo-')));
  const project = path.join(root, 'project');
  const script = path.join(root, 'agent', 'agent.mjs');
  mkdirSync(path.dirname(script));
  writeFileSync(script, demoAgentScript);
  writeFiles(project, demoProject);
  const env = {
    PATH: process.env['PATH'],
    HOME: root,
    GIT_AUTHOR_NAME: 'Demo',
    GIT_AUTHOR_EMAIL: 'demo@example.com',
    GIT_COMMITTER_NAME: 'Demo',
    GIT_COMMITTER_EMAIL: 'demo@example.com',
  };
  const git = (...args: readonly string[]) => {
    const run = spawnSync('git', args, { cwd: project, env, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}${run.stdout}`);
    return run.stdout.trim();
  };
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'begin');
  settle({ stepMs: 0 });

  function settle(settings: AgentSettings): void {
    writeFileSync(path.join(path.dirname(script), AGENT_SETTINGS_FILE), JSON.stringify(settings));
  }

  return {
    project,
    agentFolder: path.dirname(script),
    git,
    settle,
    /** Runs the agent to its end. */
    agent: (prompt: string, args: readonly string[] = []) =>
      spawnSync(process.execPath, [script, ...args], { cwd: project, env, input: prompt, encoding: 'utf8' }),
    startAgent: (prompt: string): ChildProcess =>
      spawn(process.execPath, [script, prompt], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] }),
    npmTest: (...args: readonly string[]) =>
      spawnSync(process.execPath, ['scripts/test.mjs', ...args], { cwd: project, env, encoding: 'utf8' }),
    /** One test file alone: `tests/002-total`. */
    runTest: (name: string) =>
      spawnSync(process.execPath, [`${name}.test.js`], { cwd: project, env, encoding: 'utf8' }),
    /** What a supervisor does with what an agent has left uncommitted. */
    commitRest: (message: string) => {
      git('add', '--all');
      if (git('status', '--porcelain') !== '') git('commit', '--quiet', '--message', message);
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A prompt as a worker would give it: the task, and the tasks that it depends on. */
export function promptFor(number: number, dependsOn: readonly number[] = []): string {
  const title = (wanted: number) => demoSolutions.find((each) => each.number === wanted)?.title ?? '';
  const blockers = dependsOn.map((each) => `- tally-x.${each} ${title(each)}`).join('\n');
  return `You work on one task.\n\nDone already:\n${blockers}\n\n# ${title(number)} (tally-x.${number})\n\nDo it.\n`;
}
