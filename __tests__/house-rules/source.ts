/** A source file as the house rules see it: its text, and what its syntax tree says about imports, names and calls. */
import { posix } from 'node:path';
import { parseSync } from '@swc/core';

export type Import = {
  /** Relative ones resolved to a path from the root; packages as they are written. */
  from: string;
  typeOnly: boolean;
  /** The other side's names for what is taken; `'all'` where that cannot be told. */
  names: readonly string[] | 'all';
};

export type Source = {
  path: string;
  text: string;
  imports: readonly Import[];
  /** Names of functions, classes, types, interfaces and constants that the file declares at its top. */
  declared: readonly { name: string; kind: string }[];
  /** `object.property(…)` as written, of every call on a property: `ports.git.push`. */
  calls: readonly string[];
  /** `object.property` of every member that is read, called or taken out by a pattern; without `globalThis`. */
  members: readonly string[];
  /** Every name in the code, of keys and members too; words in comments and strings are none. */
  identifiers: readonly string[];
  /** Texts of strings, and of templates between their values. */
  strings: readonly string[];
  /** Kinds of syntax that a rule may forbid. */
  has: readonly ('any' | 'as' | 'new Date()')[];
  /** Names that other files may import. */
  exported: readonly string[];
  /** Every function and method with a body, also those without a name (`''`), and how many lines it takes. */
  functions: readonly { name: string; lines: number }[];
  /** Methods of the interfaces it declares. */
  interfaces: readonly { name: string; methods: readonly string[] }[];
};

export type Node = { type: string; [key: string]: unknown };

export function readSource(path: string, text: string): Source {
  const tree: unknown = parseSync(text, { syntax: path.endsWith('.ts') ? 'typescript' : 'ecmascript' });
  const nodes = [...walk(tree)];
  return {
    path,
    text,
    imports: nodes.flatMap((node) => importOf(node, path)),
    declared: topLevel(tree).flatMap(declaredBy),
    calls: nodes.flatMap((node) => (node.type === 'CallExpression' ? dotted(node['callee']) : [])),
    members: nodes.flatMap((node) => (node.type === 'MemberExpression' ? dotted(node) : takenOut(node))),
    identifiers: nodes.flatMap((node) => (node.type === 'Identifier' ? textOf(node['value']) : [])),
    strings: nodes.flatMap(stringOf),
    has: nodes.flatMap(kindOf),
    interfaces: nodes.flatMap(interfaceOf),
    exported: topLevel(tree).flatMap(exportedBy),
    functions: functionsOf(tree, text),
  };
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (isObject(value)) {
    if (isNode(value)) yield value;
    for (const child of Object.values(value)) yield* walk(child);
  }
}

function stringOf(node: Node): string[] {
  if (node.type === 'StringLiteral') return textOf(node['value']);
  return node.type === 'TemplateElement' ? textOf(node['raw']) : [];
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}

function importOf(node: Node, path: string): Import[] {
  const dynamic = node.type === 'CallExpression' && nodeAt(node, 'callee')?.type === 'Import';
  const asType = node.type === 'TsImportType';
  const source = dynamic ? firstArgument(node) : nodeAt(node, asType ? 'argument' : 'source');
  const from = source?.['value'];
  if (typeof from !== 'string') return [];
  const resolved = from.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), from)) : from;
  if (asType) return [{ from: resolved, typeOnly: true, names: leftmost(nodeAt(node, 'qualifier')) ?? 'all' }];
  const specifiers = node['specifiers'];
  const eachTypeOnly =
    Array.isArray(specifiers) &&
    specifiers.length > 0 &&
    specifiers.every((item) => isObject(item) && item['isTypeOnly'] === true);
  return [{ from: resolved, typeOnly: node['typeOnly'] === true || eachTypeOnly, names: namesOf(specifiers) }];
}

/** `A` of `import('./a.ts').A.B`. */
function leftmost(qualifier: Node | undefined): string[] | undefined {
  if (qualifier?.type === 'TsQualifiedName') return leftmost(nodeAt(qualifier, 'left'));
  return typeof qualifier?.['value'] === 'string' ? [qualifier['value']] : undefined;
}

/** Of an import, or of an export from another file. */
function namesOf(specifiers: unknown): string[] | 'all' {
  if (!Array.isArray(specifiers)) return 'all';
  const names = specifiers.map((item) => {
    if (!isObject(item)) return undefined;
    if (item['type'] === 'ImportDefaultSpecifier') return 'default';
    const outer =
      item['type'] === 'ImportSpecifier' ? (nodeAt(item, 'imported') ?? nodeAt(item, 'local')) : nodeAt(item, 'orig');
    return typeof outer?.['value'] === 'string' ? outer['value'] : undefined;
  });
  return names.every((name) => name !== undefined) ? names : 'all';
}

function exportedBy(node: Node): string[] {
  if (node.type === 'ExportDeclaration') return declaredBy(node).map(({ name }) => name);
  if (/^ExportDefault(Declaration|Expression)$/.test(node.type)) return ['default'];
  if (node.type !== 'ExportNamedDeclaration' || !Array.isArray(node['specifiers'])) return [];
  return node['specifiers'].flatMap((item) => {
    const outer = isObject(item) ? (nodeAt(item, 'exported') ?? nodeAt(item, 'orig')) : undefined;
    return typeof outer?.['value'] === 'string' ? [outer['value']] : [];
  });
}

