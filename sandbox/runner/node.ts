/** The Node that `using: node24` means. */
import { execFileSync } from 'node:child_process';
import { cachedProgram } from '../../scripts/programs.mjs';

const ACTION_NODE_MAJOR = 24;

/**
 * Path of a Node 24 or newer: the one that setup fetched, else the one that runs us.
 * Throws with what to install where neither is there.
 */
export function findActionNode(): string {
  const fetched = fetchedNode();
  if (fetched !== undefined) return fetched;
  if (Number(process.versions.node.split('.')[0]) >= ACTION_NODE_MAJOR) return process.execPath;
  throw new Error(
    `The Action runs on Node ${ACTION_NODE_MAJOR}, and this is Node ${process.versions.node}: ` +
      `install Node ${ACTION_NODE_MAJOR}, or (Linux on x64) run \`npm run setup\` in Heddle's folder.`,
  );
}

function fetchedNode(): string | undefined {
  try {
    const path = cachedProgram('node', process.env);
    // It may be there and yet be for another C library.
    const version = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
    return Number(/^v(\d+)/.exec(version)?.[1]) >= ACTION_NODE_MAJOR ? path : undefined;
  } catch {
    return undefined;
  }
}
