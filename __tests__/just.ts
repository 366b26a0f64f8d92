/** The `just` that setup fetched, else the user's own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from '@jest/globals';
import { cachedProgram } from '../scripts/programs.mjs';

const fetched = cachedProgram('just', process.env);
export const just = existsSync(fetched) ? fetched : 'just';

/** On a platform for which npm has no `just`, and where the user has none, there is nothing to test. */
export const withJust = spawnSync(just, ['--version']).status === 0 ? test : test.skip;
