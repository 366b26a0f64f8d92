/** The files by which a step speaks to its runner. Source: GitHub docs, "Workflow commands for GitHub Actions". */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const commandFiles = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'] as const;

type CommandFile = (typeof commandFiles)[number];

export type StepFiles = { env: Record<CommandFile, string>; read(file: CommandFile): Promise<string> };

/** Makes the empty files of one step, in a folder of their own. */
export async function makeStepFiles(folder: string): Promise<StepFiles> {
  await mkdir(folder, { recursive: true });
  const at = (file: CommandFile): string => path.join(folder, file.toLowerCase());
  for (const file of commandFiles) await writeFile(at(file), '');
  return {
    env: {
      GITHUB_OUTPUT: at('GITHUB_OUTPUT'),
      GITHUB_STATE: at('GITHUB_STATE'),
      GITHUB_ENV: at('GITHUB_ENV'),
      GITHUB_PATH: at('GITHUB_PATH'),
      GITHUB_STEP_SUMMARY: at('GITHUB_STEP_SUMMARY'),
    },
    read: (file) => readFile(at(file), 'utf8'),
  };
}

/** `name=value` lines and `name<<DELIMITER` blocks. Throws on anything else, as the runner does. */
export function parseAssignments(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, block, delimiter] = /^([^=]+?)<<(.+)$/.exec(line) ?? [];
    if (block !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter, at + 1);
      if (end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`);
      values[block] = lines.slice(at + 1, end).join('\n');
      at = end;
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 1) throw new Error(`Invalid format '${line}'`);
    values[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return values;
}
