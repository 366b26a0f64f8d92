/** What a repository needs and what it has: a plan of writes. Pure. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import { UserError, userError } from '../domain/errors.ts';
import { lineFaults, tellFault } from '../domain/line-faults.ts';
import { allLines } from '../domain/lines.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { DEFAULT_PROMPT } from '../worker/messages.ts';
import { differingLines } from './difference.ts';
import { configText, type Surroundings } from './files.ts';
import { justfileLine, justfileText, type Recipe, recipeFileText } from './recipes.ts';
import { ciWorkflowNames, readMergerWorkflow, type WorkflowFile } from './workflows.ts';

export const RECIPES = 'heddle.just';
export const PROMPT = '.heddle/prompt.md';
const JUSTFILES = ['justfile', 'Justfile', '.justfile', 'JUSTFILE'];

/**
 * What a workflow uses until a person says where Heddle lives. No repository can ever have this commit, so nobody can put
 * code there.
 */
export const UNKNOWN_ACTION = `OWNER/heddle@${'0'.repeat(40)}`;

export type Found = Surroundings & {
  /** Texts of the files in question that are there. */
  files: ReadonlyMap<string, string>;
  workflows: readonly WorkflowFile[];
  /** `issues` in the database; `absent` without one. */
  beads: { is: 'there'; issues: number } | { is: 'absent' };
  /** The text in which issues are committed, where it was found, and a command that prints it; undefined if there is none, or nobody needs it. */
  committed: { from: string; text: string; show: string } | undefined;
  /** Paths with uncommitted changes: in the index, and in the worktree (untracked ones too). */
  staged: readonly string[];
  changed: readonly string[];
  /** Undefined: git does not know who commits. */
  identity: string | undefined;
  /** URL of the remote, empty without one. */
  remoteUrl: string;
  folderName: string;
};

export type Wanted = {
  /** What the workflow's `uses:` says, if the user said it. */
  action: string | undefined;
  /** The same, as far as this program knows where it comes from. */
  knownAction: string | undefined;
  prefix: string | undefined;
  /** The commands that are recipes there. */
  recipes: readonly Recipe[];
};

export type Step =
  | { do: 'set up beads'; prefix: string }
  | { do: 'import lines'; from: string; lines: readonly string[] }
  | { do: 'write'; path: string; text: string };

/** A file that is there and is not what `init` would write: `init` does not touch it, and tells in which lines it differs. */
export type Differing = { path: string; differs: readonly string[] };

export type Plan = {
  steps: readonly Step[];
  differing: readonly Differing[];
  /** Files that are as `init` would write them. */
  same: readonly string[];
  /** A line that the user's own justfile needs. */
  justfile: { path: string; line: string; call: string } | undefined;
  /** The workflow does not say yet where Heddle lives. */
  actionUnknown: boolean;
  ciWorkflows: readonly string[];
};

/**
 * Throws a UserError, before anything is written, when `wanted` names what cannot be used, or when what the user has at work
 * would be taken into `bd init`'s commit.
 */
export function planInit(found: Found, wanted: Wanted): Plan {
  requirePrefix(wanted.prefix);
  const ciWorkflows = ciWorkflowNames(found.workflows, WORKFLOW_PATH);
  const workflow = found.files.get(WORKFLOW_PATH);
  const action = actionOf(workflow, wanted);
  const own = JUSTFILES.find((name) => found.names.includes(name));
  const files: [path: string, text: string][] = [
    [CONFIG_PATH, configText(found)],
    [WORKFLOW_PATH, mergerWorkflow({ ciWorkflows, uses: action })],
    [PROMPT, DEFAULT_PROMPT],
    [RECIPES, recipeFileText(wanted.recipes)],
    ...(own === undefined ? [['justfile', justfileText()] satisfies [string, string]] : []),
  ];
  // What an earlier init has written, and nobody has filled in or changed since.
  const unfilled = mergerWorkflow({ ciWorkflows, uses: UNKNOWN_ACTION });
  const steps: Step[] = [...beadsSteps(found, wanted)];
  const differing: Differing[] = [];
  const same: string[] = [];
  for (const [path, text] of files) {
    const theirs = found.files.get(path);
    if (theirs === text) same.push(path);
    else if (theirs === undefined || theirs === unfilled) steps.push({ do: 'write', path, text });
    else differing.push({ path, differs: differingLines(theirs, text) });
  }
  const line = justfileLine(own === undefined ? justfileText() : (found.files.get(own) ?? ''), wanted.recipes);
  return {
    steps,
    differing,
    same,
    justfile: own === undefined || line.there ? undefined : { path: own, line: line.line, call: line.call },
    actionUnknown:
      (differing.some(({ path }) => path === WORKFLOW_PATH) ? usedBy(workflow) : action) === UNKNOWN_ACTION,
    ciWorkflows,
  };
}

