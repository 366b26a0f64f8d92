/** What is there already, for the plan. */
import { basename, join } from 'node:path';
import * as z from 'zod';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { UserError } from '../domain/errors.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import type { BeadsReader } from '../ports/beads.ts';
import type { Files } from '../ports/files.ts';
import type { GitReader, GitRefresher } from '../ports/git.ts';
import { type Found, PROMPT, RECIPES } from './plan.ts';
import { ciWorkflowNames, type WorkflowFile } from './workflows.ts';

const WORKFLOWS = '.github/workflows';

export type InitReaders = {
  mainWorktree: string;
  remote: string;
  /** What heddle.yml names; undefined without it. */
  stateBranch: string | undefined;
  files: Pick<Files, 'read' | 'list'>;
  git: Pick<GitReader & GitRefresher, 'fetch' | 'remoteBranch' | 'fileAt'>;
  beads: Pick<BeadsReader, 'snapshot'>;
  pending(): Promise<{ staged: readonly string[]; changed: readonly string[] }>;
  committer(): Promise<string | undefined>;
  /** Empty without a remote. */
  remoteUrl(): Promise<string>;
  /** `OWNER/heddle@SHA` of this program, as far as it knows where it comes from. */
  ownAction(): Promise<string | undefined>;
};

export async function observeInit(readers: InitReaders): Promise<Found> {
  const { mainWorktree: at, files: disk } = readers;
  const names = await disk.list(at);
  const justfiles = names.filter((name) => /^\.?justfile$/i.test(name));
  const files = new Map<string, string>();
  for (const path of [CONFIG_PATH, WORKFLOW_PATH, PROMPT, RECIPES, ...justfiles]) {
    const text = await disk.read(join(at, path));
    if (text !== undefined) files.set(path, text);
  }
  const workflows = await readWorkflows(disk, at);
  const { staged, changed } = await readers.pending();
  const remoteUrl = await readers.remoteUrl();
  const beads = await observeBeads(readers.beads);
  const wanted = beads.is === 'absent' || beads.issues === 0;
  return {
    names,
    scripts: scriptsIn(await disk.read(join(at, 'package.json'))),
    hasCi: ciWorkflowNames(workflows, WORKFLOW_PATH).length > 0,
    files,
    workflows,
    beads,
    committed: wanted ? await observeCommitted(readers, remoteUrl !== '') : undefined,
    staged,
    changed,
    identity: await readers.committer(),
    remoteUrl,
    folderName: basename(at),
  };
}

export async function readWorkflows(disk: Pick<Files, 'read' | 'list'>, at: string): Promise<WorkflowFile[]> {
  const names = (await disk.list(join(at, WORKFLOWS))).filter((name) => /\.ya?ml$/.test(name));
  const found: WorkflowFile[] = [];
  for (const name of [...names].sort()) {
    const text = await disk.read(join(at, WORKFLOWS, name));
    if (text !== undefined) found.push({ path: `${WORKFLOWS}/${name}`, text });
  }
  return found;
}

async function observeBeads(beads: Pick<BeadsReader, 'snapshot'>): Promise<Found['beads']> {
  try {
    return { is: 'there', issues: (await beads.snapshot()).length };
  } catch (error) {
    // Only this error says that there is no database; any other is no answer.
    if (error instanceof UserError && error.exit === 'beads') return { is: 'absent' };
    throw error;
  }
}

/** Where the lines are on a state branch, the base has no such file, or an old one, with which the state branch began. */
async function observeCommitted(readers: InitReaders, hasRemote: boolean): Promise<Found['committed']> {
  const state = hasRemote ? await observeStateBranch(readers) : undefined;
  if (state !== undefined) {
    const show = `git show ${state.name}:${ISSUES_PATH}`;
    return { from: `${ISSUES_PATH} of ${state.name}`, text: state.text, show };
  }
  const text = await readers.files.read(join(readers.mainWorktree, ISSUES_PATH));
  return text === undefined ? undefined : { from: ISSUES_PATH, text, show: `cat ${ISSUES_PATH}` };
}

/** Fetched first: a clone of one branch alone has no other, and the merger may have closed tasks a moment ago. */
async function observeStateBranch({
  git,
  remote,
  stateBranch,
}: InitReaders): Promise<{ name: string; text: string } | undefined> {
  if (stateBranch === undefined) return undefined;
  await git.fetch([stateBranch]);
  const head = await git.remoteBranch(stateBranch);
  const text = head === undefined ? undefined : await git.fileAt(head, ISSUES_PATH);
  return text === undefined ? undefined : { name: `${remote}/${stateBranch}`, text };
}

function scriptsIn(packageJson: string | undefined): string[] {
  if (packageJson === undefined) return [];
  try {
    const schema = z.looseObject({ scripts: z.record(z.string(), z.unknown()).optional() });
    return Object.keys(schema.parse(JSON.parse(packageJson)).scripts ?? {});
  } catch {
    // The names are only used for a suggestion.
    return [];
  }
}
