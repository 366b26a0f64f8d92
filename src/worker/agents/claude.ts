import { type AgentDefinition, failureEvent, jsonLine, objectOf, textOf } from './definition.ts';

/** Edits are allowed, commands are asked for, which headless means denied; `permission_mode` and `flags` allow more. */
const PERMISSION_MODE = 'acceptEdits';
/** Answers of the API that speak of this request: a prompt that is too long, a model that does not exist. */
const ABOUT_THE_REQUEST = new Set<unknown>([400, 404, 413, 422]);

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
    if (event['subtype'] === 'success' && event['is_error'] !== true) {
      const denied = deniedTools(event['permission_denials']);
      return denied.length === 0 ? { is: 'success' } : { is: 'success', denied };
    }
    const told = failureEvent(textOf(event['result'] ?? event['error'] ?? event['subtype']));
    return told.is === 'failure' && isOfApi(event) ? { ...told, is: 'limit', resetsAt: undefined } : told;
  },
  limitEnd(line) {
    const event = jsonLine(line);
    if (event?.['type'] !== 'rate_limit_event') return undefined;
    const { status, resetsAt } = objectOf(event['rate_limit_info']);
    return status === 'rejected' && typeof resetsAt === 'number' ? new Date(resetsAt * 1000) : undefined;
  },
};

/** No login, a key that is refused and a server that does not answer are no more the task's fault than a used up limit. */
function isOfApi(event: Readonly<Record<string, unknown>>): boolean {
  return event['terminal_reason'] === 'api_error' && !ABOUT_THE_REQUEST.has(event['api_error_status']);
}

/** Claude ends well when it was not allowed to do anything; only this tells why nothing came of it. */
function deniedTools(denials: unknown): readonly string[] {
  if (!Array.isArray(denials)) return [];
  return [...new Set(denials.map((one: unknown) => textOf(objectOf(one)['tool_name'])))].filter((name) => name !== '');
}
