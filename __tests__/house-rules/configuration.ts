/** How much a user may be asked to know, and how far the spelling of heddle.yml reaches into the code. */
import type { Source } from './source.ts';

/** The most that there may be of each. Who adds beyond it has to raise the bound here, where a reviewer sees it. */
const surface = { 'keys of heddle.yml': 45 };

export function surfaceWithin(counts: Readonly<Record<keyof typeof surface, number>>): string[] {
  return Object.entries(surface).flatMap(([what, most]) => {
    const count = Object.entries(counts).find(([name]) => name === what)?.[1] ?? 0;
    return count > most ? [`${count} ${what}, more than ${most}`] : [];
  });
}

const configuration = /^src\/config\//;

/** Outside of `src/config/` a setting has the name, and the unit, that `settings.ts` gives it. */
export function keysStayInConfiguration({ path, identifiers }: Source, keys: readonly string[]): string[] {
  if (!path.startsWith('src/') || configuration.test(path)) return [];
  const spelled = new Set(keys.flatMap((key) => key.split('.')).filter((word) => word.includes('_')));
  return identifiers
    .filter((name) => spelled.has(name))
    .map((name) => `${path}: ${name} is a spelling of heddle.yml, which only src/config may know`);
}

/** The second one is the merger's workflow, which happens to be called the same. */
const fileNameHomes = ['src/domain/config-path.ts', 'src/merger/workflow-file.ts'];

export function fileNameStandsOnce({ path, strings }: Source): string[] {
  if (!/^(src|demo)\//.test(path) || fileNameHomes.includes(path)) return [];
  return strings
    .filter((text) => text.includes('heddle.yml'))
    .map((text) => `${path}: "${text}" spells out what CONFIG_PATH says`);
}
