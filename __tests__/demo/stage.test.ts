import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setStage } from '../../demo/stage.ts';

const path = process.env['PATH'] ?? '';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-stage-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

test('a git that is new enough for Heddle but not for the demo is refused before anything is made', async () => {
  writeFileSync(join(folder, 'git'), "#!/bin/sh\necho 'git version 2.37.1 (Apple Git-137.1)'\n", { mode: 0o755 });
  process.env['PATH'] = `${folder}:${path}`;
  await expect(setStage({ heddle: folder, agent: { stepMs: 1 } })).rejects.toMatchObject({
    message: 'git is 2.37.1 (Apple Git-137.1), and 2.38 is needed.',
    hint: expect.stringMatching(/^Install a newer one/),
    exit: 'missing',
  });
});
