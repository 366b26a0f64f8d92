/** How a program came to its end. `missing`: there is no such program; `not started`: it could not be started this time. */
export type ProgramEnd =
  | { is: 'exited'; code: number }
  | { is: 'signalled'; signal: string }
  | { is: 'missing'; why: string }
  | { is: 'not started'; why: string };

export type Program = {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment; nothing is inherited beside it. */
  env: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed; without it, there is none. */
  stdin?: string | undefined;
  /** Every line that it prints, of either stream; overlong ones are cut. */
  onLine(line: string): void;
};

export interface RunningProgram {
  /** Resolves when the program itself has ended, also if something that it started still has its output open. */
  ended: Promise<ProgramEnd>;
  /** Waits for the last of the output, at the most `timeoutMs`, and lets go of it. */
  drain(timeoutMs: number): Promise<void>;
}

/** Programs that are watched while they run: agents, set-up and verify commands. */
export interface Programs {
  /** Starts it in a process group of its own. */
  start(program: Program): RunningProgram;
  /** Where a command would be found on this PATH, or undefined. */
  find(file: string, path: string): string | undefined;
}
