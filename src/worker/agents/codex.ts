import { type AgentDefinition, type FinalEvent, failureEvent, jsonLine, textOf } from './definition.ts';

/** Its sandbox keeps `.git` read-only, so the supervisor commits what it leaves behind. */
const SANDBOX = 'workspace-write';
/** The end of a limit in local time, cut to the minute: `at 1:34 PM` today, else `at Mar 27th, 2033 5:33 AM`. */
const RESET = /try again at (?:([A-Z][a-z]{2} \d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}:\d{2} [AP]M)/;
const MINUTE_MS = 60_000;

export const codex: AgentDefinition = {
  binary: 'codex',
  install: 'npm install --global @openai/codex',
  commandLine: ({ prompt, worktree, model, flags, permissionMode }) => ({
    file: 'codex',
    args: [
      'exec',
      '--json',
      '--sandbox',
      permissionMode ?? SANDBOX,
      '-C',
      worktree,
      ...(model === undefined ? [] : ['--model', model]),
      ...flags,
      prompt,
    ],
  }),
  finalEvent(line, now) {
    const event = jsonLine(line);
    if (event?.['type'] === 'turn.completed') return { is: 'success' };
    if (event?.['type'] !== 'turn.failed') return undefined;
    return withReset(failureEvent(textOf(event['error'] ?? event['message'] ?? 'the turn failed')), now);
  },
};

function withReset(told: FinalEvent, now: Date): FinalEvent {
  if (told.is !== 'limit') return told;
  const [, day, year, time] = RESET.exec(told.message) ?? [];
  if (time === undefined) return told;
  const at = Date.parse(`${day === undefined ? now.toDateString() : `${day}, ${year}`} ${time}`);
  return Number.isNaN(at) ? told : { ...told, resetsAt: new Date(at + MINUTE_MS) };
}
