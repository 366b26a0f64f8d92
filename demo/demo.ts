#!/usr/bin/env node
/** `npm run demo`: an epic of nine tasks from Beads to a closed epic. Everything is real but the AI and github.com. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { createTerminal } from '../src/adapters/terminal.ts';
import { EXIT, errorText, UserError } from '../src/domain/errors.ts';
import { checkDemo, countWorkers, type DemoResult } from './check.ts';
import { type Stage, setStage } from './stage.ts';

/** `dist/demo.js` lies one folder below Heddle's own. */
const HEDDLE = join(dirname(fileURLToPath(import.meta.url)), '..');
const terminal = createTerminal(process.stdout, process.stderr);

const program = new Command('demo')
  .description('Runs an epic of nine tasks on a GitHub of this machine, from Beads to a closed epic.')
  .option('--keep', 'keep the folder, to look around in it', false)
  .option('--verbose', 'also what the CI and the merger print', false);
program.parse();

async function main(options: { keep: boolean; verbose: boolean }): Promise<number> {
  const begun = Date.now();
  const say = (text: string): void =>
    terminal.tell(`${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${text}`);
  say('Setting up: a GitHub on this machine, a small project, Beads, and an epic of nine tasks');
  const stage = await setStage({
    heddle: HEDDLE,
    agent: { stepMs: 150 },
    ...(options.verbose ? { onForgeLine: say } : {}),
  });
  try {
    return await play(stage, say, options.keep);
  } finally {
    await stage.close(options.keep);
  }
}

async function play(stage: Stage, say: (text: string) => void, keep: boolean): Promise<number> {
  const start = (await stage.git('rev-parse', 'HEAD')).trim();
  const command = ['spawn', '--epic', stage.epic, '--poll', '2'];
  say(`$ heddle ${command.join(' ')}`);
  const spawning = stage.heddle(command, say);
  const workersAtOnce = await countWorkers(stage, spawning);
  const ended = await spawning;
  await stage.forge.idle();
  const result = await checkDemo(stage, start, workersAtOnce);
  tellResult(result);
  if (keep)
    terminal.answer(
      `\nLook around in ${stage.checkout}\n  bd list --status all\n  git log --oneline --graph FETCH_HEAD`,
    );
  const problems = [
    ...(ended.exitCode === 0 ? [] : [`heddle spawn ended with exit code ${ended.exitCode}`]),
    ...result.problems,
  ];
  for (const problem of problems) terminal.tell(`Not as it should be: ${problem}`);
  return problems.length === 0 ? EXIT.done.code : EXIT.bug.code;
}

function tellResult({ rows, workersAtOnce, history }: DemoResult): void {
  terminal.answer('');
  terminal.table(
    ['task', 'title', 'pull request', 'merge commit', 'seconds'],
    rows.map((row) => [row.task, row.title, `#${row.pullRequest}`, row.commit.slice(0, 10), row.seconds.toFixed(1)]),
  );
  const merges = history.filter((subject) => subject.startsWith('Merge')).length;
  terminal.answer(
    `\n${rows.length} tasks closed, ${merges} pull requests merged by the bundled Action, ${workersAtOnce} workers alive at one instant.`,
  );
}

try {
  process.exitCode = await main(program.opts());
} catch (error) {
  process.exitCode = error instanceof UserError ? EXIT[error.exit].code : EXIT.bug.code;
  if (error instanceof UserError) terminal.tell(errorText(error));
  else throw error;
}
