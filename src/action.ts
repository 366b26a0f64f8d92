/** The GitHub Action: inputs, one sweep, outputs and a job summary. Which event woke it is not asked. */
import * as core from '@actions/core';
import { context, getOctokit } from '@actions/github';
import { guardClient } from './adapters/github/client.ts';
import { createMergerGitHub } from './adapters/github/merger.ts';
import { systemClock } from './adapters/host/clock.ts';
import { createSilence } from './adapters/host/silence.ts';
import { written } from './adapters/terminal.ts';
import { inMs } from './config/settings.ts';
import { TransientError, UserError } from './domain/errors.ts';
import { type SweepReport, summaryOf } from './merger/report.ts';
import { sweep } from './merger/sweep.ts';
import { WORKFLOW_PATH } from './merger/workflow-file.ts';

async function main(): Promise<void> {
  const token = core.getInput('token', { required: true });
  core.setSecret(token);
  const octokit = getOctokit(token, { userAgent: 'heddle' });
  const silence = createSilence({ limitMs: inMs(secondsOf('github_seconds')) });
  let requests = 0;
  const onRequest = () => {
    requests += 1;
  };
  guardClient(octokit, systemClock, { silence, onRequest });
  const { owner, repo } = context.repo;
  const github = createMergerGitHub(octokit, { owner, name: repo });
  const report = await sweep(github, systemClock, {
    base: core.getInput('base') || undefined,
    ownWorkflow: { path: ownPath(`${owner}/${repo}/`), name: context.workflow },
    tell: core.info,
    silence,
  });
  await publish(report, requests);
}

/** heddle.yml cannot say it: it comes from GitHub itself. */
function secondsOf(input: string): number {
  const text = core.getInput(input);
  const seconds = Number(text);
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new UserError(`The input \`${input}\` is ${JSON.stringify(text)}, and has to be a whole number from 1.`, {
    hint: 'Correct it in the workflow, or leave it out.',
    exit: 'usage',
  });
}

/** `octo/repo/.github/workflows/heddle.yml@refs/heads/main` names the file that this run comes from. */
function ownPath(prefix: string): string {
  const reference = process.env['GITHUB_WORKFLOW_REF'] ?? '';
  const path = reference.startsWith(prefix) ? reference.slice(prefix.length).replace(/@.*$/, '') : '';
  return path || WORKFLOW_PATH;
}

async function publish(report: SweepReport, requests: number): Promise<void> {
  const summary = summaryOf(report, requests);
  core.setOutput('merged', JSON.stringify(report.merged));
  core.setOutput('closed', JSON.stringify(report.closed));
  core.setOutput('waiting', JSON.stringify(report.waiting));
  core.setOutput('summary', summary);
  for (const { pullRequest, task, reasons } of report.waiting) {
    core.info(`#${pullRequest} (${task}): ${reasons.map(({ problem, hint }) => `${problem}. ${hint}`).join(' ')}`);
  }
  // A runner that is not GitHub's may have no place for it.
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(summary).write();
  if (report.trouble !== undefined) core.setFailed(`${report.trouble.problem}.\nHint: ${report.trouble.hint}`);
}

try {
  await main();
} catch (error) {
  if (error instanceof UserError) core.setFailed(`${error.message}\nHint: ${error.hint}`);
  else if (error instanceof TransientError) core.setFailed(`${error.message}\nHint: Run it again; nothing was lost.`);
  else core.setFailed(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
// A socket that GitHub keeps open must not keep an ended job from ending. What is in a pipe is taken from there first.
await written(process.stdout, '');
process.exit();
