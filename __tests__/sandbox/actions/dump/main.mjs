import { appendFileSync, readdirSync, readFileSync } from 'node:fs';

const { env } = process;
const told = {
  env,
  cwd: process.cwd(),
  node: process.versions.node,
  workspace: readdirSync('.'),
  event: JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')),
};
appendFileSync(env.GITHUB_OUTPUT, `told<<END\n${JSON.stringify(told)}\nEND\n`);
appendFileSync(env.GITHUB_STATE, 'thread=blue\n');
appendFileSync(env.GITHUB_STEP_SUMMARY, `word: ${env.INPUT_WORD}\n`);
console.log(`my token is ${env.INPUT_TOKEN}`);
