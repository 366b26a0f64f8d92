/** The merger's verdict on a head: a check run where the token is an app's, else a commit status. */
import { CHECK_ID, CHECK_NAME } from '../../domain/marker.ts';
import type { Repository } from '../../ports/github.ts';
import type { MergerWriter, VerdictToSay } from '../../ports/merger-github.ts';
import type { SaidVerdict } from '../../ports/review.ts';
import { type Client, refusalOf } from './client.ts';

/** GitHub takes no more in one request. */
const MAX_ANNOTATIONS = 50;
const ANNOTATED_ID = `${CHECK_ID}, annotated`;
const STATES = { success: 'success', neutral: 'pending', failure: 'failure' } as const;

type Run = {
  name: string;
  conclusion: string | null;
  externalId: string | null;
  url: string;
  title: string | null;
};
type Status = { context: string; state: string; description: string | null };

/** The name alone could be that of a job. */
export function isVerdict({ name, externalId }: Run): boolean {
  return name === CHECK_NAME && (externalId === CHECK_ID || externalId === ANNOTATED_ID);
}

/** What an app's token has said, as far as it can be changed: an app changes only check runs of its own. */
export function saidByRun(node: Run): SaidVerdict | undefined {
  // The address has the number whole; the field that has it is too small for it.
  const [, id] = /\/(\d+)(?:[?#].*)?$/.exec(node.url) ?? [];
  const conclusion = node.conclusion?.toLowerCase();
  if (id === undefined || (conclusion !== 'success' && conclusion !== 'neutral' && conclusion !== 'failure')) return;
  return { run: Number(id), conclusion, title: node.title ?? '', annotated: node.externalId === ANNOTATED_ID };
}

export function saidByStatus(statuses: readonly Status[]): SaidVerdict | undefined {
  const found = statuses.find(({ context }) => context === CHECK_NAME);
  if (found === undefined) return undefined;
  const conclusion = found.state === 'SUCCESS' ? 'success' : found.state === 'PENDING' ? 'neutral' : 'failure';
  return { run: undefined, conclusion, title: found.description ?? '', annotated: false };
}

export function verdictSayer(client: Client, repository: Repository): MergerWriter['sayVerdict'] {
  const where = { owner: repository.owner, repo: repository.name };
  return async (verdict) => {
    try {
      if (verdict.as === 'commit status') await sayByStatus(client, where, verdict);
      else await sayByRun(client, where, verdict);
      return { is: 'said' };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return { is: 'refused', why: refusal.message };
    }
  };
}

async function sayByStatus(client: Client, where: { owner: string; repo: string }, verdict: VerdictToSay) {
  const { head: sha, conclusion, title: description } = verdict;
  const status = { state: STATES[conclusion], context: CHECK_NAME, description, target_url: verdict.url };
  await client.request('POST /repos/{owner}/{repo}/statuses/{sha}', { ...where, sha, ...status });
}

async function sayByRun(client: Client, where: { owner: string; repo: string }, verdict: VerdictToSay) {
  const { head, known, conclusion, title, summary, url } = verdict;
  // A change adds its annotations to those that are there.
  const annotations = known?.annotated ? [] : verdict.annotations.slice(0, MAX_ANNOTATIONS).map(annotationOf);
  const annotated = known?.annotated || annotations.length > 0;
  const run = {
    ...where,
    // From the start: one that is not complete would keep a pull request waiting.
    status: 'completed' as const,
    conclusion,
    details_url: url,
    external_id: annotated ? ANNOTATED_ID : CHECK_ID,
    output: { title, summary, annotations },
  };
  if (known?.run === undefined) {
    const made = { ...run, name: CHECK_NAME, head_sha: head };
    await client.request('POST /repos/{owner}/{repo}/check-runs', made);
  } else {
    const changed = { ...run, check_run_id: known.run };
    await client.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', changed);
  }
}

function annotationOf({ path, message }: VerdictToSay['annotations'][number]) {
  return { path, start_line: 1, end_line: 1, annotation_level: 'failure' as const, message };
}
