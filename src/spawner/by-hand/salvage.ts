/** `heddle salvage [task]`: what was rescued of worktrees and branches that are gone, and how it is brought back. */
import { UserError } from '../../domain/errors.ts';
import { taskId } from '../../domain/task.ts';
import type { Git, Rescue } from '../../ports/git.ts';

type Wanted = {
  task?: string | undefined;
  branch?: string | undefined;
  /** Absolute; a worktree is made there. */
  folder?: string | undefined;
  /** One of several rescues of a task, by its name or the beginning of it; the newest of the last round by default. */
  rescue?: string | undefined;
};
type Place = Parameters<Git['restoreRescue']>[1];
type Restored = Awaited<ReturnType<Git['restoreRescue']>>['is'];
export type Salvaged =
  | { is: 'listed'; rescues: readonly Rescue[] }
  | { is: 'brought back'; rescue: Rescue; places: readonly { at: Place; is: Restored }[] };

/** Lists the rescues, unless it is told where to bring one back to. A rescue ref is never deleted here. */
export async function salvage(git: Pick<Git, 'rescues' | 'restoreRescue'>, wanted: Wanted): Promise<Salvaged> {
  const { task, branch, folder } = wanted;
  const rescues = await git.rescues(task === undefined ? undefined : taskId(task));
  if (folder === undefined && branch === undefined) return { is: 'listed', rescues };
  const rescue = choose(rescues, wanted);
  const places: { at: Place; is: Restored }[] = [];
  const wantedPlaces: Place[] = [
    ...(branch === undefined ? [] : [{ branch }]),
    ...(folder === undefined ? [] : [{ folder }]),
  ];
  for (const at of wantedPlaces) places.push({ at, ...(await git.restoreRescue(rescue.commit, at)) });
  return { is: 'brought back', rescue, places };
}

function choose(rescues: readonly Rescue[], { task, rescue }: Wanted): Rescue {
  if (task === undefined) {
    throw new UserError('Which task is to be brought back?', { hint: 'List them with: heddle salvage', exit: 'usage' });
  }
  const found = rescues.filter(({ name }) => name.startsWith(rescue ?? ''));
  const chosen = found.at(-1);
  if (chosen === undefined || (rescue !== undefined && found.length > 1)) {
    const which = rescue === undefined ? '' : ` as ${JSON.stringify(rescue)}`;
    throw new UserError(`There is ${found.length > 1 ? 'more than one' : 'no'} rescue of ${task}${which}.`, {
      hint: `List what there is with: heddle salvage${rescues.length === 0 ? '' : ` ${task}`}`,
      exit: 'beads',
    });
  }
  return chosen;
}
