/** Markdown as the importer sees it: blocks under headings, and tables, each with its line. */
import type { RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString as plainText } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';

export type Cell = {
  /** Without any markup. */
  plain: string;
  /** As it is written, `\|` turned back into `|`. */
  markdown: string;
};

export type Row = { line: number; cells: readonly Cell[] };

export type Block =
  | { kind: 'heading'; depth: number; title: string; line: number; endLine: number }
  | { kind: 'table'; rows: readonly Row[]; line: number; endLine: number }
  | { kind: 'code'; line: number; endLine: number }
  | { kind: 'rule'; line: number; endLine: number }
  | { kind: 'text'; line: number; endLine: number };

export type Document = {
  blocks: readonly Block[];
  /** The file's lines; `lines[0]` is line 1. Front matter is left as empty lines, so that numbers stay true. */
  lines: readonly string[];
  /** `key: value` lines of the front matter between `---`, keys in lower case. */
  frontMatter: ReadonlyMap<string, { value: string; line: number }>;
};

export function readMarkdown(source: string): Document {
  const { body, frontMatter } = splitFrontMatter(source.replace(/^\uFEFF/, ''));
  const tree = fromMarkdown(body, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
  return { blocks: tree.children.map((node) => block(node, body)), lines: body.split(/\r?\n/), frontMatter };
}

/** The text of some blocks, as it was written, without the lines in `without`; blocks stay apart by an empty line. */
export function textOf(document: Document, blocks: readonly Block[], without: ReadonlySet<number> = new Set()): string {
  return blocks
    .map(({ line, endLine }) =>
      document.lines
        .slice(line - 1, endLine)
        .filter((_, index) => !without.has(line + index))
        .join('\n')
        .trim(),
    )
    .filter((text) => text !== '')
    .join('\n\n');
}

/** A heading in the form in which names are compared: `## 2. Task Breakdown:` is `task breakdown`. */
export function headingName(title: string): string {
  return title
    .toLowerCase()
    .replace(/^[^\p{L}]+/u, '')
    .replace(/[\s:.]+$/, '')
    .replace(/\s+/g, ' ');
}

/**
 * The blocks, each with the name of the section that it stands in; `opens` marks the heading that began it.
 * A heading that `classify` does not know ends a section of its own depth or deeper, and otherwise belongs to it.
 */
export function underHeadings<Name>(
  blocks: readonly Block[],
  classify: (heading: Extract<Block, { kind: 'heading' }>) => Name | undefined,
): readonly { name: Name | undefined; block: Block; opens: boolean }[] {
  let current: { name: Name; depth: number } | undefined;
  return blocks.map((each) => {
    if (each.kind !== 'heading') return { name: current?.name, block: each, opens: false };
    const name = classify(each);
    if (name !== undefined) current = { name, depth: each.depth };
    else if (current !== undefined && each.depth <= current.depth) current = undefined;
    return { name: current?.name, block: each, opens: name !== undefined };
  });
}

function block(node: RootContent, source: string): Block {
  // Positions are there for everything that is parsed from text.
  const line = node.position?.start.line ?? 1;
  const endLine = node.position?.end.line ?? line;
  switch (node.type) {
    case 'heading':
      return { kind: 'heading', depth: node.depth, title: plainText(node).trim(), line, endLine };
    case 'table':
      return { kind: 'table', rows: rows(node, source), line, endLine };
    case 'code':
      return { kind: 'code', line, endLine };
    case 'thematicBreak':
      return { kind: 'rule', line, endLine };
    default:
      return { kind: 'text', line, endLine };
  }
}

function rows(table: Table, source: string): readonly Row[] {
  return table.children.map((row) => ({
    line: row.position?.start.line ?? 1,
    cells: row.children.map((cell) => {
      const start = cell.children.at(0)?.position?.start.offset;
      const end = cell.children.at(-1)?.position?.end.offset;
      const written = start === undefined || end === undefined ? '' : source.slice(start, end);
      const markdown = written
        .replaceAll('\\|', '|')
        .replace(/\s*<br\s*\/?>\s*/gi, '\n')
        .trim();
      return { plain: plainText(cell, { includeHtml: false }).replace(/\s+/g, ' ').trim(), markdown };
    }),
  }));
}

function splitFrontMatter(source: string): Pick<Document, 'frontMatter'> & { body: string } {
  const match = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(source);
  const frontMatter = new Map<string, { value: string; line: number }>();
  const inner = (match?.[1] ?? '').split(/\r?\n/);
  // Two rulers with prose between them are no front matter.
  if (match === null || !inner.every((line) => /^(?:\s*|\s*[#-].*|[A-Za-z][\w -]*:.*|\s+\S.*)$/.test(line))) {
    return { body: source, frontMatter };
  }
  for (const [index, line] of inner.entries()) {
    const pair = /^([A-Za-z][\w -]*?)\s*:\s*(.*)$/.exec(line);
    if (pair === null) continue;
    const value = (pair[2] ?? '').trim() === '' ? listBelow(inner, index) : (pair[2] ?? '');
    const key = (pair[1] ?? '').toLowerCase().replace(/[_-]/g, ' ');
    frontMatter.set(key, { value: value.trim().replace(/^(["'])(.*)\1$/, '$2'), line: index + 2 });
  }
  const kept = source.slice(match[0].length);
  return { body: '\n'.repeat(inner.length + 2) + kept, frontMatter };
}

/** `depends_on:` with a YAML list in the lines below it. */
function listBelow(lines: readonly string[], index: number): string {
  const below: string[] = [];
  for (const line of lines.slice(index + 1)) {
    if (!/^\s*-\s/.test(line)) break;
    below.push(line);
  }
  return below.join('\n');
}