function functionsOf(tree: unknown, text: string): { name: string; lines: number }[] {
  const kinds = [
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
    'ClassMethod',
    'MethodProperty',
  ];
  const bytes = Buffer.from(text);
  // The parser counts bytes from the first token on, and goes on counting from file to file.
  const first = Buffer.byteLength(/^(?:\s|#!.*\n|\/\/.*\n|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '');
  const base = (spanOf(tree)?.start ?? 0) - first;
  const found: { name: string; lines: number }[] = [];
  const look = (node: Node, name: string): void => {
    const span = spanOf(node);
    if (kinds.includes(node.type) && span !== undefined) {
      const own = nodeAt(node, 'identifier') ?? nodeAt(node, 'key');
      const lines = bytes
        .subarray(span.start - base, span.end - base)
        .toString()
        .split('\n').length;
      found.push({ name: typeof own?.['value'] === 'string' ? own['value'] : name, lines });
    }
    const declared = nodeAt(node, 'id') ?? nodeAt(node, 'key');
    const given = typeof declared?.['value'] === 'string' ? declared['value'] : '';
    for (const child of childrenOf(node)) look(child, given);
  };
  for (const node of topLevel(tree)) look(node, '');
  return found;
}

export function childrenOf(value: unknown): Node[] {
  const values = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return values.flatMap((child) => (isNode(child) ? [child] : childrenOf(child)));
}

function spanOf(node: unknown): { start: number; end: number } | undefined {
  const span = isObject(node) ? node['span'] : undefined;
  const [start, end] = isObject(span) ? [span['start'], span['end']] : [];
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}

function declaredBy(node: Node): { name: string; kind: string }[] {
  if (node.type === 'ExportDeclaration') {
    const inner = nodeAt(node, 'declaration');
    return inner === undefined ? [] : declaredBy(inner);
  }
  if (node.type === 'VariableDeclaration') {
    const declarations = Array.isArray(node['declarations']) ? node['declarations'].filter(isNode) : [];
    return declarations.flatMap((item) => named(nodeAt(item, 'id'), 'constant'));
  }
  const kinds: Record<string, string> = {
    FunctionDeclaration: 'function',
    ClassDeclaration: 'class',
    TsInterfaceDeclaration: 'interface',
    TsTypeAliasDeclaration: 'type',
    TsEnumDeclaration: 'enum',
  };
  const kind = kinds[node.type];
  return kind === undefined ? [] : named(nodeAt(node, 'identifier') ?? nodeAt(node, 'id'), kind);
}

function interfaceOf(node: Node): { name: string; methods: string[] }[] {
  if (node.type !== 'TsInterfaceDeclaration') return [];
  const body = nodeAt(node, 'body')?.['body'];
  const members = Array.isArray(body) ? body.filter(isNode) : [];
  const methods = members
    .filter((member) => member.type === 'TsMethodSignature')
    .flatMap((member) => named(nodeAt(member, 'key'), 'method'));
  return named(nodeAt(node, 'id'), 'interface').map(({ name }) => ({ name, methods: methods.map((it) => it.name) }));
}

function kindOf(node: Node): ('any' | 'as' | 'new Date()')[] {
  if (node.type === 'TsKeywordType' && node['kind'] === 'any') return ['any'];
  if (node.type === 'TsAsExpression') return ['as'];
  const noArguments = !Array.isArray(node['arguments']) || node['arguments'].length === 0;
  return node.type === 'NewExpression' && nodeAt(node, 'callee')?.['value'] === 'Date' && noArguments
    ? ['new Date()']
    : [];
}

/** `a.b.c` of a chain of members; what stands in the chain as a call or an index is left out. */
function dotted(value: unknown): string[] {
  if (!isNode(value)) return [];
  if (value.type === 'Identifier' && typeof value['value'] === 'string')
    return value['value'] === 'globalThis' ? [] : [value['value']];
  if (value.type === 'ThisExpression') return ['this'];
  if (value.type === 'OptionalChainingExpression') return dotted(value['base']);
  if (value.type === 'TsNonNullExpression' || value.type === 'ParenthesisExpression')
    return dotted(value['expression']);
  if (value.type !== 'MemberExpression') return [];
  const property = nodeAt(value, 'property');
  const computed = property?.type === 'Computed' ? nodeAt(property, 'expression') : undefined;
  const name = (computed ?? property)?.['value'];
  return typeof name === 'string' ? [[...dotted(value['object']), name].join('.')] : [];
}

/** `a.b` of `const { b } = a` and of `{ a: { b } }`. */
function takenOut(node: Node): string[] {
  const variable = node.type === 'VariableDeclarator';
  if (!variable && node.type !== 'KeyValuePatternProperty') return [];
  const keys = childrenOf(nodeAt(node, variable ? 'id' : 'value')?.['properties']).flatMap(({ key }) => dotted(key));
  return dotted(node[variable ? 'init' : 'key']).flatMap((from) => keys.map((key) => `${from}.${key}`));
}

function topLevel(tree: unknown): Node[] {
  return isObject(tree) && Array.isArray(tree['body']) ? tree['body'].filter(isNode) : [];
}

function named(node: Node | undefined, kind: string): { name: string; kind: string }[] {
  return typeof node?.['value'] === 'string' ? [{ name: node['value'], kind }] : [];
}

function firstArgument(node: Node): Node | undefined {
  const first: unknown = Array.isArray(node['arguments']) ? node['arguments'][0] : undefined;
  return isObject(first) ? nodeAt(first, 'expression') : undefined;
}

export function nodeAt(parent: Record<string, unknown>, key: string): Node | undefined {
  const value = parent[key];
  return isNode(value) ? value : undefined;
}

function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value['type'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
