/** All that a worker says to people and to agents. */
import type { Loss } from '../domain/errors.ts';
import { asideName } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { type Marker, markerText } from '../domain/marker.ts';
import { cut } from '../domain/text.ts';

/** GitHub takes 256 characters. */
const MAX_TITLE = 200;
const MAX_DESCRIPTION = 4_000;

export const RULES = `- Work only in this folder, which is a git worktree of its own. Stay on its branch.
- Do not push and do not open a pull request: that is done for you when you have finished.
- Commit your work, or leave it uncommitted: what is uncommitted is committed for you. Do not rewrite commits that are there already.
- Do not run \`bd\`: the issue is kept up to date for you.
- Do not touch \`.beads/\` or \`.github/\`.
- End every process that you start, such as development servers.
- Nobody can answer questions. If something is unclear, take the plainest reading and say so in the commit message.`;

/** The built-in template of the prompt; `heddle init` writes it where users can edit it. */
export const DEFAULT_PROMPT = `Carry out one task in this repository.

# {{title}}

Task {{id}}.
{{#description}}

## Description

{{description}}
{{/description}}
{{#design}}

## Design

{{design}}
{{/design}}
{{#acceptance}}

## Done when

{{acceptance}}
{{/acceptance}}
{{#notes}}

## Notes

{{notes}}
{{/notes}}
{{#dependencies}}

## What this builds on

These are done and are in your folder already:

{{dependencies}}
{{/dependencies}}

## Rules

{{rules}}
{{#state}}

## What is there already

{{state}}
{{/state}}
{{#feedback}}

## What keeps it from being merged

{{feedback}}
{{/feedback}}
{{#failure}}

## The last attempt did not succeed

It ended like this; do it differently this time:

{{failure}}
{{/failure}}
`;

export function dependencyLine(issue: Issue): string {
  const how = issue.closeReason === '' ? '' : ` (${oneLine(issue.closeReason, 200)})`;
  return `- ${issue.id}: ${oneLine(issue.title, 200)}${how}`;
}

export function stateText(seen: { ahead: number; dirty: boolean; pullRequest: number | undefined }): string {
  const parts: string[] = [];
  if (seen.ahead > 0)
    parts.push(`The branch has ${count(seen.ahead, 'commit')} of an earlier attempt; see \`git log\`.`);
  if (seen.dirty) parts.push('There are uncommitted changes of an earlier attempt; see `git status` and `git diff`.');
  if (seen.pullRequest !== undefined) {
    parts.push(
      `Pull request #${seen.pullRequest} is open for this branch, and more is needed before it can be merged.`,
      'What you leave here is pushed for you.',
    );
  }
  if (parts.length > 0) parts.push('Look at what is there, keep what is good, and finish the task.');
  return parts.join('\n');
}

export function commitMessage(issue: Issue): string {
  return `${titleOf(issue)}\n\nTask: ${issue.id}`;
}

export function mergeMessage(base: string): string {
  return `Merge ${base}`;
}

export function restoreMessage(folder: string): string {
  return `Leave ${folder} as it is in the base`;
}

export function pullRequestTitle(issue: Issue): string {
  return titleOf(issue);
}

/** The same task and round always give the same text. */
export function pullRequestBody(issue: Issue, made: Marker & { agent: string; commits: number }): string {
  // A comment in the description could look like the marker below.
  const description = cut(issue.description.replaceAll('<!--', '&lt;!--'), MAX_DESCRIPTION).trim();
  return `${description === '' ? '' : `${description}\n\n---\n\n`}Task \`${made.task}\`, round ${made.round}: ${count(made.commits, 'commit')} by the agent \`${made.agent}\`, run by Heddle.
Merging closes the task. The label \`heddle:hold\` keeps this from being merged.

${markerText(made)}
`;
}

export function shimText(): string {
  return `#!/bin/sh
echo "bd is not for agents: Heddle keeps this task's issue up to date by itself. Work on the files only." >&2
exit 1
`;
}

/** @param worktree the name of its folder */
export function lostText(loss: { how: Loss; message: string }, worktree: string): string {
  switch (loss.how) {
    case 'gone':
      return `${loss.message}; the next attempt makes it anew`;
    case 'unlinked':
      return `${loss.message}; the next attempt goes on with what is in the folder`;
    case 'foreign':
      return `${loss.message}; the next attempt makes it anew, and moves what is there now aside, to ${asideName(worktree)}`;
    default:
      return loss.how satisfies never;
  }
}

/** @param checked what was looked at and verified */
export function movedText(checked: string, head: string): string {
  return `the worktree went from ${checked.slice(0, 10)} to ${head.slice(0, 10)} while it was verified, and nobody has checked that`;
}

export function stoppedReason(): string {
  return 'stopped by hand';
}

function titleOf(issue: Issue): string {
  return oneLine(issue.title, MAX_TITLE) || issue.id;
}

function oneLine(text: string, max: number): string {
  return cut(text.replace(/\s+/g, ' ').trim(), max);
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
