/** Check runs, check suites and statuses of commits. */
import * as z from 'zod';
import { appOf } from '../access.ts';
import { latestCheckRuns, latestStatuses, suitesOf } from '../check-summary.ts';
import { createCheckRun, createStatus, updateCheckRun } from '../checks.ts';
import { notFound, Refused } from '../refused.ts';
import { annotationShape, checkRunShape, checkSuiteShape, simpleStatus, statusShape } from '../shapes/checks.ts';
import { minimalRepository, repositoryUrl } from '../shapes/repositories.ts';
import type { Annotation, CheckRun } from '../world.ts';
import {
  commitOf,
  page,
  parseBody,
  type RepositoryRequest,
  type Route,
  reads,
  type WriteRequest,
  writes,
} from './router.ts';

const conclusion = z.enum([
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
  'stale',
]);

const line = z.number().int().min(1);
const annotation = z.object({
  path: z.string(),
  start_line: line,
  end_line: line,
  start_column: line.optional(),
  end_column: line.optional(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().optional(),
  raw_details: z.string().optional(),
});

const longestText = 65_535;
const text = z.string().max(longestText);
const output = z.object({
  title: z.string().optional(),
  summary: text,
  text: text.optional(),
  annotations: z.array(annotation).default([]),
});

const change = z.object({
  name: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: conclusion.optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: output.optional(),
});

const draft = change.extend({
  name: z.string(),
  head_sha: z.string(),
  output: output.extend({ title: z.string() }).optional(),
});

const mostAnnotations = 50;

function changes(body: z.infer<typeof change>) {
  if (body.status === 'completed' && body.conclusion === undefined) {
    throw new Refused(422, "Invalid request.\n\nMissing required key 'conclusion'.");
  }
  return {
    name: body.name,
    status: body.status,
    conclusion: body.conclusion,
    detailsUrl: body.details_url,
    externalId: body.external_id,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    ...(body.output === undefined ? {} : said(body.output)),
  };
}

/** Annotations are added to those that are there; everything else takes the place of what was there. */
function said({ title, summary, text: details, annotations }: z.infer<typeof output>) {
  if (annotations.length > mostAnnotations) {
    const many = `No more than ${mostAnnotations} items are allowed; ${annotations.length} were supplied.`;
    throw new Refused(422, `Invalid request.\n\n${many}`);
  }
  return {
    output: { title: title ?? null, summary, text: details ?? null },
    annotations: annotations.map(
      (one): Annotation => ({
        path: one.path,
        startLine: one.start_line,
        endLine: one.end_line,
        startColumn: one.start_column ?? null,
        endColumn: one.end_column ?? null,
        level: one.annotation_level,
        title: one.title ?? null,
        message: one.message,
        rawDetails: one.raw_details ?? null,
      }),
    ),
  };
}

/** Only apps make check runs; the Actions token is one of GitHub Actions. */
function appFor({ credential }: WriteRequest): number {
  const app = appOf(credential);
  if (app === null) throw new Refused(403, 'You must authenticate via a GitHub App.');
  return app;
}

function runOf({ repository, params }: RepositoryRequest): CheckRun {
  const run = repository.checkRuns.get(Number(params['check_run_id']));
  if (run === undefined) throw notFound();
  return run;
}

export const checkRoutes: Route[] = [
  writes('POST', '/check-runs', 'checks', async (request) => {
    const { world, repository, credential } = request;
    const appId = appFor(request);
    const { name, head_sha: headSha, ...rest } = parseBody(draft, request);
    const run = await createCheckRun(world, repository, { ...changes(rest), name, headSha, appId }, credential.actor);
    return { status: 201, body: checkRunShape(world, repository, run) };
  }),

  reads('/check-runs/{check_run_id}', 'checks', async (request) => {
    const { world, repository } = request;
    return { status: 200, body: checkRunShape(world, repository, runOf(request)) };
  }),

  writes('PATCH', '/check-runs/{check_run_id}', 'checks', async (request) => {
    const { world, repository, credential } = request;
    const run = runOf(request);
    if (run.appId !== appFor(request))
      throw new Refused(403, 'Invalid app_id `check_run` cannot be updated by this app.');
    await updateCheckRun(world, repository, run, changes(parseBody(change, request)), credential.actor);
    return { status: 200, body: checkRunShape(world, repository, run) };
  }),

  reads('/check-runs/{check_run_id}/annotations', 'checks', async (request) => {
    const { world, repository } = request;
    const run = runOf(request);
    const { items, headers } = page(request, run.annotations);
    return { status: 200, body: items.map((item) => annotationShape(world, repository, run, item)), headers };
  }),

  reads('/commits/{ref}/check-runs', 'checks', async (request) => {
    const { world, repository, params, url } = request;
    const sha = await commitOf(repository, params['ref'] ?? '');
    const all = [...repository.checkRuns.values()].filter(({ headSha }) => headSha === sha);
    const runs = url.searchParams.get('filter') === 'all' ? all : latestCheckRuns(repository, sha);
    const found = runs.filter(wanted(url.searchParams)).reverse();
    const { items, headers } = page(request, found);
    const body = { total_count: found.length, check_runs: items.map((run) => checkRunShape(world, repository, run)) };
    return { status: 200, body, headers };
  }),

  reads('/commits/{ref}/check-suites', 'checks', async (request) => {
    const { world, repository, params, url } = request;
    const sha = await commitOf(repository, params['ref'] ?? '');
    const appId = url.searchParams.get('app_id');
    const found = suitesOf(repository, sha).filter((suite) => appId === null || suite.appId === Number(appId));
    const { items, headers } = page(request, found);
    const suites = await Promise.all(items.map((suite) => checkSuiteShape(world, repository, suite)));
    return { status: 200, body: { total_count: found.length, check_suites: suites }, headers };
  }),

  reads('/commits/{ref}/status', 'statuses', async (request) => {
    const { world, repository, params } = request;
    const sha = await commitOf(repository, params['ref'] ?? '');
    const all = latestStatuses(repository, sha);
    const { items, headers } = page(request, all);
    const url = repositoryUrl(world, repository);
    const states = all.map(({ state }) => state);
    const bad = states.includes('failure') || states.includes('error');
    const body = {
      // Without any status it is pending, which is why zero checks must not be read as green.
      state: bad
        ? 'failure'
        : states.length > 0 && states.every((state) => state === 'success')
          ? 'success'
          : 'pending',
      statuses: items.map((status) => simpleStatus(world, repository, status)),
      sha,
      total_count: all.length,
      repository: minimalRepository(world, repository),
      commit_url: `${url}/commits/${sha}`,
      url: `${url}/commits/${sha}/status`,
    };
    return { status: 200, body, headers };
  }),

  reads('/commits/{ref}/statuses', 'statuses', async (request) => {
    const { world, repository, params } = request;
    const sha = await commitOf(repository, params['ref'] ?? '');
    const { items, headers } = page(request, repository.statuses.filter((status) => status.sha === sha).reverse());
    return { status: 200, body: items.map((status) => statusShape(world, repository, status)), headers };
  }),

  writes('POST', '/statuses/{sha}', 'statuses', async (request) => {
    const { world, repository, credential, params } = request;
    const {
      state,
      context,
      description,
      target_url: targetUrl,
    } = parseBody(
      z.object({
        state: z.enum(['error', 'failure', 'pending', 'success']),
        context: z.string().default('default'),
        description: z.string().nullish(),
        target_url: z.string().nullish(),
      }),
      request,
    );
    const sha = params['sha'] ?? '';
    const made = await createStatus(
      world,
      repository,
      { sha, state, context, description, targetUrl },
      credential.actor,
    );
    return { status: 201, body: statusShape(world, repository, made) };
  }),
];

function wanted(query: URLSearchParams): (run: CheckRun) => boolean {
  const name = query.get('check_name');
  const status = query.get('status');
  const appId = query.get('app_id');
  return (run) =>
    (name === null || run.name === name) &&
    (status === null || run.status === status) &&
    (appId === null || run.appId === Number(appId));
}
