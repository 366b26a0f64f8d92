/** What a job prints: whole for its check run, line by line for who watches, and without its secrets. */

export type Log = { write(text: string): void; mask(secret: string): void; text(): string };

export function createLog(onLine: (line: string) => void): Log {
  const secrets: string[] = [];
  let whole = '';
  let rest = '';
  const masked = (text: string): string => secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
  return {
    mask: (secret) => void secrets.push(secret),
    text: () => masked(whole),
    write(text) {
      whole += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(masked(line));
    },
  };
}
