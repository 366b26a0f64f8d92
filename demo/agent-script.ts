/**
 * The demo's agent: a script that plays the part of a coding agent. Written to a file, it is run in a worktree as
 * `node agent.mjs`, with the prompt on stdin, or as an argument that is the prompt or names a file with it. That is all
 * it gets. It finds its task by the title in the prompt, edits files, tries the task's test, and says what it does.
 *
 * For tests it can fail on request. `agent.json` beside the script: `{"modes": {"2": "wrong"}, "stepMs": 100}`; a list
 * of modes is gone through start by start, the last one stays. The variable `HEDDLE_DEMO_AGENT` (`2=wrong` or
 * `wrong,4=hang`, one without a number is for all tasks) says the same and wins; the environment of an agent is filtered, the file always arrives.
 * Where `agent.json` exists, every start, end and stray process is noted in `agent-runs.jsonl` beside it.
 */
import { demoSolutions } from './solutions.ts';

const AGENT_MODES = {
  work: 'does the task',
  gate: 'does the task once there is a file `gate` beside the script',
  wrong: 'does it with a small mistake: the test of the task fails',
  hasty: 'like wrong, until the prompt says that a check failed',
  nothing: 'says that there is nothing to do, and ends well',
  hang: 'begins, then says nothing more and never ends',
  chatter: 'begins, then talks without end',
  stubborn: 'like hang, and ignores polite signals',
  fail: 'begins, then ends with exit code 1',
  die: 'begins, then is killed in the middle of it',
  stray: 'does the task and leaves a process of its own session behind',
  forbidden: 'does the task and edits .github/workflows besides',
  beads: 'does the task and edits .beads besides',
  notes: 'does the task and adds a line to NOTES.md',
} as const;
export type AgentMode = keyof typeof AGENT_MODES;

export type AgentSettings = {
  /** By task number, or `all`. */
  modes?: Readonly<Record<string, AgentMode | readonly AgentMode[]>>;
  /** The pause after each thing that it says. */
  stepMs?: number;
};

/** Beside the script. */
export const AGENT_SETTINGS_FILE = 'agent.json';
export const AGENT_RUNS_FILE = 'agent-runs.jsonl';

