/** Rules about the programs that Heddle stands on. Pure: what was found comes in. */
import type { Finding } from './finding.ts';

/** `git worktree list -z` came with this one; the oldest that Heddle's own commands need. */
const OLDEST_GIT = [2, 36] as const;
/** `git merge-tree --write-tree`, which the sandbox of the demo stands on. */
const DEMO_GIT = [2, 38] as const;
const OLDEST_NODE = 20;

/** `version` as git prints it, undefined if there is no git. */
export function judgeGit(version: string | undefined): Finding {
  const check = 'git';
  const install = 'Install a newer one from https://git-scm.com, or with your package manager.';
  if (version === undefined) return { is: 'problem', check, says: 'not installed', mend: install, exit: 'missing' };
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const number = version.replace(/^git version\s+/, '').trim();
  if (olderThan([Number(major), Number(minor)], OLDEST_GIT)) {
    return {
      is: 'problem',
      check,
      says: `${number}, and ${OLDEST_GIT.join('.')} is needed`,
      mend: install,
      exit: 'missing',
    };
  }
  if (olderThan([Number(major), Number(minor)], DEMO_GIT)) {
    return { is: 'hint', check, says: `${number}; only the demo needs ${DEMO_GIT.join('.')}`, mend: install };
  }
  return { is: 'ok', check, says: number };
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

export type BdFindings = {
  passedOver: readonly { path: string; why: string; hint: string }[];
} & ({ path: string; version: string; origin: string } | { problem: string; hint: string });

/** The `bd` that is used, and each one that comes before it and is not. */
export function judgeBd(found: BdFindings): Finding[] {
  const check = 'bd';
  if ('problem' in found) return [{ is: 'problem', check, says: found.problem, mend: found.hint, exit: 'missing' }];
  const passedOver = found.passedOver.map(
    ({ path, why, hint }): Finding => ({ is: 'hint', check, says: `not used: ${path} ${why}`, mend: hint }),
  );
  return [{ is: 'ok', check, says: `${found.version} at ${found.path} (${found.origin})` }, ...passedOver];
}

export type AgentFindings = { name: string; default: boolean } & (
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

function olderThan(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] < b[1];
}
