import { type AgentDefinition, failureEvent, jsonLine, textOf } from './definition.ts';

/** Edits are allowed, commands are asked for, which headless means denied; `permission_mode` and `flags` allow more. */
const PERMISSION_MODE = 'acceptEdits';

export const claude: AgentDefinition = {
  binary: 'claude',
  install: 'npm install --global @anthropic-ai/claude-code',
  commandLine: ({ prompt, model, flags, permissionMode }) => ({
    file: 'claude',
    args: [
      '-p',
      prompt,
      '--output-format',
      'stream-json',
      '--verbose',
      '--permission-mode',
      permissionMode ?? PERMISSION_MODE,
      ...(model === undefined ? [] : ['--model', model]),
      ...flags,
    ],
  }),
  finalEvent(line) {
    const event = jsonLine(line);
    if (event?.['type'] !== 'result') return undefined;
    if (event['subtype'] === 'success' && event['is_error'] !== true) return { is: 'success' };
    return failureEvent(textOf(event['result'] ?? event['error'] ?? event['subtype']));
  },
};
