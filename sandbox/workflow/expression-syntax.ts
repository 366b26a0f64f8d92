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
  const tokens = tokenize(source);
  let at = 0;

  const isNext = (sign: string): boolean => tokens[at]?.kind === 'sign' && tokens[at]?.text === sign;
  const accept = (sign: string): boolean => {
    if (!isNext(sign)) return false;
    at += 1;
    return true;
  };
  const expect = (sign: string): void => {
    if (!accept(sign)) throw unreadable(source, `expected \`${sign}\``);
  };

  function either(): Node {
    let left = both();
    while (accept('||')) left = { is: 'or', left, right: both() };
    return left;
  }

  function both(): Node {
    let left = comparison();
    while (accept('&&')) left = { is: 'and', left, right: comparison() };
    return left;
  }

  function comparison(): Node {
    let left = unary();
    for (;;) {
      const operator = (['==', '!=', '<=', '>=', '<', '>'] as const).find(isNext);
      if (operator === undefined) return left;
      at += 1;
      left = { is: 'compare', operator, left, right: unary() };
    }
  }

  function unary(): Node {
    return accept('!') ? { is: 'not', of: unary() } : access(primary());
  }

  function access(of: Node): Node {
    if (accept('[')) {
      const key = either();
      expect(']');
      return access({ is: 'member', of, key });
    }
    if (!accept('.')) return of;
    if (accept('*')) {
      const [dot, word] = [tokens[at], tokens[at + 1]];
      if (dot?.text !== '.' || word?.kind !== 'word') return access({ is: 'every', of, key: null });
      at += 2;
      return access({ is: 'every', of, key: word.text });
    }
    const word = tokens[at++];
    if (word?.kind !== 'word') throw unreadable(source, 'expected a name after the dot');
    return access({ is: 'member', of, key: { is: 'literal', value: word.text } });
  }

  function primary(): Node {
    if (accept('(')) {
      const inner = either();
      expect(')');
      return inner;
    }
    const token = tokens[at++];
    switch (token?.kind) {
      case 'text':
        return { is: 'literal', value: token.text.slice(1, -1).replaceAll("''", "'") };
      case 'number':
        return { is: 'literal', value: Number(token.text) };
      case 'word':
        return isNext('(') ? { is: 'call', name: token.text, args: list() } : word(token.text);
      default:
        throw unreadable(source, token === undefined ? 'it ends too early' : `\`${token.text}\` was not expected`);
    }
  }

  function list(): Node[] {
    expect('(');
    const args: Node[] = [];
    if (accept(')')) return args;
    do args.push(either());
    while (accept(','));
    expect(')');
    return args;
  }

  const tree = either();
  if (at < tokens.length) throw unreadable(source, `\`${tokens[at]?.text}\` was not expected`);
  return tree;
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
