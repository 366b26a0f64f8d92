/** What Heddle knows of an agent's command line: how to start it, and how it says that it has finished. */
export type AgentDefinition = {
  /** The command that has to be on PATH; undefined where the user's own command line says it. */
  binary: string | undefined;
  /** What to type where it is missing. */
  install: string;
  commandLine(start: AgentStart): AgentCommand;
  /** Reads one line of output; undefined unless it is the agent's final event. Absent where there is no such event. */
  finalEvent?(line: string, now: Date): FinalEvent | undefined;
  /** Where an event before the final one says when a limit that was hit ends. */
  limitEnd?(line: string): Date | undefined;
};

export type AgentStart = {
  prompt: string;
  /** Holds the same prompt. */
  promptFile: string;
  worktree: string;
  /** From `heddle.yml`. */
  command: string | undefined;
  model: string | undefined;
  flags: readonly string[];
  permissionMode: string | undefined;
};

type AgentCommand = { file: string; args: readonly string[]; stdin?: string };

/**
 * `limit`: the account or the model's side, not the task, is what stopped it. `resetsAt` is there if the agent said when
 * that ends. `denied`: tools that it wanted and was not allowed to use.
 */
export type FinalEvent =
  | { is: 'success'; denied?: readonly string[] }
  | { is: 'failure'; message: string }
  | { is: 'limit'; message: string; resetsAt: Date | undefined };

const LIMIT =
  /usage limit|hit your (?:[a-z]+ )?limit|rate.?limit|quota exceeded|overloaded|too many requests|credit balance|API Error: ?(?:429|5\d\d)|status:? (?:401|403|429|5\d\d)\b|stream disconnected/i;
/** Claude appends the end of the limit in seconds since 1970. */
const RESET = /\|(\d{10})\b/;

/** Tells an exhausted account from a failed task. */
export function failureEvent(message: string): FinalEvent {
  if (!LIMIT.test(message)) return { is: 'failure', message };
  const seconds = RESET.exec(message)?.[1];
  return { is: 'limit', message, resetsAt: seconds === undefined ? undefined : new Date(Number(seconds) * 1000) };
}

/** What is inside of an event, or an empty object where it is no object. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A line of a JSON protocol, or undefined for anything else that an agent prints. */
export function jsonLine(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What an event says in its own words: a text, or an object that holds one. */
export function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return textOf(value.message);
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
