/** Markdown as the importer sees it: blocks under headings, and tables, each with its line. */
import type { ListItem, Nodes, Root, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { toString as plainText } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';

export type Cell = {
  /** Without any markup. */
  plain: string;
  /** As it is written, `\|` turned back into `|`. */
  markdown: string;
};

export type Row = { line: number; cells: readonly Cell[] };

/** A list item with a checkbox, and the first line of what stands behind it. */
type Checkbox = { checked: boolean; label: Cell };

export type Block =
  | { kind: 'heading'; depth: number; title: string; line: number; endLine: number }
  | { kind: 'table'; rows: readonly Row[]; line: number; endLine: number }
  | { kind: 'code'; line: number; endLine: number }
  | { kind: 'rule'; line: number; endLine: number }
  | { kind: 'text'; checkboxes: readonly Checkbox[]; line: number; endLine: number };

export type Document = {
  blocks: readonly Block[];
  /** The file's lines; `lines[0]` is line 1. */
  lines: readonly string[];
  /** `key: value` lines of the front matter between `---`, which is no block; keys in lower case. */
  frontMatter: FrontMatter;
};

type FrontMatter = ReadonlyMap<string, { value: string; line: number }>;

export function readMarkdown(file: string): Document {
  const source = file.replace(/^\uFEFF/, '');
  // The extension misses the lists behind a ruler that opens no front matter, so it sees no file that can have none.
  const [first, ...others] = source.startsWith('---') ? parse(source, { withFrontMatter: true }).children : [];
  const frontMatter = first?.type === 'yaml' ? readFrontMatter(first.value) : undefined;
  const nodes = frontMatter === undefined ? parse(source, { withFrontMatter: false }).children : others;
  return {
    blocks: nodes.map((node) => block(node, source)),
    lines: source.split(/\r?\n/),
    frontMatter: frontMatter ?? new Map(),
  };
}

function parse(source: string, { withFrontMatter }: { withFrontMatter: boolean }): Root {
  return fromMarkdown(source, {
    extensions: [gfmTable(), gfmTaskListItem(), ...(withFrontMatter ? [frontmatter()] : [])],
    mdastExtensions: [
      gfmTableFromMarkdown(),
      gfmTaskListItemFromMarkdown(),
      ...(withFrontMatter ? [frontmatterFromMarkdown()] : []),
    ],
  });
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
      return { kind: 'text', checkboxes: checkboxes(node, source), line, endLine };
  }
}

/** Every checkbox in the node, at whatever depth. */
function checkboxes(node: Nodes, source: string): readonly Checkbox[] {
  const own =
    node.type === 'listItem' && typeof node.checked === 'boolean' ? [checkbox(node, node.checked, source)] : [];
  return 'children' in node ? [...own, ...node.children.flatMap((child) => checkboxes(child, source))] : own;
}

function checkbox(item: ListItem, checked: boolean, source: string): Checkbox {
  const words = item.children.find((child) => child.type === 'paragraph')?.children ?? [];
  const { line, offset } = words[0]?.position?.start ?? {};
  const plain = plainText(words.filter(({ position }) => position?.start.line === line));
  return { checked, label: { plain: firstLine(plain), markdown: firstLine(source.slice(offset ?? source.length)) } };
}

function firstLine(text: string): string {
  return (/^.*/.exec(text)?.[0] ?? '').trim();
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

/**
 * By its lines and not as YAML, in which `depends_on: #1` has no value, and `title: Task 1: The parser` is a mistake.
 * Undefined for two rulers with prose between them.
 */
function readFrontMatter(yaml: string): FrontMatter | undefined {
  const inner = yaml.split(/\r?\n/);
  if (!inner.every((line) => /^(?:\s*|\s*[#-].*|[A-Za-z][\w -]*:.*|\s+\S.*)$/.test(line))) return undefined;
  const frontMatter = new Map<string, { value: string; line: number }>();
  for (const [index, line] of inner.entries()) {
    const pair = /^([A-Za-z][\w -]*?)\s*:\s*(.*)$/.exec(line);
    if (pair === null) continue;
    const value = (pair[2] ?? '').trim() === '' ? listBelow(inner, index) : (pair[2] ?? '');
    const key = (pair[1] ?? '').toLowerCase().replace(/[_-]/g, ' ');
    frontMatter.set(key, { value: value.trim().replace(/^(["'])(.*)\1$/, '$2'), line: index + 2 });
  }
  return frontMatter;
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
