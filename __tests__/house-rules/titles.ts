/** The full names of the tests in a file, as jest would spell them. */
import { parseSync } from '@swc/core';
import { childrenOf, type Node, nodeAt } from './source.ts';

/** What a table or a variable fills in may be any text. */
export function titlesOf(text: string): RegExp[] {
  // A group that is left out on some machines has a name of its own there: `const onLinux = … ? describe : describe.skip`.
  const groups = ['describe', ...[...text.matchAll(/const (\w+) = [^;]*\bdescribe\b/g)].map(([, name = '']) => name)];
  return childrenOf(parseSync(text, { syntax: 'typescript' }))
    .flatMap((node) => titlesIn(node, groups, []))
    .map((title) => new RegExp(`^${title}$`, 's'));
}

function titlesIn(node: Node, groups: readonly string[], above: readonly string[]): string[] {
  const title = node.type === 'CallExpression' ? titleOf(node) : undefined;
  if (title === undefined) return childrenOf(node).flatMap((child) => titlesIn(child, groups, above));
  if (!groups.includes(calledName(node) ?? '')) return [[...above, title].join(' ')];
  return childrenOf(node['arguments']).flatMap((child) => titlesIn(child, groups, [...above, title]));
}

/** Of a call that takes a text and a function. A test may be called by another name, where it is left out on some machines. */
function titleOf(call: Node): string | undefined {
  const [title, ...rest] = childrenOf(call['arguments']);
  if (!rest.some(({ type }) => type === 'ArrowFunctionExpression' || type === 'FunctionExpression')) return undefined;
  if (title?.type === 'StringLiteral' && typeof title['value'] === 'string') return pattern(title['value']);
  if (title?.type === 'TemplateLiteral') {
    const texts = childrenOf(title['quasis']).map((part) => part['cooked']);
    return texts.map((text) => (typeof text === 'string' ? pattern(text) : '')).join('.+');
  }
  return ['describe', 'it', 'test'].includes(calledName(call) ?? '') ? '.+' : undefined;
}

/** `test` of `test(…)`, `test.each(…)(…)` and the like. */
function calledName(node: Node): string | undefined {
  if (node.type === 'Identifier') return typeof node['value'] === 'string' ? node['value'] : undefined;
  const inner = nodeAt(node, 'callee') ?? nodeAt(node, 'object') ?? nodeAt(node, 'tag');
  return inner === undefined ? undefined : calledName(inner);
}

function pattern(title: string): string {
  return title
    .split(/%[psdifjo#$]|\$[\w.#]+/)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.+');
}
