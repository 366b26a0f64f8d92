/** `heddle salvage [task]`: what was kept of worktrees and branches that are gone, and how it comes back. */
import { resolve } from 'node:path';
import type { Terminal } from '../adapters/terminal.ts';
import type { Checkout } from '../connect.ts';
import { type ExitName, UserError } from '../domain/errors.ts';
import { countOf } from '../domain/text.ts';
import type { Rescue } from '../ports/git.ts';
import { taskId } from './stop.ts';

type SalvageFlags = {
  /** A worktree that is made there. */
  into: string | undefined;
  branch: string | undefined;
  /** One of several rescues of a task, by its name or the beginning of it; the newest of the last round by default. */
  rescue: string | undefined;
  json: boolean;
};

/** Lists, unless it is told where to bring something back to. Nothing is ever taken out of the rescue refs. */
export async function salvageCommand(
  checkout: Checkout,
  terminal: Terminal,
  task: string | undefined,
  flags: SalvageFlags,
): Promise<ExitName> {
  const { git } = checkout;
  const rescues = await git.rescues(task === undefined ? undefined : taskId(task));
  if (flags.into === undefined && flags.branch === undefined) {
    list(terminal, rescues, task, flags.json);
    return 'done';
  }
  const chosen = choose(rescues, task, flags);
  if (flags.branch !== undefined) {
    const outcome = await git.restoreRescue(chosen.commit, { branch: flags.branch });
    const what = outcome.is === 'restored' ? 'is now the branch' : 'was the branch';
    terminal.answer(
      `What was kept of ${chosen.task} ${what} ${flags.branch}. Look at it with: git log ${flags.branch}`,
    );
  }
  if (flags.into !== undefined) {
    const folder = resolve(flags.into);
    const outcome = await git.restoreRescue(chosen.commit, { folder });
    const what = outcome.is === 'restored' ? 'is now' : 'was already';
    terminal.answer(`What was kept of ${chosen.task} ${what} in ${folder}. Look at it with: git -C ${flags.into} show`);
  }
  return 'done';
}

function list(terminal: Terminal, rescues: readonly Rescue[], task: string | undefined, json: boolean): void {
  if (json) terminal.json(rescues);
  else if (rescues.length === 0)
    terminal.answer(task === undefined ? 'Nothing is kept.' : `Nothing is kept of ${task}.`);
  else tabulate(terminal, rescues);
}

function tabulate(terminal: Terminal, rescues: readonly Rescue[]): void {
  terminal.table(
    ['task', 'round', 'when', 'kept', 'bring it back with'],
    rescues.map((rescue) => [rescue.task, String(rescue.round), rescue.at, describe(rescue), back(rescue, rescues)]),
  );
}

function describe({ files, commits }: Rescue): string {
  const parts = [
    ...(files > 0 ? [countOf(files, 'uncommitted file')] : []),
    ...(commits > 0 ? [countOf(commits, 'commit')] : []),
  ];
  return parts.length === 0 ? 'commits that have been pushed since' : parts.join(', ');
}

function back(rescue: Rescue, all: readonly Rescue[]): string {
  const only = all.filter(({ task }) => task === rescue.task).length === 1;
  return `heddle salvage ${rescue.task}${only ? '' : ` --rescue ${rescue.name}`} --branch NAME`;
}

function choose(rescues: readonly Rescue[], task: string | undefined, flags: SalvageFlags): Rescue {
  if (task === undefined) {
    throw new UserError('Which task is to be brought back?', { hint: 'List them with: heddle salvage', exit: 'usage' });
  }
  const found = rescues.filter(({ name }) => name.startsWith(flags.rescue ?? ''));
  const chosen = found.at(-1);
  if (chosen === undefined || (flags.rescue !== undefined && found.length > 1)) {
    const which = flags.rescue === undefined ? '' : ` as ${JSON.stringify(flags.rescue)}`;
    throw new UserError(`${found.length > 1 ? 'More than one thing' : 'Nothing'} is kept of ${task}${which}.`, {
      hint: `List what there is with: heddle salvage ${task}`,
      exit: 'beads',
    });
  }
  return chosen;
}
