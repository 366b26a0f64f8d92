#!/usr/bin/env node
/** The command line: one command each, one call each. What they do stands in `commands/`. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { createTerminal, onReaderGone, written } from './adapters/terminal.ts';
import { doctorCommand } from './commands/doctor.ts';
import { cleanupCommand, publishCommand, retryCommand, syncCommand } from './commands/hand-tools.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { logsCommand } from './commands/logs.ts';
import { mergeCommand } from './commands/merge.ts';
import { recoverCommand } from './commands/recover.ts';
import { salvageCommand } from './commands/salvage.ts';
import { spawnCommand } from './commands/spawn.ts';
import { handedConfig } from './commands/start-worker.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { workerCommand } from './commands/worker.ts';
import { type Checkout, type Opening, openCheckout } from './connect.ts';
import { CONFIG_PATH } from './domain/config-path.ts';
import { EXIT, type ExitName, errorText, TransientError, UserError } from './domain/errors.ts';

const terminal = createTerminal(process.stdout, process.stderr);
const stop = new AbortController();
/** With nothing to finish, the first signal ends the command at once. */
let onlyReads = false;

/** Opens the checkout, runs the command, and makes an exit code of what came of it. */
function inCheckout<Args extends unknown[]>(
  command: (checkout: Checkout, ...args: Args) => Promise<ExitName>,
  opening: () => Opening = () => ({}),
) {
  return async (...args: Args): Promise<void> => {
    const checkout = await openCheckout(process.cwd(), process.env, { ...opening(), stop: stop.signal });
    process.exitCode = EXIT[await command(checkout, ...args)].code;
  };
}

const program = new Command('heddle')
  .description('Runs coding agents in parallel and lands their work through GitHub.')
  .version(packageJson.version)
  .exitOverride()
  .configureHelp({ sortSubcommands: false })
  .addHelpText(
    'after',
    `\nExit codes: ${Object.values(EXIT)
      .map(({ code, means }) => `${code} ${means}`)
      .join('; ')}.`,
  );

program
  .command('spawn')
  .alias('orchestrate')
  .hook('preAction', mayOnlyRead)
  .description('claim every ready task of an epic and run an agent on each, until the epic is done')
  .option('--epic <id>', 'the epic in Beads (required)')
  .hook('preAction', needsEpic)
  .option('--once', 'do what can be done now, and do not wait', false)
  .option('--dry-run', 'say what would be done, in the same words, and write nothing', false)
  .option('--max-parallel <n>', 'workers alive at once', wholeNumber)
  .option('--agent <name>', `the agent to run: claude, codex, or one of ${CONFIG_PATH}`)
  .option('--poll <seconds>', 'how often to look while waiting', wholeNumber)
  .action(inCheckout((checkout, flags) => spawnCommand(checkout, terminal, flags, stop.signal)));

program
  .command('status')
  .hook('preAction', mayOnlyRead)
  .description('where every task stands, what needs attention first')
  .option('--epic <id>', 'one epic; all that are open by default')
  .option('--json', 'as JSON', false)
  .action(inCheckout((checkout, flags) => statusCommand(checkout, terminal, flags)));

program
  .command('logs')
  .hook('preAction', mayOnlyRead)
  .description('what the newest attempt of a task has printed')
  .argument('<task>')
  .option('-f, --follow', 'go on while it runs', false)
  .action(
    inCheckout((checkout, task: string, flags: { follow: boolean }) =>
      logsCommand(checkout, (text) => written(process.stdout, text), task, flags, stop.signal),
    ),
  );

program
  .command('stop')
  .description('end the workers of this machine, or one of them; their work stays')
  .argument('[task]')
  .action(inCheckout((checkout, task: string | undefined) => stopCommand(checkout, terminal, task)));

program
  .command('retry')
  .description('go on with a task where a person was needed')
  .argument('<task>')
  .action(inCheckout((checkout, task: string) => retryCommand(checkout, terminal, task)));

program
  .command('publish')
  .description('put the lines of an epic on the state branch, and nothing else')
  .option('--epic <id>', 'the epic in Beads (required)')
  .hook('preAction', needsEpic)
  .action(inCheckout((checkout, flags: { epic: string }) => publishCommand(checkout, terminal, flags.epic)));

program
  .command('sync')
  .description('take over the committed closes, and bring your checkout up to date')
  .action(inCheckout((checkout) => syncCommand(checkout, terminal)));

