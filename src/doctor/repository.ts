/** Rules about the checkout and its repository on GitHub. Pure: what was found comes in. */

import { CONFIG_PATH } from '../domain/config-path.ts';
import { UNKNOWN_ACTION } from '../init/plan.ts';
import { isMergerWorkflow, readMergerWorkflow } from '../init/workflows.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import type { Finding } from './finding.ts';

export function judgeIdentity(identity: string | undefined): Finding {
  const check = 'git identity';
  if (identity !== undefined) return { is: 'ok', check, says: identity };
  return {
    is: 'problem',
    check,
    says: 'git does not know in whose name to commit',
    mend: 'Say it with: git config --global user.name NAME, and user.email in the same way',
    exit: 'repository',
  };
}

type Room = {
  folder: string;
  writable: boolean;
  freeMb: number;
  worktrees: number;
  minFreeMb: number;
  max: number;
};

export function judgeRoom(room: Room): Finding {
  const check = 'worktrees';
  const { folder, freeMb, minFreeMb, worktrees, max } = room;
  const problem = (says: string, mend: string): Finding => ({ is: 'problem', check, says, mend, exit: 'resources' });
  if (!room.writable)
    return problem(`${folder} cannot be written`, `Name another folder as \`worktree.root\` in ${CONFIG_PATH}.`);
  if (freeMb < minFreeMb) {
    return problem(
      `${freeMb} MiB are free at ${folder}, and ${minFreeMb} are asked for`,
      `Make room, or lower \`worktree.min_free_mb\` in ${CONFIG_PATH}.`,
    );
  }
  if (worktrees >= max) {
    return problem(`${worktrees} in ${folder}, and no more than ${max} are allowed`, 'heddle cleanup');
  }
  return { is: 'ok', check, says: `${folder}: ${worktrees} there, ${freeMb} MiB free` };
}

type Access = {
  tokenFrom: string;
  archived: boolean;
  mayPush: boolean | undefined;
  scopes: readonly string[] | undefined;
};

export function judgeAccess({ tokenFrom, archived, mayPush, scopes }: Access): Finding {
  const check = 'token';
  const mend =
    'It needs to read and write contents and pull requests of this repository (classic tokens: the scope `repo`).';
  const from = `from ${tokenFrom}`;
  if (archived)
    return {
      is: 'problem',
      check,
      says: 'the repository is archived',
      mend: 'Take it out of the archive.',
      exit: 'access',
    };
  if (mayPush === false) return { is: 'problem', check, says: `${from}: it may not push here`, mend, exit: 'access' };
  if (scopes !== undefined && !scopes.includes('repo') && !scopes.includes('public_repo')) {
    return { is: 'problem', check, says: `${from}: its scopes are ${scopes.join(', ')}`, mend, exit: 'access' };
  }
  if (mayPush === undefined) return { is: 'ok', check, says: `${from}; what it may do cannot be asked` };
  return { is: 'ok', check, says: `${from}: it may push here` };
}

/** Rules of a branch that refuse a plain push of one commit, unless the token may bypass them. */
const REFUSING = [
  'pull_request',
  'update',
  'required_status_checks',
  'required_signatures',
  'merge_queue',
  'required_deployments',
  'workflows',
];

type StateBranch = {
  name: string;
  isBase: boolean;
  exists: boolean;
  protected: boolean;
  rules: readonly string[];
};

/** Whether the lines of tasks can be committed there, as far as that can be known without trying. */
export function judgeStateBranch({ name, isBase, exists, protected: guarded, rules }: StateBranch): Finding {
  const check = 'state branch';
  const mend = `If a push is refused: name a branch without rules as \`state_branch\` in ${CONFIG_PATH}, such as heddle-state, and get that ${CONFIG_PATH} onto the base.`;
  const refusing = rules.filter((rule) => REFUSING.includes(rule));
  if (refusing.length > 0) {
    return { is: 'hint', check, says: `${name} has rules that may refuse a push: ${refusing.join(', ')}`, mend };
  }
  if (guarded && rules.length === 0)
    return { is: 'hint', check, says: `${name} is protected, and may refuse a push`, mend };
  if (exists) return { is: 'ok', check, says: name };
  if (isBase) {
    return {
      is: 'problem',
      check,
      says: `there is no branch ${name} on GitHub`,
      mend: `Push it with: git push origin ${name} (or name another as \`base\` in ${CONFIG_PATH})`,
      exit: 'repository',
    };
  }
  return { is: 'ok', check, says: `${name}; the first publish makes it` };
}

