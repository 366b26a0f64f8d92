/** Who may write to Beads, git, GitHub and processes: the tables of effects, and what hands their writers on. */
import { commands, core, ports, wired } from './layers.ts';
import type { Source } from './source.ts';

/** The files of the core and of its commands that may write: the tables of effects, and what is nothing but one effect. */
const performers = [
  /^src\/(spawner|merger|merger\/landing)\/effects\.ts$/,
  /^src\/worker\/perform\.ts$/,
  /^src\/import\/run\.ts$/,
  /^src\/worker\/stop\.ts$/,
  /^src\/spawner\/by-hand\/(retry|salvage)\.ts$/,
  /^src\/wiring\/worker\.ts$/,
];
/** What a port is called where it is used, for each writer of src/ports; a name more is a word more here. */
const receivers: Readonly<Record<string, readonly string[]>> = {
  BeadsWriter: ['beads'],
  GitWriter: ['git'],
  CheckWriter: ['checks'],
  PullRequestWriter: ['pullRequests', 'pulls'],
  ProcessWriter: ['processes'],
  MergerWriter: ['github'],
  LandingWriter: ['github'],
};

/** Both halves of a port in one type, and what stands for all that an effect needs. */
const writingTypes = [...Object.keys(receivers), 'Beads', 'Git', 'PullRequests', 'Processes', 'MergerGitHub'];
/** What makes performers and hands them on. */
const wiring = [
  /^src\/spawner\/perform\.ts$/,
  /^src\/worker\/job\.ts$/,
  /^src\/merger\/(sweep|perform|closing|landing\/perform)\.ts$/,
  /^src\/wiring\/(checkout|beads|forge)\.ts$/,
];

/** Under whatever name a writer is called in a file: who cannot name its type cannot get one. */
export function writersAreWired({ path, imports }: Source): string[] {
  if (![core, commands, wired].some((watched) => watched.test(path))) return [];
  if ([...performers, ...wiring].some((allowed) => allowed.test(path))) return [];
  return imports
    .filter(({ from }) => /^src\/(ports\/|[a-z]+\/view\.ts$)/.test(from))
    .flatMap(({ from, names }) =>
      (names === 'all' ? ['everything'] : names)
        .filter((name) => name === 'everything' || writingTypes.includes(name))
        .map((name) => `${path}: ${name} of ${from} writes, which only performers and the wiring may have`),
    );
}

export function writesBehindPerform(sources: readonly Source[]): string[] {
  const writers = sources
    .filter(({ path }) => ports.test(path))
    .flatMap(({ interfaces }) => interfaces)
    .filter(({ name }) => name.endsWith('Writer'));
  const unnamed = writers
    .filter(({ name }) => receivers[name] === undefined)
    .map(({ name }) => `the table of receivers in the house rules has no line for ${name}`);
  const forbidden = new Set(
    writers.flatMap(({ name, methods }) =>
      (receivers[name] ?? []).flatMap((receiver) => methods.map((method) => `${receiver}.${method}`)),
    ),
  );
  const calls = sources
    .filter(({ path }) => [core, commands, wired].some((watched) => watched.test(path)))
    .filter(({ path }) => !performers.some((performer) => performer.test(path)))
    .flatMap(({ path, members }) =>
      members
        .filter((member) => forbidden.has(member.split('.').slice(-2).join('.')))
        .map((member) => `${path}: ${member} writes, which only the tables of effects may`),
    );
  return [...unnamed, ...calls];
}
