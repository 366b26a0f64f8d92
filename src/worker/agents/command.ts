import { CONFIG_PATH } from '../../domain/config-path.ts';
import type { AgentDefinition } from './definition.ts';

const PROMPT_FILE = '{promptFile}';

/** Any command line, run by the shell. Its exit code is all that it says about its end. */
export const command: AgentDefinition = {
  binary: undefined,
  install: `check \`command\` of this agent in ${CONFIG_PATH}`,
  commandLine({ command: line = 'false', prompt, promptFile, flags }) {
    const withFile = line.includes(PROMPT_FILE);
    const whole = [line.replaceAll(PROMPT_FILE, quoted(promptFile)), ...flags.map(quoted)].join(' ');
    return { file: 'sh', args: ['-c', whole], ...(withFile ? {} : { stdin: prompt }) };
  },
};

/** One word for the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
