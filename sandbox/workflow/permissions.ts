/** What the token of a workflow run may do. Source: GitHub docs, "Controlling permissions for GITHUB_TOKEN". */
import type { Permissions } from './file.ts';

type Level = 'read' | 'write';

const names = [
  'actions',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'issues',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
];

/** Where no `permissions` are written: GitHub's restricted default, that of every new repository. */
const restricted: Permissions = { contents: 'read', packages: 'read' };

/**
 * By the API's names (`pull_requests`). A job's own list replaces the workflow's; what a list leaves out is withheld.
 * `readOnly` is a pull request from a fork.
 */
export function tokenPermissions(
  workflow: Permissions | null | undefined,
  job: Permissions | null | undefined,
  readOnly: boolean,
): Record<string, Level> {
  const list = job ?? workflow ?? restricted;
  const granted: [string, Level][] = [['metadata', 'read']];
  if (typeof list === 'string') {
    for (const name of names) granted.push([apiName(name), list === 'write-all' ? 'write' : 'read']);
  } else {
    for (const [name, level] of Object.entries(list)) if (level !== 'none') granted.push([apiName(name), level]);
  }
  return Object.fromEntries(granted.map(([name, level]) => [name, readOnly ? 'read' : level]));
}

function apiName(name: string): string {
  return name.replaceAll('-', '_');
}
