/** A view in which one pull request is ready to land; each test breaks one thing in it. */
import { readSettings } from '../../src/config/settings.ts';
import { branchOf, type IssueId, issueId, type Sha, sha } from '../../src/domain/ids.ts';
import { markerText } from '../../src/domain/marker.ts';
import { newLandingState } from '../../src/merger/landing/state.ts';
import type { View } from '../../src/merger/view.ts';
import type { Candidate, CheckRun, HeadChecks, OpenPullRequest, Rules, Suite } from '../../src/review/view.ts';

export const now = new Date('2026-11-20T12:00:00Z');
export const head = sha('a'.repeat(40));
export const task: IssueId = issueId('hd-1.1');
const CI_APP = 7;

export function rules(changes: Partial<Rules> = {}): Rules {
  const { forbiddenPaths, needsReview, merge } = readSettings('');
  return {
    base: 'main',
    stateBranch: 'main',
    landing: { method: 'merge', mergeQueue: false },
    required: [],
    forbiddenPaths,
    needsReview,
    merge,
    actionsToken: false,
    appToken: true,
    ownWorkflow: { path: '.github/workflows/heddle.yml', name: 'Heddle' },
    ...changes,
  };
}

export function suite(changes: Partial<Suite> = {}): Suite {
  return {
    id: 'suite-1',
    createdAt: new Date('2026-11-20T11:00:00Z'),
    app: 'outside-ci',
    appId: CI_APP,
    workflow: undefined,
    runId: undefined,
    event: undefined,
    complete: true,
    conclusion: 'success',
    ...changes,
  };
}

export function actionsSuite(path: string, changes: Partial<Suite> = {}): Suite {
  return suite({
    id: path,
    app: 'github-actions',
    appId: 15368,
    workflow: { path, name: path },
    runId: 1,
    event: 'pull_request',
    ...changes,
  });
}

export function check(changes: Partial<CheckRun> = {}): CheckRun {
  return {
    name: 'test',
    suite: suite(),
    complete: true,
    conclusion: 'success',
    startedAt: new Date('2026-11-20T11:00:00Z'),
    ...changes,
  };
}

export function checks(changes: Partial<HeadChecks> = {}): HeadChecks {
  const runs = changes.runs ?? [check()];
  const suites = changes.suites ?? [...new Set(runs.map((one) => one.suite))];
  return { committedAt: new Date('2026-11-20T11:00:00Z'), statuses: [], ...changes, runs, suites };
}

export function pullRequest(changes: Partial<OpenPullRequest> = {}): OpenPullRequest {
  return {
    number: 1,
    url: 'https://example.com/1',
    title: 'Do it',
    body: `Done.\n\n${markerText({ task, round: 1 })}`,
    author: { login: 'ada', association: 'OWNER' },
    branch: branchOf(task, 1),
    head,
    base: 'main',
    fromFork: false,
    draft: false,
    labels: [],
    mergeable: 'yes',
    behind: false,
    review: 'none',
    headApproved: false,
    changedLines: 10,
    changedFiles: 1,
    createdAt: new Date('2026-11-20T11:00:00Z'),
    ...changes,
  };
}

export function candidate(changes: Partial<Candidate> = {}, request: Partial<OpenPullRequest> = {}): Candidate {
  return {
    pullRequest: pullRequest(request),
    task,
    round: 1,
    checks: checks(),
    files: { paths: ['src/one.ts'], complete: true },
    comment: undefined,
    said: undefined,
    ...changes,
  };
}

export function view(changes: Partial<View> = {}): View {
  return {
    now,
    rules: rules(),
    candidates: [candidate()],
    bystanders: [],
    owed: [],
    landing: newLandingState(),
    closeRefused: undefined,
    verdictRefused: false,
    late: false,
    ...changes,
  };
}

export function owed(number: number): { task: IssueId; round: number; pullRequest: number; url: string; commit: Sha } {
  return { task: issueId(`hd-1.${number}`), round: 1, pullRequest: number, url: '', commit: sha('c'.repeat(40)) };
}
