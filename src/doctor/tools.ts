/** Rules about the programs that Heddle stands on. Pure: what was found comes in. */
import { type ExitName, UserError } from '../domain/errors.ts';
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
  if (problem !== undefined) return { is: 'problem', check, ...problem };
  const number = numberOf(version);
  const demo = gitProblem(version, DEMO_GIT);
  if (demo === undefined) return { is: 'ok', check, says: number };
  return { is: 'hint', check, says: `${number}; only the demo needs ${DEMO_GIT.join('.')}`, mend: demo.mend };
}

/** Throws a UserError. An old git fails later in ways that look as if they would pass. */
export function requireGit(version: string | undefined, oldest = OLDEST_GIT): void {
  const problem = gitProblem(version, oldest);
  if (problem !== undefined) throw new UserError(`git is ${problem.says}.`, { hint: problem.mend, exit: problem.exit });
}

function gitProblem(
  version: string | undefined,
  oldest: Version,
): { says: string; mend: string; exit: ExitName } | undefined {
  const from = 'from https://git-scm.com, or with your package manager.';
  if (version === undefined) return { says: 'not installed', mend: `Install it ${from}`, exit: 'missing' };
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (!olderThan([Number(major), Number(minor)], oldest)) return undefined;
  const says = `${numberOf(version)}, and ${oldest.join('.')} is needed`;
  return { says, mend: `Install a newer one ${from}`, exit: 'missing' };
}

function numberOf(version = ''): string {
  return version.replace(/^git version\s+/, '').trim();
}

export function judgeNode(version: string): Finding {
  const check = 'node';
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return { is: 'ok', check, says: version };
  const says = `${version}, and ${OLDEST_NODE} is needed`;
  return {
    is: 'problem',
    check,
    says,
    mend: `Install Node ${OLDEST_NODE} or newer from https://nodejs.org.`,
    exit: 'missing',
  };
}

type BdFindings = {
  passedOver: readonly { path: string; why: string; hint: string }[];
} & ({ path: string; version: string; origin: string } | { problem: string; hint: string });

/** The `bd` that is used, and each one that comes before it and is not. */
export function judgeBd(found: BdFindings): Finding[] {
  const check = 'bd';
  if ('problem' in found) return [{ is: 'problem', check, says: found.problem, mend: found.hint, exit: 'missing' }];
  const passedOver = found.passedOver.map(
    ({ path, why, hint }): Finding => ({ is: 'hint', check, says: `not used: ${path} ${why}`, mend: hint }),
  );
  const ok: Finding = { is: 'ok', check, says: `${found.version} at ${found.path} (${found.origin})` };
  if (found.origin === 'PATH') return [ok, ...passedOver];
  const mend = `Put it on PATH, with: npm i -g @beads/bd@${found.version}`;
  return [ok, { is: 'hint', check, says: 'a `bd` that you type yourself is not this one', mend }, ...passedOver];
}

type AgentFindings = { name: string; default: boolean } & (
  | { is: 'installed'; path: string }
  | { is: 'missing'; binary: string; install: string }
);

/** Only the default agent has to be there; the others are needed when they are asked for. */
export function judgeAgent(found: AgentFindings): Finding {
  const check = `agent ${found.name}`;
  if (found.is === 'installed') return { is: 'ok', check, says: found.path };
  const says = `there is no ${found.binary} on PATH`;
  const mend = `Install it (${found.install}), or choose another with --agent NAME.`;
  return found.default ? { is: 'problem', check, says, mend, exit: 'missing' } : { is: 'hint', check, says, mend };
}

/** `gh` is a way to a token, and in some of the commands that Heddle suggests. */
export function judgeGh(version: string | undefined): Finding {
  const check = 'gh';
  if (version !== undefined)
    return { is: 'ok', check, says: version.split('\n')[0]?.replace(/^gh version\s+/, '') ?? '' };
  return { is: 'hint', check, says: 'not installed', mend: 'Not needed; with it, `gh auth login` gives the token.' };
}

function olderThan(a: Version, b: Version): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] < b[1];
}
