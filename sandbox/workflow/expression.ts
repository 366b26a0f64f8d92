/**
 * The expressions of workflow files, as far as workflows of Heddle and of its users' small projects need them.
 * Source: GitHub docs, "Evaluate expressions in workflows and actions".
 */
import { type Node, parseExpression } from './expression-syntax.ts';

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** The contexts by name (`github`, `env`, `steps`, …) and how the job stands, for `success()` and its like. */
export type Scope = {
  contexts: Readonly<Record<string, Value>>;
  status: 'success' | 'failure' | 'cancelled';
};

/** Replaces every `${{ … }}` of a text by its value. */
export function interpolate(text: string, scope: Scope): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, source: string) => textOf(evaluate(source, scope)));
}

/** The value of an `if:`; without a status function in it, it also asks for `success()`. */
export function isConditionMet(condition: string | boolean | undefined, scope: Scope): boolean {
  if (condition === undefined) return scope.status === 'success';
  const text = String(condition).trim();
  const source = /^\$\{\{(.*)\}\}$/s.exec(text)?.[1] ?? text;
  const asksStatus = /\b(success|failure|always|cancelled)\s*\(/.test(source);
  if (!asksStatus && scope.status !== 'success') return false;
  return isTruthy(evaluate(source, scope));
}

export function evaluate(source: string, scope: Scope): Value {
  return resolve(parseExpression(source), scope);
}

function isTruthy(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== '' && !Number.isNaN(value);
}

function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'Array' : 'Object';
}

function resolve(node: Node, scope: Scope): Value {
  switch (node.is) {
    case 'literal':
      return node.value;
    case 'name':
      return property(scope.contexts, node.name);
    case 'member':
      return property(resolve(node.of, scope), textOf(resolve(node.key, scope)));
    case 'every':
      return everyProperty(resolve(node.of, scope), node.key);
    case 'not':
      return !isTruthy(resolve(node.of, scope));
    case 'and': {
      const left = resolve(node.left, scope);
      return isTruthy(left) ? resolve(node.right, scope) : left;
    }
    case 'or': {
      const left = resolve(node.left, scope);
      return isTruthy(left) ? left : resolve(node.right, scope);
    }
    case 'compare':
      return compare(node.operator, resolve(node.left, scope), resolve(node.right, scope));
    case 'call':
      return call(
        node.name.toLowerCase(),
        node.args.map((arg) => resolve(arg, scope)),
        scope,
      );
    default:
      return node satisfies never;
  }
}

/** Names are compared without regard to case; what is missing is null. */
function property(of: Value, key: string): Value {
  if (of === null || typeof of !== 'object') return null;
  if (isList(of)) return of[Number(key)] ?? null;
  const found = Object.keys(of).find((name) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? null : (of[found] ?? null);
}

function everyProperty(of: Value, key: string | null): Value {
  if (of === null || typeof of !== 'object') return [];
  const values = isList(of) ? of : Object.values(of);
  return key === null ? values : values.map((value) => property(value, key)).filter((value) => value !== null);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function compare(operator: '==' | '!=' | '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
      return !areEqual(left, right);
    case '<':
      return numberOf(left) < numberOf(right);
    case '<=':
      return numberOf(left) <= numberOf(right);
    case '>':
      return numberOf(left) > numberOf(right);
    case '>=':
      return numberOf(left) >= numberOf(right);
    default:
      return operator satisfies never;
  }
}

/** Texts are equal without regard to case; different types are compared as numbers. */
function areEqual(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase();
  if (left !== null && right !== null && typeof left === 'object' && typeof right === 'object') return left === right;
  if (typeof left === typeof right) return left === right;
  return numberOf(left) === numberOf(right);
}

function numberOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'object') return Number.NaN;
  return Number(value);
}

function call(name: string, args: readonly Value[], scope: Scope): Value {
  const [first = null, second = null] = args;
  switch (name) {
    case 'always':
      return true;
    case 'success':
    case 'failure':
    case 'cancelled':
      return scope.status === name;
    case 'contains':
      return isList(first) ? first.some((item) => areEqual(item, second)) : lower(first).includes(lower(second));
    case 'startswith':
      return lower(first).startsWith(lower(second));
    case 'endswith':
      return lower(first).endsWith(lower(second));
    case 'format':
      return textOf(first).replace(/\{(\d+)\}/g, (_, at: string) => textOf(args[Number(at) + 1] ?? null));
    case 'join':
      return isList(first) ? first.map(textOf).join(second === null ? ',' : textOf(second)) : textOf(first);
    case 'tojson':
      return JSON.stringify(first, null, 2);
    case 'fromjson':
      return JSON.parse(textOf(first));
    default:
      throw new Error(`The sandbox knows no function ${name}() in workflow expressions.`);
  }
}

function lower(value: Value): string {
  return textOf(value).toLowerCase();
}
