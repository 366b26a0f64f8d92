#!/usr/bin/env node
/** The command line, made of the list in `commands/`: what each command takes, how it ends, and what a signal does to it. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { createTerminal, onReaderGone, written } from './adapters/terminal.ts';
import { type Call, type Command as Declared, flagsOf } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { EXIT, errorText, TransientError, UserError } from './domain/errors.ts';
import { openCheckout } from './wiring/checkout.ts';

const terminal = createTerminal(process.stdout, process.stderr);
const stop = new AbortController();
const CODE_WIDTH = 3;
/** With nothing to finish, the first signal ends the command at once. */
let onlyReads = false;

const call: Call = {
  cwd: process.cwd(),
  env: process.env,
  terminal,
  write: (text) => written(process.stdout, text),
  stop: stop.signal,
  commands,
  openCheckout: (opening) => openCheckout(process.cwd(), process.env, { ...opening, stop: stop.signal }),
};

const program = new Command('heddle')
  .description('Runs coding agents in parallel and lands their work through GitHub.')
  .version(packageJson.version)
  .exitOverride()
  .configureHelp({ sortSubcommands: false })
  .addHelpText('after', ({ command }) => exitCodes(command));
for (const declared of commands) add(declared);

/** As wide as the rest of the help. */
function exitCodes(line: Command): string {
  const help = line.createHelp();
  help.prepareContext({ helpWidth: process.stdout.columns ?? 80 });
  const rows = Object.values(EXIT).map(({ code, means }) => help.formatItem(String(code), CODE_WIDTH, means, help));
  return ['', 'Exit codes:', ...rows].join('\n');
}

function add(declared: Declared): void {
  const line = program.command(declared.name, { hidden: declared.hidden ?? false }).description(declared.summary);
  if (declared.alias !== undefined) line.alias(declared.alias);
  for (const { name, what, required, faultOf } of declared.arguments)
    line.addArgument(new Argument(required ? `<${name}>` : `[${name}]`, what).argParser(checkedBy(faultOf)));
  for (const each of declared.options) {
    const option = new Option(flagsOf(each), each.required ? `${each.what} (required)` : each.what);
    line.addOption(each.value === undefined ? option : option.argParser(checkedBy(each.faultOf)));
  }
  line.action(async () => {
    const given = line.opts();
    // Not a required option of the parser's: who mistypes it shall be told of the mistyped one.
    const missing = declared.options.find(({ name, required }) => required && given[name] === undefined);
    if (missing !== undefined) line.error(`error: required option '${flagsOf(missing)}' not specified`);
    onlyReads = declared.onlyReads ?? given['dryRun'] === true;
    const taken = declared.arguments.map(({ name }, at) => [name, line.processedArgs[at]]);
    process.exitCode = EXIT[await declared.run(call, { ...given, ...Object.fromEntries(taken) })].code;
  });
}

function checkedBy(faultOf: (text: string) => string | undefined): (given: string) => string {
  return (given) => {
    const fault = faultOf(given);
    if (fault === undefined) return given;
    throw new InvalidArgumentError(fault);
  };
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
