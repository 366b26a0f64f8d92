/**
 * JSON objects in their text. An object that is parsed and printed anew loses what its writer chose: numbers beyond 2^53,
 * spaces, escapes, keys that occur twice. So only the values that change are written.
 */
export type Json = Record<string, unknown>;

/** The object that a text is, with a byte order mark before it or without; undefined for anything else. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The text of an object, from brace to brace, with some of its members set and every other byte as it was. A member that
 * is not there comes last; one that stands twice is set twice, as readers differ in which of them counts. An object that
 * is set goes into the one that is there, member by member.
 */
export function setMembers(object: string, changes: Json): string {
  const parts: string[] = [];
  const missing = new Map(Object.entries(changes));
  let copied = 0;
  let last = 1;
  for (const { key, start, end } of membersOf(object)) {
    last = end;
    if (!Object.hasOwn(changes, key)) continue;
    missing.delete(key);
    parts.push(object.slice(copied, start), valueText(object.slice(start, end), changes[key]));
    copied = end;
  }
  const added = [...missing].map(([key, value]) => `${goJson(key)}:${goJson(value)}`).join(',');
  const comma = last > 1 && added !== '' ? ',' : '';
  return [...parts, object.slice(copied, last), comma, added, object.slice(last)].join('');
}

function valueText(old: string, value: unknown): string {
  return isObject(value) && old.startsWith('{') ? setMembers(old, value) : goJson(value);
}

/** JSON as Go prints it, which is how `bd` writes the file: a rewrite of an unchanged line is the same bytes. */
export function goJson(value: unknown): string {
  const escapes: Record<string, string> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  };
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

/** The members of an object whose text has been parsed before, each with the span of its value. */
function membersOf(object: string): { key: string; start: number; end: number }[] {
  const found: { key: string; start: number; end: number }[] = [];
  for (let at = afterSpace(object, 1); object.charAt(at) === '"'; ) {
    const afterKey = afterValue(object, at);
    const start = afterSpace(object, afterSpace(object, afterKey) + ':'.length);
    const end = afterValue(object, start);
    found.push({ key: String(JSON.parse(object.slice(at, afterKey))), start, end });
    at = afterSpace(object, afterSpace(object, end) + ','.length);
  }
  return found;
}

const SPACE = ' \t\r\n';
const AFTER_A_VALUE = `${SPACE},:]}`;

function afterSpace(text: string, at: number): number {
  let end = at;
  while (end < text.length && SPACE.includes(text.charAt(end))) end += 1;
  return end;
}

/** Not by an expression: on a long text one overflows the stack. */
function afterValue(text: string, at: number): number {
  let depth = 0;
  let end = at;
  do {
    const character = text.charAt(end);
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    end = character === '"' ? afterString(text, end) : end + 1;
  } while (end < text.length && (depth > 0 || !AFTER_A_VALUE.includes(text.charAt(end))));
  return end;
}

function afterString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charAt(end) !== '"') end += text.charAt(end) === '\\' ? 2 : 1;
  return end + 1;
}
