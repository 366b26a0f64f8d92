/**
 * The expressions of workflow files, read and evaluated by the package of GitHub's own editor extension.
 * Source: GitHub docs, "Evaluate expressions in workflows and actions".
 */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { Token } from '@actions/expressions/lexer';
import { truthy } from '@actions/expressions/result';

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

type Status = 'success' | 'failure' | 'cancelled';

/** The contexts by name (`github`, `env`, `steps`, …) and how the job stands, for `success()` and its like. */
export type Scope = { contexts: Readonly<Record<string, Value>>; status: Status };

/** GitHub's contexts: one of these that a scope does not have is null, and any other name is refused. */
const CONTEXTS = 'env github inputs job jobs matrix needs runner secrets steps strategy vars'.split(' ');

const statusFunctions = new Map<string, (status: Status) => boolean>([
  ['always', () => true],
  ['success', (status) => status === 'success'],
  ['failure', (status) => status === 'failure'],
  ['cancelled', (status) => status === 'cancelled'],
]);

/** A `}}` between quotes does not end the expression. */
const PLACEHOLDER = /\$\{\{((?:'[^']*'|[^'])*?)\}\}/g;

/** Replaces every `${{ … }}` of a text by its value. */
export function interpolate(text: string, scope: Scope): string {
  return text.replace(PLACEHOLDER, (_, source: string) => resultOf(source, scope).coerceString());
}

/** The value of an `if:`; without a status function in it, it also asks for `success()`. */
export function isConditionMet(condition: string | boolean | undefined, scope: Scope): boolean {
  const text = String(condition ?? '').trim();
  const source = /^\$\{\{(.*)\}\}$/s.exec(text)?.[1] ?? text;
  if (source.trim() === '') return scope.status === 'success';
  if (scope.status !== 'success' && !asksStatus(tokensOf(source))) return false;
  return truthy(resultOf(source, scope));
}

/** Throws with the whole expression in its message where it cannot be read or fails. */
export function evaluate(source: string, scope: Scope): Value {
  return JSON.parse(JSON.stringify(resultOf(source, scope), data.replacer));
}

function resultOf(source: string, scope: Scope): data.ExpressionData {
  const contexts = CONTEXTS.map((name) => ({ key: name, value: dataOf(scope.contexts[name] ?? null) }));
  const functions = new Map<string, FunctionDefinition>();
  for (const [name, isMet] of statusFunctions) {
    functions.set(name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(isMet(scope.status)) });
  }
  try {
    if (source.trim() === '') throw new Error('an expression was expected');
    const tree = new Parser(tokensOf(source), CONTEXTS, [...functions.values()]).parse();
    return new Evaluator(tree, new data.Dictionary(...contexts), functions).evaluate();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The workflow expression \`${source.trim()}\` fails: ${why}.`, { cause: error });
  }
}

function dataOf(value: Value): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver);
}

/** The package's lexer undoubles the first doubled quote of a text alone; GitHub undoubles all of them. */
function tokensOf(source: string): Token[] {
  return new Lexer(source).lex().tokens.map((token) => {
    const isText = token.lexeme.startsWith("'");
    return isText ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token;
  });
}

function asksStatus(tokens: readonly Token[]): boolean {
  return tokens.some(({ lexeme }, at) => statusFunctions.has(lexeme.toLowerCase()) && tokens[at + 1]?.lexeme === '(');
}
