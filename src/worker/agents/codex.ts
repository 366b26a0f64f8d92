import { type AgentDefinition, failureEvent, jsonLine, textOf } from './definition.ts';

/** Its sandbox keeps `.git` read-only, so the supervisor commits what it leaves behind. */
const SANDBOX = 'workspace-write';

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
  finalEvent(line) {
    const event = jsonLine(line);
    if (event?.['type'] === 'turn.completed') return { is: 'success' };
    if (event?.['type'] !== 'turn.failed') return undefined;
    return failureEvent(textOf(event['error'] ?? event['message'] ?? 'the turn failed'));
  },
};
