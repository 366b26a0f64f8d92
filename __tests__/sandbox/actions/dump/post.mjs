import { appendFileSync } from 'node:fs';

appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '', `state: ${process.env['STATE_thread']}\n`);
