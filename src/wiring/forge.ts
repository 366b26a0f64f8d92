/** The remote on GitHub, with a token that it takes. */
import { type Client, createClient } from '../adapters/github/client.ts';
import { createCheckWriter, createHandBackReader } from '../adapters/github/hand-back.ts';
import { hasBranch } from '../adapters/github/inspect.ts';
import { createMergerGitHub } from '../adapters/github/merger.ts';
import { createPullRequests } from '../adapters/github/pull-requests.ts';
import { type RepositoryAddress, repositoryOf } from '../adapters/github/repository.ts';
import { branchesOf } from '../config/settings.ts';
import { UserError } from '../domain/errors.ts';
import type { PullRequests } from '../ports/github.ts';
import type { MergerGitHub } from '../ports/merger-github.ts';
import type { CheckWriter, HandBackReader } from '../ports/review.ts';
import type { Names } from '../spawner/observe.ts';
import type { BranchReader } from '../spawner/preconditions.ts';
import type { Checkout } from './checkout.ts';
import { apiUrl } from './environment.ts';

export type Forge = {
  address: RepositoryAddress;
  client: Client;
  pullRequests: PullRequests;
  /** The merger's GitHub. */
  github: MergerGitHub;
  /** The reviewer's, for those that hand back. */
  reviewed: HandBackReader;
  checks: CheckWriter;
  branches: BranchReader;
  token: string;
  /** Sent so far. */
  requests(): number;
};

/** Throws a UserError without a remote, without a token, or when the remote is not on GitHub. */
export async function openForge(checkout: Checkout): Promise<Forge> {
  const url = await checkout.git.remoteUrl();
  const address = addressOf(checkout, url);
  const token = await checkout.findToken(url);
  if (token === undefined) {
    throw new UserError('There is no GitHub token.', {
      hint: 'Log in with: gh auth login (or set GITHUB_TOKEN)',
      exit: 'access',
    });
  }
  const { clock, silence, stop } = checkout;
  let requests = 0;
  const onRequest = () => {
    requests += 1;
  };
  const client = createClient({ token, onRequest, apiUrl: address.apiUrl, clock, silence, stop });
  const github = createMergerGitHub(client, address);
  const branches: BranchReader = { fileOn: github.fileOn, hasBranch: (name) => hasBranch(client, address, name) };
  const pullRequests = createPullRequests(client, address);
  const reviewed = createHandBackReader(client, address, github);
  const checks = createCheckWriter(client, address);
  const requested = () => requests;
  return { address, client, pullRequests, github, reviewed, checks, branches, token, requests: requested };
}

/** Throws a UserError when the remote's URL names no repository. */
export function addressOf({ env }: Checkout, remoteUrl: string): RepositoryAddress {
  return repositoryOf(remoteUrl, apiUrl(env));
}

/** GitHub is asked for its default branch only where that counts. */
export async function namesOf({ settings, place }: Checkout, forge: Forge): Promise<Names> {
  const defaultBranch = settings.base ?? (await forge.pullRequests.defaultBranch());
  return { ...branchesOf(settings, defaultBranch), remote: place.remote };
}
