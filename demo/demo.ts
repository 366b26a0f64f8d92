#!/usr/bin/env node
/** `npm run demo`: an epic of nine tasks from Beads to a closed epic. Everything is real but the AI and github.com. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { createTerminal } from '../src/adapters/terminal.ts';
import { EXIT, errorText, UserError } from '../src/domain/errors.ts';
import { checkDemo, countWorkers, type DemoResult } from './check.ts';
import { checkHandBacks, DEMO_MODES, handBackText, REVIEWED_TASK } from './hand-backs.ts';
import { type Kills, runKilled } from './kills.ts';
import { startReviewer } from './reviewer.ts';
import { demoSolutions } from './solutions.ts';
import { type Stage, setStage } from './stage.ts';

/** `dist/demo.js` lies one folder below Heddle's own. */
const HEDDLE = join(dirname(fileURLToPath(import.meta.url)), '..');
const terminal = createTerminal(process.stdout, process.stderr);

const program = new Command('demo')
  .description('Runs an epic of nine tasks on a GitHub of this machine, from Beads to a closed epic.')
  .option('--keep', 'keep the folder, to look around in it', false)
  .option('--kill', 'kill spawner, workers and the Action while it runs', false)
  .option('--verbose', 'also what the CI and the merger print', false);
program.parse();

type Options = { keep: boolean; kill: boolean; verbose: boolean };

async function main(options: Options): Promise<number> {
  const begun = Date.now();
  const say = (text: string): void =>
    terminal.tell(`${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${text}`);
  say('Setting up: a GitHub on this machine, a small project, Beads, and an epic of nine tasks');
  const stage = await setStage({
    heddle: HEDDLE,
    agent: { stepMs: 150, modes: DEMO_MODES },
    ...(options.verbose ? { onForgeLine: say } : {}),
  });
  try {
    return await play(stage, say, options);
  } finally {
    await stage.close(options.keep);
  }
}

async function play(stage: Stage, say: (text: string) => void, { keep, kill }: Options): Promise<number> {
  const reviewed = demoSolutions.find(({ number }) => number === REVIEWED_TASK)?.title ?? '';
  startReviewer(stage.sandbox, reviewed, say);
  const start = (await stage.git('rev-parse', 'HEAD')).trim();
  const command = ['spawn', '--epic', stage.epic, '--poll', '2'];
  say(`$ heddle ${command.join(' ')}`);
  const spawning = kill ? runKilled(stage, command, { heddle: HEDDLE, say }) : unharmed(stage, command, say);
  const workersAtOnce = await countWorkers(stage, spawning);
  const ended = await spawning;
  await stage.forge.idle();
  const result = await checkDemo(stage, start, workersAtOnce);
  tellResult(result, ended.kills);
  if (keep)
    terminal.answer(
      `\nLook around in ${stage.checkout}\n  bd list --status all\n  git log --oneline --graph FETCH_HEAD`,
    );
  const problems = [
    ...(ended.exitCode === 0 ? [] : [`heddle spawn ended with exit code ${ended.exitCode}`]),
    ...result.problems,
    ...checkHandBacks(result.rows.map(({ handedBack }) => handedBack)),
    ...missedKills(ended.kills),
  ];
  for (const problem of problems) terminal.tell(`Not as it should be: ${problem}`);
  return problems.length === 0 ? EXIT.done.code : EXIT.bug.code;
}

type Spawned = { exitCode: number | null; kills: Kills | undefined };

async function unharmed(stage: Stage, command: readonly string[], say: (text: string) => void): Promise<Spawned> {
  const { exitCode = null } = await stage.heddle(command, say);
  return { exitCode, kills: undefined };
}

function missedKills(kills: Kills | undefined): string[] {
  return Object.entries(kills ?? {}).flatMap(([what, count]) => (count === 0 ? [`no ${what} was killed`] : []));
}

function tellResult({ rows, workersAtOnce, history }: DemoResult, kills: Kills | undefined): void {
  terminal.answer('');
  terminal.table(
    ['task', 'title', 'pull request', 'handed back', 'merge commit', 'seconds'],
    rows.map((row) => [
      row.task,
      row.title,
      `#${row.pullRequest}`,
      handBackText(row.handedBack),
      row.commit.slice(0, 10),
      row.seconds.toFixed(1),
    ]),
  );
  const merges = history.filter((subject) => subject.startsWith('Merge')).length;
  terminal.answer(
    `\n${rows.length} tasks closed, ${merges} pull requests merged by the bundled Action, ${workersAtOnce} workers alive at one instant.`,
  );
  const counts = rows.flatMap(({ handedBack }) => Object.values(handedBack).map((count) => count ?? 0));
  terminal.answer(`${sum(counts)} times a pull request went back to its worker.`);
  if (kills === undefined) return;
  const killed = Object.entries(kills).map(([what, count]) => `${what} ${count}`);
  terminal.answer(`${sum(Object.values(kills))} SIGKILLs: ${killed.join(', ')}.`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

try {
  process.exitCode = await main(program.opts());
} catch (error) {
  process.exitCode = error instanceof UserError ? EXIT[error.exit].code : EXIT.bug.code;
  if (error instanceof UserError) terminal.tell(errorText(error));
  else throw error;
}
