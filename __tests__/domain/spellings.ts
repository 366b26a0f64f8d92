/** The many ways in which one JSON object can be written. */
import fc from 'fast-check';

type Spelling = { spaces: readonly string[]; escapes: readonly boolean[]; order: readonly number[] };

export const spelling: fc.Arbitrary<Spelling> = fc.record({
  spaces: fc.array(fc.constantFrom('', ' ', '\t', '   '), { minLength: 1, maxLength: 7 }),
  escapes: fc.array(fc.boolean(), { minLength: 1, maxLength: 11 }),
  order: fc.array(fc.integer(), { minLength: 12, maxLength: 12 }),
});

/** The object with its keys in another order, spaces between any two tokens, and characters spelled as escapes. */
export function spelled(object: Readonly<Record<string, unknown>>, { spaces, escapes, order }: Spelling): string {
  let count = 0;
  const next = <T>(all: readonly T[]): T | undefined => {
    count += 1;
    return all[count % all.length];
  };
  const space = () => next(spaces) ?? '';
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const spell = (character: string) => (next(escapes) || character === '"' ? escaped(character) : character);
  const text = (value: string) => `"${[...value].map(spell).join('')}"`;
  const write = (value: unknown): string => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value)
      .map(([key, one], index) => ({ key, one, place: order[index] ?? 0 }))
      .sort((a, b) => a.place - b.place)
      .map(({ key, one }) => `${space()}${text(key)}${space()}:${space()}${write(one)}${space()}`);
    return `{${members.join(',')}}`;
  };
  return `${space()}${write(object)}${space()}`;
}
