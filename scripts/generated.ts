/** What stands in other files and the sources know best, each block between two marks: `npm run docs` writes it, a test compares it. */
import { type Command, flagsOf, nameAndAlias, recipesOf, usageOf } from '../src/commands/command.ts';
import { recipesText } from '../src/init/recipes.ts';
import { exitTable, keysTable, waitsTable } from './usage-tables.ts';

type Generated = { path: string; blocks: Readonly<Record<string, string>>; mark(words: string): string };

export function generated(commands: readonly Command[]): readonly Generated[] {
  const inMarkdown = (words: string) => `<!-- ${words} -->`;
  const shown = commands.filter(({ hidden }) => hidden !== true);
  return [
    {
      path: 'docs/usage.md',
      blocks: { commands: commandsTable(shown), keys: keysTable(), 'exit codes': exitTable(), waits: waitsTable() },
      mark: inMarkdown,
    },
    { path: 'README.md', blocks: { commands: summaryTable(shown) }, mark: inMarkdown },
    {
      path: 'justfile',
      blocks: { commands: recipesText(recipesOf(commands, 'own justfile'), '{{ heddle }}') },
      mark: (words) => `# ${words}`,
    },
  ];
}

/** Puts each block between its two marks; text outside of them is left alone. Throws when a mark is missing. */
export function withBlocks(text: string, { path, blocks, mark }: Generated): string {
  return Object.entries(blocks).reduce((whole, [name, block]) => {
    const [begin, end] = [mark(`begin: ${name} (npm run docs)`), mark(`end: ${name}`)];
    const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${path} has no ${begin} … ${end}`);
    return `${whole.slice(0, from + begin.length)}\n${block.trimEnd()}\n${whole.slice(to)}`;
  }, text);
}

function summaryTable(commands: readonly Command[]): string {
  const rows = commands.map((one) => `| \`${usageOf(one)}\` | ${inCell(one.summary)} |`);
  return ['| command | what it does |', '| --- | --- |', ...rows].join('\n');
}

function commandsTable(commands: readonly Command[]): string {
  const rows = commands.map((one) => {
    const [, ...aliases] = nameAndAlias(one);
    const called = [`\`${usageOf(one)}\``, ...aliases.map((alias) => `or \`heddle ${alias}\``)].join(', ');
    const options = one.options.map(
      (each) => `\`${flagsOf(each)}\`${each.required ? ' (required)' : ''}: ${each.what}`,
    );
    return `| ${called} | ${inCell(one.summary)} | ${inCell(options.join('<br>'))} |`;
  });
  return ['| command | what it does | options |', '| --- | --- | --- |', ...rows].join('\n');
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