program
  .command('cleanup')
  .hook('preAction', mayOnlyRead)
  .description('remove the worktrees of closed tasks, and say why others stay')
  .option('--dry-run', 'say what would be removed, and remove nothing', false)
  .action(inCheckout((checkout, flags: { dryRun: boolean }) => cleanupCommand(checkout, terminal, flags)));

program
  .command('salvage')
  .description('what was kept of removed worktrees and branches, and how it comes back')
  .argument('[task]')
  .option('--branch <name>', 'bring it back as this branch')
  .option('--into <folder>', 'bring it back in a worktree of this folder')
  .option('--rescue <name>', 'which one, where more than one thing was kept; the newest by default')
  .option('--json', 'as JSON', false)
  .action(inCheckout((checkout, task: string | undefined, flags) => salvageCommand(checkout, terminal, task, flags)));

program
  .command('recover')
  .hook('preAction', mayOnlyRead)
  .description('repair what was left half done, and start nothing')
  .option('--epic <id>', 'one epic; all tasks of the repository by default')
  .option('--dry-run', 'say what would be repaired, and write nothing', false)
  .action(inCheckout((checkout, flags) => recoverCommand(checkout, terminal, flags)));

program
  .command('merge')
  .description('one sweep of the merger, by hand')
  .option('--json', 'as JSON', false)
  .action(inCheckout((checkout, flags: { json: boolean }) => mergeCommand(checkout, terminal, flags)));

program
  .command('import')
  .hook('preAction', mayOnlyRead)
  .description('read a Markdown epic or a .plan folder into Beads')
  .argument('<path>')
  .option('--dry-run', 'say what would be created, and write nothing', false)
  .action(
    inCheckout((checkout, path: string, flags: { dryRun: boolean }) => importCommand(checkout, terminal, path, flags)),
  );

program
  .command('init')
  .hook('preAction', mayOnlyRead)
  .description('write what a repository needs for Heddle; what is there already stays')
  .option('--dry-run', 'say what would be written, and write nothing', false)
  .option('--action <owner/name@ref>', 'the Action that the merger workflow uses')
  .option('--prefix <prefix>', 'of the ids of issues, where Beads is not set up yet')
  .action(async (flags: { dryRun: boolean; action?: string; prefix?: string }) => {
    const { dryRun, action, prefix } = flags;
    const given = { dryRun, action, prefix, stop: stop.signal };
    process.exitCode = EXIT[await initCommand(process.cwd(), process.env, terminal, given)].code;
  });

program
  .command('doctor')
  .hook('preAction', mayOnlyRead)
  .description('what is there and what is missing, each with what to type')
  .option('--json', 'as JSON', false)
  .action(async (flags: { json: boolean }) => {
    const given = { ...flags, stop: stop.signal };
    process.exitCode = EXIT[await doctorCommand(process.cwd(), process.env, terminal, given)].code;
  });

program
  .command('worker', { hidden: true })
  .argument('<task>')
  .requiredOption('--token <token>')
  .addOption(new Option('--round <n>').argParser(wholeNumber).makeOptionMandatory())
  .requiredOption('--agent <name>')
  .action(
    inCheckout(
      (checkout, task: string, flags: { token: string; round: number; agent: string }) =>
        workerCommand(checkout, terminal, { ...flags, task }, stop.signal),
      () => ({ configText: handedConfig(process.env), sitsOut: true }),
    ),
  );

/** Not a required option of the parser's: who mistypes it shall be told of the mistyped one. */
function needsEpic(command: Command): void {
  if (command.opts()['epic'] === undefined) command.error("error: required option '--epic <id>' not specified");
}

/** A dry run, or a command that knows no other way. */
function mayOnlyRead(command: Command): void {
  onlyReads = command.opts()['dryRun'] ?? true;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It has to be a whole number from 1.');
  return value;
}

function exitOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage.code;
  if (error instanceof UserError) {
    terminal.tell(errorText(error));
    return EXIT[error.exit].code;
  }
  if (error instanceof TransientError) {
    terminal.tell(`Error: ${error.message}\nHint: Run the same command again.`);
    return EXIT.transient.code;
  }
  terminal.tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug.code;
}

// Once to end after the current step, a second time to end at once. What git reads ends with us either way.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const again = stop.signal.aborted;
    stop.abort();
    if (again || onlyReads) process.exit(EXIT.interrupted.code);
  });
}
for (const stream of [process.stdout, process.stderr]) onReaderGone(stream, () => stop.abort());
await program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitOf(error);
});
// What goes into a pipe is taken from there at the reader's pace.
await Promise.all([process.stdout, process.stderr].map((stream) => written(stream, '')));
// A socket or a timer that nobody waits for must not keep an answered command from ending.
process.exit();