const program = String.raw`
const here = dirname(fileURLToPath(import.meta.url));
const settings = existsSync(join(here, 'agent.json')) ? JSON.parse(readFileSync(join(here, 'agent.json'), 'utf8')) : undefined;
const stepMs = settings?.stepMs ?? 300;
/** However it is told to hang, it ends some day: nothing of a test may stay for ever. */
const LONGEST_MS = 15 * 60_000;

const prompt = readPrompt();
const task = findTask(prompt);
if (task === undefined) {
  console.error('agent: the prompt names no task that I know');
  process.exit(2);
}
const mode = modeOf(task.number);
note('start');
process.on('exit', () => note('end'));
await perform();

async function perform() {
  await say('I read the task: ' + task.title);
  const merging = await resolveConflicts();
  if (mode === 'nothing') return say('All of this seems to be there already; nothing to do.');
  await edit();
  switch (mode) {
    case 'fail':
      await say('I cannot go on.');
      return process.exit(1);
    case 'die':
      return process.kill(process.pid, 'SIGKILL');
    case 'hang':
    case 'stubborn':
      return wait();
    case 'gate':
      await untilGateIsOpen();
      break;
    case 'chatter':
      setInterval(() => console.log('... still thinking'), Math.max(50, stepMs));
      return wait();
  }
  await moveTest();
  const slips = mode === 'wrong' || (mode === 'hasty' && !prompt.includes('These checks failed'));
  if (slips) slip();
  if (mode === 'forbidden') appendFileSync('.github/workflows/ci.yml', '# edited by the agent\n');
  if (mode === 'beads') appendFileSync('.beads/issues.jsonl', '{"id":"written-by-the-agent"}\n');
  if (mode === 'notes' && !merging) appendFileSync('NOTES.md', 'Start ' + startsBefore(task.number) + ' of task ' + task.number + '\n');
  await followReview();
  if (!slips) await tryTest();
  if (task.commits) await commit();
  if (mode === 'stray') leaveProcess();
  await say('Done.');
}

async function edit() {
  for (const each of task.edits) {
    const file = each.write ?? each.change;
    await say('Editing ' + file);
    mkdirSync(dirname(file), { recursive: true });
    if (each.write !== undefined) writeFileSync(file, each.text);
    else change(file, each);
  }
}

/** An edit that an earlier start has made already is left alone, but for its mistake. */
function change(file, { before, after }) {
  let text = readFileSync(file, 'utf8');
  if (task.slip.wrong !== '') text = text.replace(task.slip.wrong, () => task.slip.right);
  if (!text.includes(after)) {
    if (!text.includes(before)) throw new Error(file + ' is not what I expected');
    text = text.replace(before, () => after);
  }
  writeFileSync(file, text);
}

function slip() {
  const { file, right, wrong } = task.slip;
  writeFileSync(file, readFileSync(file, 'utf8').replace(right, () => wrong));
}

/** Two changes of one place are both kept. Gives whether there were any. */
async function resolveConflicts() {
  const files = git('diff', '--name-only', '--diff-filter=U').split('\n').filter((file) => file !== '');
  for (const file of files) {
    await say('Resolving ' + file);
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.filter((line) => !/^(<{7}|={7}|>{7})( |$)/.test(line)).join('\n'));
    git('add', '--', file);
  }
  return files.length > 0;
}

/** It understands one kind of request. */
async function followReview() {
  const [, line, file] = /Reviewers ask[\s\S]*?add the line "([^"\n]+)" to ([\w.]+\w)/.exec(prompt) ?? [];
  if (file === undefined || (existsSync(file) && readFileSync(file, 'utf8').includes(line))) return;
  await say('Adding what a reviewer asks for to ' + file);
  appendFileSync(file, line + '\n');
}

async function moveTest() {
  const name = task.test + '.test.js';
  if (!existsSync(join('pending', name))) return;
  await say('Moving pending/' + name + ' to tests/');
  renameSync(join('pending', name), join('tests', name));
}

async function tryTest() {
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const { status } = spawnSync(process.execPath, ['tests/' + task.test + '.test.js'], { env, stdio: 'ignore' });
  await say(status === 0 ? 'The test passes.' : 'The test fails.');
  if (status !== 0) process.exit(1);
}

async function commit() {
  await say('Committing');
  git('add', '--all');
  // What an earlier start has committed needs no second commit.
  if (git('status', '--porcelain') !== '') git('commit', '--quiet', '--message', task.title);
}

function git(...args) {
  const run = spawnSync('git', args, { encoding: 'utf8' });
  if (run.status === 0) return run.stdout.trim();
  console.error('agent: git ' + args[0] + ' failed: ' + run.stderr.trim());
  process.exit(1);
}

/** As a forgotten development server would stay: in its own session, in this folder. */
function leaveProcess() {
  const program = 'setTimeout(() => {}, ' + LONGEST_MS + ')';
  const child = spawn(process.execPath, ['-e', program], { detached: true, stdio: 'ignore' });
  child.unref();
  note('stray', child.pid);
}

function wait() {
  if (mode === 'stubborn')
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => console.log('I do not end at ' + signal));
  console.log('I wait.');
  return new Promise(() => setTimeout(() => process.exit(1), LONGEST_MS));
}

/** Not in silence, which would be taken for a hang. */
async function untilGateIsOpen() {
  for (const end = performance.now() + LONGEST_MS; !existsSync(join(here, 'gate')); ) {
    if (performance.now() > end) process.exit(1);
    console.log('The gate is closed.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function say(text) {
  console.log(text);
  await new Promise((resolve) => setTimeout(resolve, stepMs));
}

function readPrompt() {
  const [given] = process.argv.slice(2);
  if (given === undefined) return readFileSync(0, 'utf8');
  return given.length < 4096 && existsSync(given) ? readFileSync(given, 'utf8') : given;
}

/** The prompt may name other tasks too, such as those that this one depends on; its own title is in the first heading that has one. */
function findTask(prompt) {
  const lines = prompt.split('\n');
  const inLine = (line) => TASKS.find(({ title }) => line.includes(title));
  const headings = lines.filter((line) => /^\s*(#|title\b|task\b|\*\*)/i.test(line));
  return [...headings, ...lines].map(inLine).find((found) => found !== undefined);
}

function modeOf(number) {
  const asked = {};
  for (const part of (process.env.HEDDLE_DEMO_AGENT ?? '').split(',').filter((text) => text !== '')) {
    const [left, right] = part.split('=');
    asked[right === undefined ? 'all' : String(Number(left))] = right ?? left;
  }
  const wanted = asked[number] ?? asked.all ?? settings?.modes?.[number] ?? settings?.modes?.all ?? 'work';
  return Array.isArray(wanted) ? wanted[Math.min(startsBefore(number), wanted.length - 1)] : wanted;
}

function startsBefore(number) {
  const file = join(here, 'agent-runs.jsonl');
  if (!existsSync(file)) return 0;
  const notes = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  return notes.filter((each) => each.task === number && each.what === 'start').length;
}

function note(what, pid = process.pid) {
  if (settings === undefined) return;
  const line = { what, task: task.number, mode, pid, folder: process.cwd(), at: new Date().toISOString() };
  appendFileSync(join(here, 'agent-runs.jsonl'), JSON.stringify(line) + '\n');
}
`;

/** The source text of the agent; it needs Node and git, and no other file. */
export const demoAgentScript: string = `// The scripted agent of Heddle's demo: it plays a coding agent that knows the tasks of one epic by heart.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TASKS = ${JSON.stringify(demoSolutions, null, 2)};
${program}`;
