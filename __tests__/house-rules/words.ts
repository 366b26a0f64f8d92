/** Rules about one file by itself: its length, its names, its words. */
import type { Source } from './source.ts';

const longestFile = 250;
const parsers = /^(src\/(adapters|domain)\/|sandbox\/|__tests__\/|bench\/|scripts\/)/;

export function fileLength({ path, text }: Pick<Source, 'path' | 'text'>): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > longestFile ? [`${path}: ${lines} lines, more than ${longestFile}`] : [];
}

export function names({ path, declared }: Source): string[] {
  const vague = /^(helpers?|managers?|utils?|utilit(y|ies)|services?)$/;
  const inPath = path
    .split(/[/.-]/)
    .filter((word) => vague.test(word))
    .map((word) => `${path}: "${word}" says nothing about what is inside`);
  const inNames = declared
    .filter(({ name }) => wordsOf(name).some((word) => vague.test(word)))
    .map(({ name }) => `${path}: "${name}" says nothing about what it is`);
  const prefixed = declared
    .filter(({ name, kind }) => kind === 'interface' && /^I[A-Z][a-z]/.test(name))
    .map(({ name }) => `${path}: interface ${name} has an I too many`);
  return [...inPath, ...inNames, ...prefixed];
}

export function types({ path, has }: Source): string[] {
  const found = has.includes('any') ? [`${path}: any`] : [];
  // Where text from outside becomes typed, and where brands are made, an assertion is the tool.
  if (has.includes('as') && !parsers.test(path)) found.push(`${path}: \`as\` outside parsing`);
  return found;
}

/** What is left undone stands in Beads, and a test that is off is no test. */
export function unfinished({ path, text }: Pick<Source, 'path' | 'text'>): string[] {
  const words = /\b(TODO|FIXME|XXX|HACK)\b|\b(?:it|test|describe)\.(?:skip|only|todo)(?:\.each)?\(/;
  return matching(path, text, words, 'is unfinished');
}

/** No path of the machine that somebody happened to write it on, nor the address of a registry. */
export function machine({ path, text }: Pick<Source, 'path' | 'text'>, here: { root: string; home: string }): string[] {
  const places = [here.root, here.home].filter((place) => place.length > 1).map((place) => `${escaped(place)}(?=/)`);
  const anywhere = ['(?<![\\w.}-])/(?:work|root)/', 'https?://(?:registry|proxy)\\.'];
  return matching(path, text, new RegExp([...places, ...anywhere].join('|')), 'belongs to one machine');
}

function matching(path: string, text: string, pattern: RegExp, why: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined ? [] : [`${path}:${i + 1}: "${found}" ${why}`];
  });
}

export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_]+/);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
