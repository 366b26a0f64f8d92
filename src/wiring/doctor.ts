/** What the doctor asks, of a folder and an environment; nothing of it writes. */
import { findBd } from '../adapters/bd/find-bd.mjs';
import { createGitCommand } from '../adapters/git/command.ts';
import { committer } from '../adapters/git/pending.ts';
import { asTyped } from '../adapters/git/work-tree.ts';
import { inspectBranch, inspectRepository } from '../adapters/github/inspect.ts';
import { canWriteTo } from '../adapters/host/disk.ts';
import { files } from '../adapters/host/files.ts';
import { programs } from '../adapters/host/programs.ts';
import { versionOf } from '../adapters/host/version.ts';
import type { CheckoutReaders, DoctorReaders, GitHubReaders } from '../doctor/readers.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import { baseUnknownToAction, differenceWithMerger, refuseReservedBranch } from '../spawner/preconditions.ts';
import { agentInstalled, findAgent } from '../worker/agents/index.ts';
import { openBeads } from './beads.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import type { Environment } from './environment.ts';
import { addressOf, openForge } from './forge.ts';
import { tokenSource } from './token.ts';

export function doctorReaders(cwd: string, env: Environment, stop?: AbortSignal): DoctorReaders {
  return {
    node: process.versions.node,
    versionOf: (program) => versionOf(program, env),
    findBd: () => findBd(env),
    committer: () => committer(createGitCommand(env, undefined), asTyped(cwd)),
    openCheckout: async () => checkoutReaders(await openCheckout(cwd, env, { configText: '', stop })),
  };
}

function checkoutReaders(checkout: Checkout): CheckoutReaders {
  const { settings, place, git, env, stop, findToken } = checkout;
  return {
    settings,
    remote: place.remote,
    git,
    files,
    withConfig: async (configText) =>
      checkoutReaders(await openCheckout(place.mainWorktree, env, { configText, stop, findToken })),
    findAgent: (name) => agentInstalled(findAgent(settings, name), { programs, environment: env }),
    canWriteTo,
    openBeads: () => openBeads(checkout),
    repositoryAt: (url) => addressOf(checkout, url),
    tokenFrom: tokenSource(env),
    openGitHub: () => gitHubReaders(checkout),
  };
}

async function gitHubReaders(checkout: Checkout): Promise<GitHubReaders> {
  const { settings } = checkout;
  const { client, address, branches, github } = await openForge(checkout);
  return {
    repository: () => inspectRepository(client, address),
    branch: (name) => inspectBranch(client, address, name),
    fileOn: github.fileOn,
    linesOn: async (branch) => (await github.stateFile(branch, ISSUES_PATH))?.content,
    differenceWithMerger: (defaultBranch) => differenceWithMerger(settings, branches, defaultBranch),
    baseUnknownToAction: (defaultBranch) => baseUnknownToAction(settings, branches, defaultBranch),
    refuseReservedBranch: () => refuseReservedBranch(branches, address),
  };
}
