/** With a branch `heddle` on GitHub, every push of a task is turned down, after its agent has been paid for. */
import { hasBranch } from '../adapters/github/inspect.ts';
import type { Forge } from '../connect.ts';
import { UserError } from '../domain/errors.ts';
import { RESERVED_BRANCH } from '../domain/ids.ts';

/** Throws a UserError. A clone need not know of the branch, so GitHub is asked. */
export async function refuseReservedBranch({ client, address }: Forge): Promise<void> {
  if (!(await hasBranch(client, address, RESERVED_BRANCH))) return;
  const path = `repos/${address.owner}/${address.name}/branches/${RESERVED_BRANCH}/rename`;
  throw new UserError(
    `GitHub has a branch ${RESERVED_BRANCH}, and beside it there can be none of ${RESERVED_BRANCH}/TASK/ROUND.`,
    {
      hint: `Rename it on GitHub, or with: gh api -X POST ${path} -f new_name=${RESERVED_BRANCH}-setup`,
      exit: 'repository',
    },
  );
}
