/** Workflow commands in what a job prints: how they stand in its log, and the annotations that they make. */
import type { Annotation } from '../world.ts';

const levels = { error: 'failure', warning: 'warning', notice: 'notice' } as const;
const command = /^::(error|warning|notice)(?: ([^:]*))?::(.*)$/;
/** What the runner itself says; a script that prints this is taken for it, on GitHub too. */
const own = /^##\[(error|warning)\](.*)$/;

/** Source: GitHub docs, "Workflow commands": 10 of a level for each step; here, for each job. */
const mostOfALevel = 10;

export function annotationsOf(log: string): Annotation[] {
  const found: Annotation[] = [];
  for (const line of log.split('\n')) {
    const [, word = '', properties = '', message = ''] = command.exec(line) ?? [];
    const [, ownWord = '', ownMessage = ''] = own.exec(line) ?? [];
    const level = levelOf(word || ownWord);
    if (level === null || found.filter((one) => one.level === level).length >= mostOfALevel) continue;
    found.push(annotation(level, propertiesOf(properties), unescaped(message || ownMessage)));
  }
  return found;
}

function levelOf(word: string): Annotation['level'] | null {
  return word === 'error' || word === 'warning' || word === 'notice' ? levels[word] : null;
}

function annotation(level: Annotation['level'], said: ReadonlyMap<string, string>, message: string): Annotation {
  const number = (name: string): number | null => (said.has(name) ? Number(said.get(name)) : null);
  const startLine = number('line') ?? 1;
  return {
    // What names no file is shown at the folder of the workflows.
    path: said.get('file') ?? '.github',
    startLine,
    endLine: number('endLine') ?? startLine,
    startColumn: number('col'),
    endColumn: number('endColumn'),
    level,
    title: said.get('title') ?? null,
    message,
    rawDetails: null,
  };
}

function propertiesOf(text: string): Map<string, string> {
  const pairs = text.split(',').flatMap((part): [string, string][] => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [[part.slice(0, at).trim(), unescaped(part.slice(at + 1))]];
  });
  return new Map(pairs);
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replace(/%(?:0D|0A|3A|2C|25)/gi, (code) => letters[code.toUpperCase()] ?? code);
}

/** The log keeps a command in the runner's own spelling. */
export function asLogged(log: string): string {
  return log.replace(/^::(error|warning|notice|debug|group|endgroup)(?: [^:\n]*)?::/gm, '##[$1]');
}
