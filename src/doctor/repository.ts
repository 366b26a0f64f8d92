/** Rules about the checkout and its repository on GitHub. Pure: what was found comes in. */

import { CONFIG_PATH } from '../domain/config-path.ts';
import type { Problem } from '../domain/errors.ts';
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
    problem: 'git does not know in whose name to commit',
    hint: 'Say it with: git config --global user.name NAME, and user.email in the same way',
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
  const full = (problem: string, hint: string): Finding => ({ is: 'problem', check, problem, hint, exit: 'resources' });
  if (!room.writable)
    return full(`${folder} cannot be written`, `Name another folder as \`worktree.root\` in ${CONFIG_PATH}.`);
  if (freeMb < minFreeMb) {
    return full(
      `${freeMb} MiB are free at ${folder}, and ${minFreeMb} are asked for`,
      `Make room, or lower \`worktree.min_free_mb\` in ${CONFIG_PATH}.`,
    );
  }
  if (worktrees >= max) {
    return full(`${worktrees} in ${folder}, and no more than ${max} are allowed`, 'heddle cleanup');
  }
  return { is: 'ok', check, says: `${folder}: ${worktrees} there, ${freeMb} MiB free` };
}

export type Access = {
  tokenFrom: string;
  archived: boolean;
  mayPush: boolean | undefined;
  scopes: readonly string[] | undefined;
};

export function judgeAccess({ tokenFrom, archived, mayPush, scopes }: Access): Finding {
  const check = 'token';
  const hint =
    'It needs to read and write contents and pull requests of this repository (classic tokens: the scope `repo`).';
  const from = `from ${tokenFrom}`;
  if (archived)
    return {
      is: 'problem',
      check,
      problem: 'the repository is archived',
      hint: 'Take it out of the archive.',
      exit: 'access',
    };
  if (mayPush === false)
    return { is: 'problem', check, problem: `${from}: it may not push here`, hint, exit: 'access' };
  if (scopes !== undefined && !scopes.includes('repo') && !scopes.includes('public_repo')) {
    return { is: 'problem', check, problem: `${from}: its scopes are ${scopes.join(', ')}`, hint, exit: 'access' };
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

export type StateBranch = {
  name: string;
  isBase: boolean;
  exists: boolean;
  protected: boolean;
  rules: readonly string[];
};

/** Whether the lines of tasks can be committed there, as far as that can be known without trying. */
export function judgeStateBranch({ name, isBase, exists, protected: guarded, rules }: StateBranch): Finding {
  const check = 'state branch';
  const hint = `If a push is refused: name a branch without rules as \`state_branch\` in ${CONFIG_PATH}, such as heddle-state, and get that ${CONFIG_PATH} onto the base.`;
  const refusing = rules.filter((rule) => REFUSING.includes(rule));
  if (refusing.length > 0) {
    return { is: 'warning', check, problem: `${name} has rules that may refuse a push: ${refusing.join(', ')}`, hint };
  }
  if (guarded && rules.length === 0)
    return { is: 'warning', check, problem: `${name} is protected, and may refuse a push`, hint };
  if (exists) return { is: 'ok', check, says: name };
  if (isBase) {
    return {
      is: 'problem',
      check,
      problem: `there is no branch ${name} on GitHub`,
      hint: `Push it with: git push origin ${name} (or name another as \`base\` in ${CONFIG_PATH})`,
      exit: 'repository',
    };
  }
  return { is: 'ok', check, says: `${name}; the first publish makes it` };
}

/** Where spawner and merger mean different branches, what is published is never seen, and nothing is merged. */
export function judgeAgreement(difference: Problem | undefined): Finding[] {
  return difference === undefined ? [] : [{ is: 'problem', check: CONFIG_PATH, ...difference, exit: 'config' }];
}

/** The workflow may name the base as well, and may lie on the default branch alone: a warning. */
export function judgeBaseOfAction(unknown: Problem | undefined): Finding[] {
  return unknown === undefined ? [] : [{ is: 'warning', check: CONFIG_PATH, ...unknown }];
}

/** An outside CI leaves no file in the repository, so that none is found is no more than a warning. */
export function judgeChecks(checks: 'required' | 'none', ciNames: readonly string[]): Finding {
  const check = 'checks';
  if (ciNames.length > 0) return { is: 'ok', check, says: ciNames.join(', ') };
  if (checks === 'none') return { is: 'ok', check, says: 'none asked for: `merge.checks` is none' };
  return {
    is: 'warning',
    check,
    problem: 'no workflow here tests pull requests, and without a check nothing is merged',
    hint: `Add one (docs/usage.md has a short one), or say so in ${CONFIG_PATH}: \`merge: { checks: none }\`; a CI outside of GitHub Actions will do.`,
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
    const hint = 'Write it with: heddle init (or merge by hand with: heddle merge)';
    return [{ is: 'warning', check, problem: `there is no ${WORKFLOW_PATH}, so nothing is merged by itself`, hint }];
  }
  const found: Finding[] = [];
  if (files.remote === null) {
    found.push({
      is: 'warning',
      check,
      problem: `${WORKFLOW_PATH} is not on ${files.branch} at GitHub, so nothing is merged by itself`,
      hint: 'Commit and push it.',
    });
  }
  if (text.includes(UNKNOWN_ACTION)) {
    found.push({
      is: 'problem',
      check,
      problem: `${WORKFLOW_PATH} does not say where Heddle lives`,
      hint: `Put OWNER/heddle@SHA in the place of ${UNKNOWN_ACTION}.`,
      exit: 'config',
    });
  }
  found.push(...judgeTriggers(text, files));
  return found.length > 0 ? found : [{ is: 'ok', check, says: sayTriggers(text) }];
}

function judgeTriggers(text: string, { ciNames, allNames }: MergerFiles): Finding[] {
  const check = 'merger workflow';
  const read = readMergerWorkflow(text);
  if (read === undefined) {
    return [
      {
        is: 'problem',
        check,
        problem: `${WORKFLOW_PATH} is not a workflow`,
        hint: 'Delete it and run: heddle init',
        exit: 'config',
      },
    ];
  }
  const gone = read.triggers.filter((name) => !allNames.includes(name));
  const deaf = ciNames.filter((name) => !read.triggers.includes(name));
  const mute: Finding[] = [
    {
      is: 'warning',
      check,
      problem: 'its token may not make check runs, so its verdict is not shown among the checks',
      hint: `Write \`checks: write\` among the \`permissions\` of its job in ${WORKFLOW_PATH}.`,
    },
  ];
  return [
    ...(read.mayCheck ? [] : mute),
    ...gone.map(
      (name): Finding => ({
        is: 'problem',
        check,
        problem: `its \`workflow_run\` names ${JSON.stringify(name)}, and no workflow here is called so`,
        hint: `Take it out of ${WORKFLOW_PATH}, or give it the name that the workflow has now.`,
        exit: 'config',
      }),
    ),
    ...deaf.map(
      (name): Finding => ({
        is: 'warning',
        check,
        problem: `${JSON.stringify(name)} does not wake it when its run ends; it finds out at the next schedule`,
        hint: `Add it to \`workflow_run\` in ${WORKFLOW_PATH}.`,
      }),
    ),
  ];
}

function sayTriggers(text: string): string {
  const { triggers = [], uses = 'unknown' } = readMergerWorkflow(text) ?? {};
  return `${uses}${triggers.length === 0 ? '' : `, woken by ${triggers.join(', ')}`}`;
}