/** What the user says now wins; then what the file has already, because the user chose that earlier. */
function actionOf(workflow: string | undefined, wanted: Wanted): string {
  if (wanted.action !== undefined) return requireReference(wanted.action);
  const chosen = usedBy(workflow);
  return (chosen === UNKNOWN_ACTION ? undefined : chosen) ?? wanted.knownAction ?? UNKNOWN_ACTION;
}

function usedBy(workflow: string | undefined): string | undefined {
  return workflow === undefined ? undefined : readMergerWorkflow(workflow)?.uses;
}

function requireReference(action: string): string {
  if (/^[\w.-]+\/[\w.-]+(\/[\w./-]+)?@[\w./-]+$/.test(action) || action === './') return action;
  throw new UserError(`${JSON.stringify(action)} is no reference to an action.`, {
    hint: 'Write it as OWNER/heddle@SHA, with the full commit id of the Heddle that is to run.',
    exit: 'usage',
  });
}

function requirePrefix(prefix: string | undefined): void {
  if (prefix === undefined || /^[a-z][a-z0-9-]{0,30}$/.test(prefix)) return;
  throw new UserError(`${JSON.stringify(prefix)} cannot begin the ids of issues.`, {
    hint: 'Use up to 31 lower-case letters, digits and dashes, with a letter first.',
    exit: 'usage',
  });
}

function beadsSteps(found: Found, wanted: Wanted): Step[] {
  const committed = found.committed ?? { from: '', text: '', show: '' };
  const { from, text } = committed;
  const lines = importable(committed);
  const owed: Step[] = lines.length === 0 ? [] : [{ do: 'import lines', from, lines }];
  if (found.beads.is === 'there') return found.beads.issues === 0 ? owed : [];
  refuseToMix(found);
  return [{ do: 'set up beads', prefix: wanted.prefix ?? prefixOfLines(text) ?? prefixOf(found.folderName) }, ...owed];
}

/** A line that `bd` cannot read would make the import of all the others fail. */
function importable({ from, text, show }: NonNullable<Found['committed']>): string[] {
  const fault = lineFaults(text).find(({ is }) => is !== 'doubled');
  if (fault !== undefined) {
    const { problem, hint } = tellFault(fault, from, show);
    throw userError({ problem: `The committed issues cannot be imported: ${problem}`, hint }, 'config');
  }
  return text.split('\n').flatMap((line) => line.trim() || []);
}

/** `bd init` commits the whole index, and `.gitignore` and `.beads` as they are, without asking. */
function refuseToMix(found: Found): void {
  const inTheWay = [
    ...found.staged,
    ...found.changed.filter((path) => path === '.gitignore' || path.startsWith('.beads/')),
  ];
  if (inTheWay.length > 0) {
    const paths = [...new Set(inTheWay)];
    throw new UserError(
      `Setting up Beads makes a commit, and these changes of yours would be in it: ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}.`,
      {
        hint: 'Commit them first, or put them aside with: git stash --include-untracked',
        exit: 'repository',
      },
    );
  }
  if (found.identity === undefined) {
    throw new UserError('Setting up Beads makes a commit, and git does not know who you are.', {
      hint: 'Say it with: git config --global user.name NAME, and user.email in the same way',
      exit: 'repository',
    });
  }
  if (/^[a-z+]+:\/\/[^/@\s]*:[^/@\s]+@/.test(found.remoteUrl)) {
    throw new UserError('The URL of the remote carries a password or token, and setting up Beads would commit it.', {
      hint: 'Take it out of the URL with git remote set-url; `gh auth setup-git` logs git in without it',
      exit: 'repository',
    });
  }
}

const MAX_PREFIX = 24;

/** Short and plain, because it begins every task's id, and so every branch and folder of one. */
export function prefixOf(folderName: string): string {
  const plain = folderName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MAX_PREFIX)
    .replace(/-+$/, '');
  return plain === '' ? 'task' : plain;
}

/** The prefix that committed issues have already: `shop-a1b2.3` begins with `shop`. */
function prefixOfLines(text: string): string | undefined {
  const counts = new Map<string, number>();
  for (const id of allLines(text).keys()) {
    const prefix = /^([A-Za-z][\w-]*)-[A-Za-z0-9]+(?:\.[0-9.]+)?$/.exec(id)?.[1];
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
