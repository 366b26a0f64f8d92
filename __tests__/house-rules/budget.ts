/** How much of it there may be: a bound that is reached asks what can go before anything is added. */
import type { Source } from './source.ts';

const mostCommands = 20;
const mostSpawnerLines = 1_600;
/** The one library that nothing imports: it has the signatures and types of what a receiver of webhooks takes. */
const notUsed = '@octokit/webhooks';
/** Programs that are run, configurations and types that tools find by name, and descriptions that are read as files. */
const notImported: readonly string[] = [
  '@biomejs/biome',
  '@octokit/graphql-schema',
  '@octokit/openapi',
  '@octokit/openapi-webhooks',
  '@swc/jest',
  '@types/mdast',
  '@types/node',
  'jest',
  'typescript',
];

export function commandCount(names: readonly string[]): string[] {
  return names.length > mostCommands ? [`${names.length} commands, more than ${mostCommands}`] : [];
}

/** Without what it says to people, and what is done by hand outside of its passes. */
export function spawnerLines(sources: readonly Pick<Source, 'path' | 'text'>[]): string[] {
  const lines = sources
    .filter(({ path }) => /^src\/spawner\/(?!messages\/|by-hand\/)/.test(path))
    .reduce((sum, { text }) => sum + text.split('\n').length - (text.endsWith('\n') ? 1 : 0), 0);
  return lines > mostSpawnerLines ? [`src/spawner has ${lines} lines, more than ${mostSpawnerLines}`] : [];
}

export function idlePackages(sources: readonly Pick<Source, 'imports'>[], packages: readonly string[]): string[] {
  const imported = sources.flatMap(({ imports }) => imports).map(({ from }) => from);
  const isImported = (name: string) => imported.some((from) => from === name || from.startsWith(`${name}/`));
  const excepted = [notUsed, ...notImported];
  return [
    ...packages
      .filter((name) => !isImported(name) && !excepted.includes(name))
      .map((name) => `package.json: nothing imports ${name}`),
    ...excepted
      .filter((name) => isImported(name) || !packages.includes(name))
      .map((name) => `${name} is no exception any more`),
  ];
}
