/** The user's own checkout, moved forward only where git itself says that nothing is lost. */
import { UserError } from '../../domain/errors.ts';
import type { Checkout } from '../../ports/checkout.ts';
import { type GitCommand, gitText } from './command.ts';
import type { Place } from './place.ts';
import { checkedOutIn, resolveRef } from './read.ts';
import { standing as worktreeOf } from './worktree-place.ts';

export function createCheckout(git: GitCommand, place: Place): Checkout {
  const at = place.main;
  return {
    async fastForward(branch, head) {
      const ref = `refs/heads/${branch}`;
      const from = await resolveRef(git, at, ref);
      if (from === undefined || from === head) return { is: 'up to date' };
      const behind = await git.try(at, ['merge-base', '--is-ancestor', from, head]);
      if (behind.exitCode !== 0) {
        const ahead = await git.try(at, ['merge-base', '--is-ancestor', head, from]);
        if (ahead.exitCode === 0) return { is: 'up to date' };
        throw new UserError(`Your branch ${branch} has commits that ${place.remote}/${branch} does not have.`, {
          hint: `Put them on top with: git rebase ${place.remote}/${branch} ${branch}`,
          exit: 'repository',
        });
      }
      // A second worktree of the user's may have it checked out.
      const standing = await checkedOutIn(git, at, ref);
      if (standing === undefined) {
        await git.ok(at, ['update-ref', '-m', 'heddle sync: fast-forward', ref, head, from]);
        return { is: 'moved', from, to: head };
      }
      const there = standing === place.mainWorktree ? at : (await worktreeOf(place, standing)).at;
      const merged = await git.try(there, ['merge', '--ff-only', '--no-autostash', '--quiet', head]);
      if (merged.exitCode === 0) return { is: 'moved', from, to: head };
      throw new UserError(`Changes in your checkout are in the way of ${place.remote}/${branch}: ${gitText(merged)}`, {
        hint: 'Commit them, or put them aside with: git stash --include-untracked',
        exit: 'repository',
      });
    },
  };
}