type Told = { says: string; mend: string };

/** Where spawner and merger mean different branches, what is published is never seen, and nothing is merged. */
export function judgeAgreement(difference: Told | undefined): Finding[] {
  return difference === undefined ? [] : [{ is: 'problem', check: CONFIG_PATH, ...difference, exit: 'config' }];
}

/** The workflow may name the base as well, and may lie on the default branch alone: a hint. */
export function judgeBaseOfAction(unknown: Told | undefined): Finding[] {
  return unknown === undefined ? [] : [{ is: 'hint', check: CONFIG_PATH, ...unknown }];
}

/** An outside CI leaves no file in the repository, so that none is found is no more than a hint. */
export function judgeChecks(checks: 'required' | 'none', ciNames: readonly string[]): Finding {
  const check = 'checks';
  if (ciNames.length > 0) return { is: 'ok', check, says: ciNames.join(', ') };
  if (checks === 'none') return { is: 'ok', check, says: 'none asked for: `merge.checks` is none' };
  return {
    is: 'hint',
    check,
    says: 'no workflow here tests pull requests, and without a check nothing is merged',
    mend: `Add one (docs/usage.md has a short one), or say so in ${CONFIG_PATH}: \`merge: { checks: none }\`; a CI outside of GitHub Actions will do.`,
  };
}

type MergerFiles = {
  branch: string;
  /** On GitHub, on the branch whose workflows GitHub runs; undefined if that could not be read, null if it is not there. */
  remote: string | null | undefined;
  /** In the checkout. */
  local: string | undefined;
  /** Any other workflow file that runs the merger. */
  others: readonly string[];
  ciNames: readonly string[];
  allNames: readonly string[];
};

/** The workflow that merges: there, pushed, pinned, and woken by the CI workflows that exist. */
export function judgeMergerWorkflow(files: MergerFiles): Finding[] {
  const check = 'merger workflow';
  const text = files.remote ?? files.local;
  if (text === undefined && files.others.some(isMergerWorkflow))
    return [{ is: 'ok', check, says: 'there, under another name' }];
  if (text === undefined) {
    const mend = 'Write it with: heddle init (or merge by hand with: heddle merge)';
    return [{ is: 'hint', check, says: `there is no ${WORKFLOW_PATH}, so nothing is merged by itself`, mend }];
  }
  const found: Finding[] = [];
  if (files.remote === null) {
    found.push({
      is: 'hint',
      check,
      says: `${WORKFLOW_PATH} is not on ${files.branch} at GitHub, so nothing is merged by itself`,
      mend: 'Commit and push it.',
    });
  }
  if (text.includes(UNKNOWN_ACTION)) {
    found.push({
      is: 'problem',
      check,
      says: `${WORKFLOW_PATH} does not say where Heddle lives`,
      mend: `Put OWNER/heddle@SHA in the place of ${UNKNOWN_ACTION}.`,
      exit: 'config',
    });
  }
  found.push(...judgeWakers(text, files));
  return found.length > 0 ? found : [{ is: 'ok', check, says: sayWakers(text) }];
}

function judgeWakers(text: string, { ciNames, allNames }: MergerFiles): Finding[] {
  const check = 'merger workflow';
  const read = readMergerWorkflow(text);
  if (read === undefined) {
    return [
      {
        is: 'problem',
        check,
        says: `${WORKFLOW_PATH} is not a workflow`,
        mend: 'Delete it and run: heddle init',
        exit: 'config',
      },
    ];
  }
  const gone = read.wakers.filter((name) => !allNames.includes(name));
  const deaf = ciNames.filter((name) => !read.wakers.includes(name));
  return [
    ...gone.map(
      (name): Finding => ({
        is: 'problem',
        check,
        says: `its \`workflow_run\` names ${JSON.stringify(name)}, and no workflow here is called so`,
        mend: `Take it out of ${WORKFLOW_PATH}, or give it the name that the workflow has now.`,
        exit: 'config',
      }),
    ),
    ...deaf.map(
      (name): Finding => ({
        is: 'hint',
        check,
        says: `${JSON.stringify(name)} does not wake it when its run ends; it finds out at the next schedule`,
        mend: `Add it to \`workflow_run\` in ${WORKFLOW_PATH}.`,
      }),
    ),
  ];
}

function sayWakers(text: string): string {
  const { wakers = [], uses = 'unknown' } = readMergerWorkflow(text) ?? {};
  return `${uses}${wakers.length === 0 ? '' : `, woken by ${wakers.join(', ')}`}`;
}
