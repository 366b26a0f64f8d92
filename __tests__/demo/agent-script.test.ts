import { once } from 'node:events';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AGENT_RUNS_FILE } from '../../demo/agent-script.ts';
import { demoSolutions } from '../../demo/solutions.ts';
import { until } from '../fakes/wait.ts';
import { openWorkshop, promptFor, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(() => {
  workshop = openWorkshop();
});
afterEach(() => {
  workshop.close();
});

function runs(): readonly Record<string, unknown>[] {
  const text = readFileSync(path.join(workshop.agentFolder, AGENT_RUNS_FILE), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

test('it takes the prompt from stdin, from a file or as an argument, and says what it does', () => {
  expect(workshop.agent(promptFor(1)).stdout).toContain(
    'I read the task: Read CSV into records\nEditing src/parse.js\n',
  );
  expect(workshop.agent('', [promptFor(1)]).status).toBe(0);
  expect(workshop.agent('', [path.join(workshop.project, 'README.md')]).stderr).toContain('names no task that I know');
});

test('some agents commit by themselves, some leave the work to be committed', () => {
  workshop.agent(promptFor(1));
  expect(workshop.git('log', '-1', '--format=%s')).toBe('Read CSV into records');
  expect(workshop.git('status', '--porcelain')).toBe('');
  workshop.agent(promptFor(3, [1]));
  expect(workshop.git('log', '-1', '--format=%s')).toBe('Read CSV into records');
  expect(workshop.git('status', '--porcelain')).not.toBe('');
});

test('a wrong edit makes `npm test` red', () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'wrong' } });
  expect(workshop.agent(promptFor(1)).status).toBe(0);
  expect(workshop.npmTest().status).toBe(1);
});

test('in every task a wrong edit fails its own test, and the next attempt finds and repairs it', () => {
  for (const { number, test: name } of demoSolutions) {
    workshop.settle({ stepMs: 0, modes: { [number]: 'wrong' } });
    expect([name, workshop.agent(promptFor(number)).status]).toEqual([name, 0]);
    workshop.commitRest('wrong');
    expect([name, workshop.runTest(`tests/${name}`).status]).toEqual([name, 1]);
    workshop.settle({ stepMs: 0 });
    expect([name, workshop.agent(promptFor(number)).status]).toEqual([name, 0]);
    workshop.commitRest('repaired');
    expect([name, workshop.runTest(`tests/${name}`).status]).toEqual([name, 0]);
  }
});

test('one that is hasty repairs its mistake once the prompt says that a check failed, and not before', () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'hasty' } });
  workshop.agent(promptFor(1));
  expect(workshop.npmTest().status).toBe(1);
  workshop.agent(promptFor(1));
  expect(workshop.npmTest().status).toBe(1);
  expect(workshop.agent(`${promptFor(1)}\nThese checks failed: "test" (failure).\n`).stdout).toContain(
    'The test passes.',
  );
  expect(workshop.npmTest().status).toBe(0);
});

test('where the base was merged with a conflict, both changes of the place are kept', () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'notes' } });
  workshop.git('branch', 'other');
  workshop.agent(promptFor(1));
  workshop.git('checkout', '--quiet', 'other');
  writeFileSync(path.join(workshop.project, 'NOTES.md'), 'Of another task\n');
  workshop.commitRest('other');
  workshop.git('checkout', '--quiet', 'main');
  expect(() => workshop.git('merge', '--quiet', 'other')).toThrow('CONFLICT');
  expect(workshop.agent(promptFor(1)).stdout).toContain('Resolving NOTES.md');
  expect(workshop.git('show', 'HEAD:NOTES.md').split('\n').sort()).toEqual(['Of another task', 'Start 1 of task 1']);
  expect(workshop.git('show', '--no-patch', '--format=%P').split(' ')).toHaveLength(2);
});

test('what a reviewer asks for is added, once', () => {
  const asks = `${promptFor(1)}\nReviewers ask for changes:\nada:\nPlease add the line "Read it twice." to NOTES.md.\n`;
  workshop.agent(asks);
  expect(workshop.agent(asks).stdout).not.toContain('NOTES.md');
  expect(workshop.git('show', 'HEAD:NOTES.md')).toBe('Read it twice.');
});

test('one that does nothing ends well and leaves nothing', () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'nothing' } });
  expect(workshop.agent(promptFor(1)).status).toBe(0);
  expect(workshop.git('status', '--porcelain')).toBe('');
});

test('one that fails or dies leaves what it had begun', () => {
  workshop.settle({ stepMs: 0, modes: { 1: ['fail', 'die', 'work'] } });
  const ends = [1, 2, 3].map(() => workshop.agent(promptFor(1)));
  expect(ends.map(({ status, signal }) => signal ?? status)).toEqual([1, 'SIGKILL', 0]);
  expect(runs().map(({ what, mode }) => `${what} ${mode}`)).toEqual([
    'start fail',
    'end fail',
    'start die',
    'start work',
    'end work',
  ]);
});

test('one that hangs ends at a polite signal, a stubborn one only when it is killed', async () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'hang', 2: 'stubborn' } });
  for (const [number, last] of [
    [1, 'SIGTERM'],
    [2, 'SIGKILL'],
  ] as const) {
    const agent = workshop.startAgent(promptFor(number));
    const ended = once(agent, 'exit');
    let said = '';
    agent.stdout?.on('data', (chunk) => {
      said += String(chunk);
    });
    await until('the wait', () => said.includes('I wait.'));
    expect(workshop.git('status', '--porcelain')).toContain('src/');
    if (last === 'SIGKILL') {
      agent.kill('SIGTERM');
      await until('its answer to SIGTERM', () => said.includes('I do not end at SIGTERM'));
    }
    agent.kill(last);
    expect(await ended).toEqual([null, last]);
    workshop.git('clean', '-fdq');
  }
});

test('one that trespasses edits the workflow besides', () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'forbidden' } });
  workshop.agent(promptFor(1));
  expect(workshop.git('show', '--format=', '--name-only', 'HEAD').split('\n')).toContain('.github/workflows/ci.yml');
});

test('one that strays leaves a process in the worktree, in a session of its own', () => {
  workshop.settle({ stepMs: 0, modes: { 1: 'stray' } });
  expect(workshop.agent(promptFor(1)).status).toBe(0);
  const pid = Number(runs().find(({ what }) => what === 'stray')?.['pid']);
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(workshop.project);
  process.kill(pid, 'SIGKILL');
});
