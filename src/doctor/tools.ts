/** Rules about the programs that Heddle stands on. Pure: what was found comes in. */
import { type Problem, userError } from '../domain/errors.ts';
import type { Finding } from './finding.ts';

type Version = readonly [major: number, minor: number];

/** `git worktree list -z` came with this one; the oldest that Heddle's own commands need. */
const OLDEST_GIT: Version = [2, 36];
/** `git merge-tree --write-tree`, which the sandbox of the demo stands on. */
export const DEMO_GIT: Version = [2, 38];
const OLDEST_NODE = 20;

/** `version` as git prints it, undefined if there is no git. */
export function judgeGit(version: string | undefined): Finding {
  const check = 'git';
  const problem = gitProblem(version, OLDEST_GIT);
  if (problem !== undefined) return { is: 'problem', check, ...problem, exit: 'missing' };
  const number = numberOf(version);
  const demo = gitProblem(version, DEMO_GIT);
  if (demo === undefined) return { is: 'ok', check, says: number };
  return { is: 'warning', check, problem: `${number}; only the demo needs ${DEMO_GIT.join('.')}`, hint: demo.hint };
}

/** Throws a UserError. With too old a git, later commands fail with errors that look temporary. */
export function requireGit(version: string | undefined, oldest = OLDEST_GIT): void {
  const found = gitProblem(version, oldest);
  if (found !== undefined) throw userError({ ...found, problem: `git is ${found.problem}` }, 'missing');
}

/** As what is said of git. */
function gitProblem(version: string | undefined, oldest: Version): Problem | undefined {
  const from = 'from https://git-scm.com, or with your package manager.';
  if (version === undefined) return { problem: 'not installed', hint: `Install it ${from}` };
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (!olderThan([Number(major), Number(minor)], oldest)) return undefined;
  const problem = `${numberOf(version)}, and ${oldest.join('.')} is needed`;
  return { problem, hint: `Install a newer one ${from}` };
}

function numberOf(version = ''): string {
  return version.replace(/^git version\s+/, '').trim();
}

export function judgeNode(version: string): Finding {
  const check = 'node';
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return { is: 'ok', check, says: version };
  const problem = `${version}, and ${OLDEST_NODE} is needed`;
  const hint = `Install Node ${OLDEST_NODE} or newer from https://nodejs.org.`;
  return { is: 'problem', check, problem, hint, exit: 'missing' };
}

export type BdFindings = {
  passedOver: readonly Problem[];
} & ({ path: string; version: string; origin: string } | Problem);

/** The `bd` that is used, and each one that comes before it and is not. */
export function judgeBd(found: BdFindings): Finding[] {
  const check = 'bd';
  if ('problem' in found) return [{ is: 'problem', check, problem: found.problem, hint: found.hint, exit: 'missing' }];
  const passedOver = found.passedOver.map(
    ({ problem, hint }): Finding => ({ is: 'warning', check, problem: `not used: ${problem}`, hint }),
  );
  const ok: Finding = { is: 'ok', check, says: `${found.version} at ${found.path} (${found.origin})` };
  if (found.origin === 'PATH') return [ok, ...passedOver];
  const hint = `Put it on PATH, with: npm i -g @beads/bd@${found.version}`;
  return [ok, { is: 'warning', check, problem: 'a `bd` that you type yourself is not this one', hint }, ...passedOver];
}

export type AgentFindings = { is: 'installed'; path: string } | ({ is: 'missing' } & Problem);

/** Only the default agent has to be there; the others are needed when they are asked for. */
export function judgeAgent(found: AgentFindings & { name: string; default: boolean }): Finding {
  const check = `agent ${found.name}`;
  if (found.is === 'installed') return { is: 'ok', check, says: found.path };
  const { problem, hint } = found;
  if (!found.default) return { is: 'warning', check, problem, hint };
  return { is: 'problem', check, problem, hint, exit: 'missing' };
}

/** `gh` is a way to a token, and in some of the commands that Heddle suggests. */
export function judgeGh(version: string | undefined): Finding {
  const check = 'gh';
  if (version !== undefined)
    return { is: 'ok', check, says: version.split('\n')[0]?.replace(/^gh version\s+/, '') ?? '' };
  const hint = 'Not needed; with it, `gh auth login` gives the token.';
  return { is: 'warning', check, problem: 'not installed', hint };
}

function olderThan(a: Version, b: Version): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] < b[1];
}
