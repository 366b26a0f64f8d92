/** An agent that keeps every prompt, and does for each start of a task what a line of shell says. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { IssueId } from '../../src/domain/ids.ts';

export type ShellAgent = {
  /** For `heddle.yml`. */
  config: Readonly<Record<string, unknown>>;
  /** A folder of the test's own, which the agent and the CI can reach, too. */
  folder: string;
  /** What the starts of a task do, one after the other; the last one stays. */
  does(task: IssueId, ...scripts: readonly string[]): void;
  /** What it was told at each start of a task, in order. */
  prompts(task: IssueId): readonly string[];
};

const made: string[] = [];
afterAll(() => {
  for (const one of made.splice(0)) rmSync(one, { recursive: true, force: true });
});

export function shellAgent(): ShellAgent {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-shell-agent-'));
  made.push(folder);
  const of = (task: string, what: 'scripts' | 'prompts'): string => {
    const at = join(folder, what, task);
    mkdirSync(at, { recursive: true });
    return at;
  };
  const program = join(folder, 'agent');
  writeFileSync(program, script(folder));
  chmodSync(program, 0o755);
  return {
    folder,
    config: { agent: 'shell', agents: { shell: { command: `'${program}'` } } },
    does(task, ...scripts) {
      of(task, 'prompts');
      for (const [at, text] of scripts.entries()) writeFileSync(join(of(task, 'scripts'), String(at + 1)), text);
    },
    prompts(task) {
      const names = readdirSync(of(task, 'prompts')).map(Number);
      return names.sort((a, b) => a - b).map((name) => readFileSync(join(of(task, 'prompts'), String(name)), 'utf8'));
    },
  };
}

/** The tag of its run tells it the task. */
function script(folder: string): string {
  return `#!/bin/sh
tag=\${HEDDLE_RUN#*/}
task=\${tag%%/*}
prompts='${folder}/prompts'/$task
scripts='${folder}/scripts'/$task
number=$(($(ls "$prompts" | wc -l) + 1))
cat >"$prompts/$number"
last=$(ls "$scripts" | wc -l)
test "$number" -le "$last" || number=$last
. "$scripts/$number"
`;
}
