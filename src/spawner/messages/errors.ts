/** What the spawner says when it cannot go on, each with what repairs it. */

import type { Difference } from '../../config/agreement.ts';
import type { NamedBranches } from '../../config/settings.ts';
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { type Problem, TransientError, UserError, userError } from '../../domain/errors.ts';
import { type IssueId, RESERVED_BRANCH, type Sha } from '../../domain/ids.ts';
import { type faultNaming, tellFault } from '../../domain/line-faults.ts';
import { ISSUES_PATH } from '../../domain/lines.ts';
import type { Repository } from '../../ports/github.ts';
import type { WhyNoRoom } from '../intent.ts';
import { whyNoRoom } from './standings.ts';

type LineFault = NonNullable<ReturnType<typeof faultNaming>>;

export function anotherSpawner(): UserError {
  return new UserError('Another spawner is running for this repository on this machine.', {
    hint: 'Watch it with: heddle status --epic ID',
    exit: 'busy',
  });
}

export function nothingCanStart(why: WhyNoRoom): UserError {
  return new UserError(`No task can start: ${whyNoRoom(why)}.`, {
    hint: `Make room with: heddle cleanup (or change \`worktree\` in ${CONFIG_PATH})`,
    exit: 'resources',
  });
}

export function noBase({ remote, base }: { remote: string; base: string }): UserError {
  return new UserError(`The remote ${remote} has no branch ${base}.`, {
    hint: `Push it with: git push ${remote} ${base}`,
    exit: 'repository',
  });
}

export function branchReserved({ owner, name }: Repository): UserError {
  const path = `repos/${owner}/${name}/branches/${RESERVED_BRANCH}/rename`;
  return new UserError(
    `GitHub has a branch ${RESERVED_BRANCH}, and beside it there can be none of ${RESERVED_BRANCH}/TASK/ROUND.`,
    {
      hint: `Rename it on GitHub, or with: gh api -X POST ${path} -f new_name=${RESERVED_BRANCH}-setup`,
      exit: 'repository',
    },
  );
}

export function publishRefused(branch: string, says: string): UserError {
  return new UserError(`The remote refuses the push of ${ISSUES_PATH} to ${branch}: ${says}`, {
    hint: `Name a branch that takes direct pushes in ${CONFIG_PATH}, such as \`state_branch: heddle-state\`, and get that ${CONFIG_PATH} onto the base, by a pull request: the merger reads it there.`,
    exit: 'access',
  });
}

export function lineUnreadable(fault: LineFault, { branch, parent }: { branch: string; parent: Sha }): UserError {
  const { problem, hint } = tellFault(fault, `${ISSUES_PATH} on ${branch}`, `git show ${parent}:${ISSUES_PATH}`);
  const why = `Nothing is published: ${problem}, and may be the line of a task that is to be published`;
  return userError({ problem: why, hint }, 'config');
}

export function exportLeavesOut(tasks: readonly IssueId[]): TransientError {
  return new TransientError(`bd export leaves out ${tasks.join(', ')}, so nothing of this epic can be started.`);
}

export function tellDifference(difference: Difference): Problem {
  switch (difference.is) {
    case 'other branches': {
      const { key, here, there, base, remote } = difference;
      const theirs = there === undefined ? `there is none on ${base}` : `it says ${said(key, there.value)} on ${base}`;
      const take = there === undefined ? '' : `; or take over the one that is there: git pull ${remote} ${base}`;
      return {
        problem: `${CONFIG_PATH} says ${said(key, here)} in this checkout, but ${theirs}, where the merger reads it`,
        hint: `Commit it and get it onto ${base}, by a pull request where that refuses pushes${take}`,
      };
    }
    case 'base unknown to the Action': {
      const { base, defaultBranch } = difference;
      return {
        problem: `the Action finds its base in ${CONFIG_PATH} on ${defaultBranch}, which does not say \`base: ${base}\``,
        hint: `Get that line onto ${defaultBranch}, or give the Action the input \`base\` in its workflow`,
      };
    }
    default:
      return difference satisfies never;
  }
}

const SPELLED: Readonly<Record<keyof NamedBranches, string>> = { base: 'base', stateBranch: 'state_branch' };

function said(key: keyof NamedBranches, value: string | undefined): string {
  return value === undefined ? `no \`${SPELLED[key]}\`` : `\`${SPELLED[key]}: ${value}\``;
}
