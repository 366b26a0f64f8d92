/** The grammar of workflow expressions: a text in, a tree out. */

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Node =
  | { is: 'literal'; value: null | boolean | number | string }
  | { is: 'name'; name: string }
  | { is: 'member'; of: Node; key: Node }
  /** `of.*` and, with a key, `of.*.key`. */
  | { is: 'every'; of: Node; key: string | null }
  | { is: 'not'; of: Node }
  | { is: 'and' | 'or'; left: Node; right: Node }
  | { is: 'compare'; operator: Comparison; left: Node; right: Node }
  | { is: 'call'; name: string; args: Node[] };

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>-?(?:0x[0-9a-f]+|\d+(?:\.\d+)?))|(?<word>[A-Za-z_][\w-]*)|(?<sign>==|!=|<=|>=|&&|\|\||[!<>()[\].,*]))/iy;

type Token = { kind: 'text' | 'number' | 'word' | 'sign'; text: string };

/** Throws with the whole expression in its message where it cannot be read. */
export function parseExpression(source: string): Node {
  const reader = readerOf(source);
  const tree = either(reader);
  if (reader.peek() !== undefined) throw reader.unexpected(reader.peek());
  return tree;
}

type Reader = ReturnType<typeof readerOf>;

/** Goes through the tokens once, from the left. */
function readerOf(source: string) {
  const tokens = tokenize(source);
  let at = 0;
  const peek = (ahead = 0): Token | undefined => tokens[at + ahead];
  const isNext = (sign: string): boolean => peek()?.kind === 'sign' && peek()?.text === sign;
  const accept = (sign: string): boolean => {
    if (!isNext(sign)) return false;
    at += 1;
    return true;
  };
  return {
    peek,
    isNext,
    accept,
    take: (): Token | undefined => tokens[at++],
    expect(sign: string): void {
      if (!accept(sign)) throw unreadable(source, `expected \`${sign}\``);
    },
    unreadable: (why: string): Error => unreadable(source, why),
    unexpected: (token: Token | undefined): Error =>
      unreadable(source, token === undefined ? 'it ends too early' : `\`${token.text}\` was not expected`),
  };
}

function either(reader: Reader): Node {
  let left = both(reader);
  while (reader.accept('||')) left = { is: 'or', left, right: both(reader) };
  return left;
}

function both(reader: Reader): Node {
  let left = comparison(reader);
  while (reader.accept('&&')) left = { is: 'and', left, right: comparison(reader) };
  return left;
}

function comparison(reader: Reader): Node {
  let left = unary(reader);
  for (;;) {
    const operator = (['==', '!=', '<=', '>=', '<', '>'] as const).find(reader.accept);
    if (operator === undefined) return left;
    left = { is: 'compare', operator, left, right: unary(reader) };
  }
}

function unary(reader: Reader): Node {
  return reader.accept('!') ? { is: 'not', of: unary(reader) } : access(reader, primary(reader));
}

function access(reader: Reader, of: Node): Node {
  if (reader.accept('[')) {
    const key = either(reader);
    reader.expect(']');
    return access(reader, { is: 'member', of, key });
  }
  if (!reader.accept('.')) return of;
  if (reader.accept('*')) {
    const [dot, name] = [reader.peek(), reader.peek(1)];
    if (dot?.text !== '.' || name?.kind !== 'word') return access(reader, { is: 'every', of, key: null });
    reader.take();
    reader.take();
    return access(reader, { is: 'every', of, key: name.text });
  }
  const name = reader.take();
  if (name?.kind !== 'word') throw reader.unreadable('expected a name after the dot');
  return access(reader, { is: 'member', of, key: { is: 'literal', value: name.text } });
}

function primary(reader: Reader): Node {
  if (reader.accept('(')) {
    const inner = either(reader);
    reader.expect(')');
    return inner;
  }
  const token = reader.take();
  switch (token?.kind) {
    case 'text':
      return { is: 'literal', value: token.text.slice(1, -1).replaceAll("''", "'") };
    case 'number':
      return { is: 'literal', value: Number(token.text) };
    case 'word':
      return reader.isNext('(') ? { is: 'call', name: token.text, args: list(reader) } : word(token.text);
    default:
      throw reader.unexpected(token);
  }
}

function list(reader: Reader): Node[] {
  reader.expect('(');
  const args: Node[] = [];
  if (reader.accept(')')) return args;
  do args.push(either(reader));
  while (reader.accept(','));
  reader.expect(')');
  return args;
}

function word(text: string): Node {
  switch (text) {
    case 'true':
      return { is: 'literal', value: true };
    case 'false':
      return { is: 'literal', value: false };
    case 'null':
      return { is: 'literal', value: null };
    default:
      return { is: 'name', name: text };
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw unreadable(source, 'a character that is no part of an expression');
    for (const kind of ['text', 'number', 'word', 'sign'] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  return tokens;
}

function unreadable(source: string, why: string): Error {
  return new Error(`The workflow expression \`${source.trim()}\` cannot be read: ${why}.`);
}
