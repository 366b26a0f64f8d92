/** From the text of `heddle.yml` to its checked content; a mistake is told with its line and its key. */
import { isMap, LineCounter, parseDocument } from 'yaml';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { UserError } from '../domain/errors.ts';
import { type Config, configSchema } from './schema.ts';

/** Parses the text of a `heddle.yml`. Throws a UserError that names line, key and what was expected. */
export function parseConfig(text: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw configError(`${CONFIG_PATH}:${line}: ${broken.message}`);
  }
  const result = configSchema.safeParse(contentOf(document) ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part));
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const full = unknown === undefined ? path : [...path, unknown];
  const node = isMap(document.contents) ? document.getIn(full, true) : undefined;
  const range =
    typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range : undefined;
  const line = typeof range?.[0] === 'number' ? `:${lines.linePos(range[0]).line}` : '';
  throw configError(
    `${CONFIG_PATH}${line}: ${full.length === 0 ? 'the file' : `\`${full.join('.')}\``}: ${issue?.message ?? 'is not valid'}`,
  );
}

/** An alias that leads nowhere, or to far more than there is, shows only when it is followed. */
function contentOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw configError(`${CONFIG_PATH}: ${cause instanceof Error ? cause.message : 'not YAML'}`);
  }
}

function configError(message: string): UserError {
  return new UserError(message, {
    hint: `docs/usage.md lists every key of ${CONFIG_PATH} with its default.`,
    exit: 'config',
  });
}
