import { describe, expect, test } from '@jest/globals';
import { configKeys } from '../../scripts/usage-tables.ts';
import { fileNameStandsOnce, keysStayInConfiguration, surfaceWithin } from './configuration.ts';
import { readSource } from './source.ts';
import { files } from './tree.ts';

const keys = configKeys().map(({ key }) => key);
const sources = files
  .filter(({ path }) => /^(src|demo)\/.*\.ts$/.test(path))
  .map(({ path, text }) => readSource(path, text));

describe('in the whole tree', () => {
  test('heddle.yml has no more keys than its bound', () => {
    expect(surfaceWithin({ 'keys of heddle.yml': keys.length })).toEqual([]);
  });

  test('only the configuration knows how heddle.yml spells its keys', () => {
    expect(sources.flatMap((source) => keysStayInConfiguration(source, keys))).toEqual([]);
  });

  test('the name of heddle.yml stands once', () => {
    expect(sources.flatMap(fileNameStandsOnce)).toEqual([]);
  });
});

describe('a rule that is broken is noticed:', () => {
  test('a key of heddle.yml too many', () => {
    expect(surfaceWithin({ 'keys of heddle.yml': 46 })).toEqual(['46 keys of heddle.yml, more than 45']);
    expect(surfaceWithin({ 'keys of heddle.yml': 45 })).toEqual([]);
  });

  test('a key as heddle.yml spells it, or the name of that file, away from home', () => {
    const spelled = (path: string, text: string) =>
      keysStayInConfiguration(readSource(path, text), ['base', 'limits.setup_seconds']).length;
    expect(spelled('src/worker/a.ts', 'use(config.limits.setup_seconds);')).toBe(1);
    expect(spelled('src/worker/a.ts', 'const { setup_seconds: limit } = limits;')).toBe(1);
    expect(spelled('src/worker/a.ts', "tell(base, '`limits.setup_seconds`'); // setup_seconds")).toBe(0);
    expect(spelled('src/config/settings.ts', 'use(limits.setup_seconds);')).toBe(0);
    const named = (text: string) => fileNameStandsOnce(readSource('src/a.ts', text)).length;
    expect(named("tell('Write it into heddle.yml.');")).toBe(1);
    expect(named('tell(`${key} of heddle.yml`);')).toBe(1);
    expect(named('tell(`${key} of ${CONFIG_PATH}`); // heddle.yml')).toBe(0);
  });
});
