/** What must hold at the end of every thread, whatever was killed on the way (the names are those of docs/reliability.md). */
import { execa } from 'execa';
import type { Harness } from './harness.ts';
import type { Thread } from './thread.ts';
import { changesOf, userState } from './user.ts';

/** A loss: work or a close that is not there. A duplicate: something done twice. A leak: something left over. */
export type Kind = 'loss' | 'duplicate' | 'leak' | 'other';
export type Breach = { rule: string; kind: Kind; what: string };

/** As the sandbox makes them, of the user and of the Action. */
const TOKEN = /gh[ps]_[0-9a-f]{36}/;
/** What stands around the checkout and is not Heddle's: tools and notes of this sweep, its GitHub, what is empty in the end, and what `bd` keeps at home. */
const HARNESS =
  /^home\/\.dolt\/|^folder: (bin|github|home|tmp|checkout|checkout-worktrees|times|moved|spawner\.pid|agent\.log|agent-environments|pids\..*|(taken|fired|late)-.*)$/;

/** A task is started once per attempt, and one fault costs one attempt. */
const MAX_STARTS_PER_ROUND = 3;

/** First of all: the inventory looks with commands that refresh the user's index. */
export async function checkUntouched(harness: Harness): Promise<Breach[]> {
  return changesOf(harness.before, await userState(harness), HARNESS).map((name) => ({
    rule: name.startsWith('folder: ') ? 'S13' : 'S11',
    kind: 'other',
    what: `${name} is not as the user left it`,
  }));
}

export async function checkInvariants(harness: Harness, thread: Thread): Promise<Breach[]> {
  const breaches: Breach[] = [];
  const breach = (rule: string, kind: Kind, what: string): void => void breaches.push({ rule, kind, what });
  await checkSecrets(harness, breach);
  await checkNotes(harness, breach);
  checkPullRequests(harness, thread, breach);
  await checkHistory(harness, thread, breach);
  await checkMerges(harness, breach);
  await checkRepository(harness, breach);
  await checkRest(harness, breach);
  return breaches;
}

type Tell = (rule: string, kind: Kind, what: string) => void;

/** What the agents have seen around them. */
async function checkNotes(harness: Harness, breach: Tell): Promise<void> {
  const notes = await harness.notes();
  const url = harness.sandbox.gitUrlWith(harness.sandbox.tokens.user);
  await harness.git('fetch', '--quiet', url, '+refs/heads/main:refs/sweep/main');
  const starts = new Map<string, number>();
  for (const { what, task, round, value } of notes) {
    if (what === 'beside') breach('S1', 'duplicate', `two agents of ${task} at one time (${value})`);
    if (what === 'unpublished') breach('S18', 'other', `${task} was claimed before its line was published`);
    if (what === 'start') starts.set(`${task} ${round}`, (starts.get(`${task} ${round}`) ?? 0) + 1);
    if (what === 'head' && !(await isReachable(harness, value))) {
      breach('S8', 'loss', `${value}, a commit of ${task}, is reachable from no ref`);
    }
  }
  for (const [key, count] of starts) {
    if (count > MAX_STARTS_PER_ROUND) breach('L5', 'duplicate', `the agent of ${key} was started ${count} times`);
  }
  for (const { task, value } of notes.filter(({ what }) => what === 'base')) {
    if (task !== 'po-e.2' || closedWithoutWork(harness)) continue;
    const there = await harness.git('ls-tree', '-r', '--name-only', value);
    if (!there.includes('work/po-e.1')) breach('S16', 'other', 'the second task began without the work of the first');
  }
}

function closedWithoutWork({ sandbox }: Harness): boolean {
  return ![...sandbox.repository.pulls.values()].some(
    ({ head, merge }) => head.ref.includes('po-e.1/') && merge !== null,
  );
}

/** A commit may be reachable from a branch, from the base, or from what was kept under a ref of the project's own. */
async function isReachable({ git }: Harness, commit: string): Promise<boolean> {
  return (await git('for-each-ref', '--contains', commit).catch(() => '')) !== '';
}

function checkPullRequests({ sandbox }: Harness, thread: Thread, breach: Tell): void {
  const { pulls, workflowRuns } = sandbox.repository;
  const all = [...pulls.values()];
  for (const [task, landings] of Object.entries(thread.landings)) {
    const ours = all.filter(({ head }) => head.ref.startsWith(`heddle/${task}/`));
    const open = ours.filter(({ state }) => state === 'open');
    const merged = ours.filter(({ merge }) => merge !== null);
    if (open.length > 0) breach('S2', 'leak', `${task} has an open pull request`);
    if (new Set(ours.map(({ head }) => head.ref)).size !== ours.length) {
      breach('S2', 'duplicate', `${task} has two pull requests of one round`);
    }
    if (merged.length > landings) breach('S3', 'duplicate', `${task} was merged ${merged.length} times`);
    if (merged.length < landings) breach('L3', 'loss', `${task} was merged ${merged.length} times, not ${landings}`);
    for (const { head, number, merge } of merged) {
      const green = [...workflowRuns.values()].some(
        (run) => run.headSha === head.sha && run.conclusion === 'success' && run.event === 'pull_request',
      );
      if (!green)
        breach('S6', 'other', `#${number} was merged at ${head.sha}, which no CI has seen green (${merge?.sha})`);
    }
  }
}

/** Each close commit changes exactly one line per closed task; each merge and each close of a task is there as often as it should. */
async function checkHistory({ git }: Harness, thread: Thread, breach: Tell): Promise<void> {
  const log = await git('log', '--first-parent', '--format=@%s', '--numstat', 'refs/sweep/main');
  const blocks = log.split(/^@/m).filter((block) => block !== '');
  for (const block of blocks.filter((text) => text.startsWith('beads: close '))) {
    const [subject = '', ...files] = block.split('\n').filter((line) => line !== '');
    const ids = new Set(subject.match(/po-e\.\d/g) ?? []).size;
    if (files.length !== 1 || files[0] !== `${ids}\t${ids}\t.beads/issues.jsonl`) {
      breach('S4', 'other', `"${subject}" changes ${files.join('; ')}`);
    }
  }
  const subjects = blocks.map((block) => block.split('\n')[0] ?? '');
  const allowed = /^(Begin( otherwise)?|By hand|bd init: .*|beads: (publish|close) .*|Merge pull request #\d+ .*)$/;
  for (const subject of subjects.filter((text) => !allowed.test(text))) {
    breach('S5', 'other', `the base has a commit of another kind: ${subject}`);
  }
  for (const [task, landings] of Object.entries(thread.landings)) {
    const closes = subjects.filter((text) => text.startsWith('beads: close ') && text.includes(task)).length;
    if (closes > landings) breach('S4', 'duplicate', `${closes} commits close the line of ${task}`);
    if (closes < landings) breach('S4', 'loss', `${closes} commits close the line of ${task}, not ${landings}`);
  }
}

/** What a merge brings into the base is what its pull request changes. */
async function checkMerges({ git }: Harness, breach: Tell): Promise<void> {
  const merges = await git('log', '--first-parent', '--merges', '--format=%H %P', 'refs/sweep/main');
  const changes = (from: string, to: string) => git('diff-tree', '-r', '--no-renames', from, to);
  for (const line of merges.split('\n').filter((text) => text !== '')) {
    const [merge = '', base = '', head = ''] = line.split(' ');
    const fork = await git('merge-base', base, head);
    if ((await changes(base, merge)) !== (await changes(fork, head)))
      breach('S7', 'other', `${merge} does not bring what ${head} changes`);
  }
}

/** Tokens of GitHub may stand nowhere but in the environment of Heddle's own processes. */
async function checkSecrets(harness: Harness, breach: Tell): Promise<void> {
  const { pulls, comments } = harness.sandbox.repository;
  // The state folder, the database, what the agents saw of their environment, and whatever else is there.
  const files = await execa('grep', ['-rlE', TOKEN.source, harness.root], { reject: false });
  for (const file of files.stdout.split('\n').filter((name) => name !== ''))
    breach('S15', 'other', `a token stands in ${file}`);
  const texts: Readonly<Record<string, string>> = {
    Beads: await harness.bd('list', '--status', 'all', '--limit', '0', '--json'),
    'the history': await harness.git('log', '--all', '-p', '--format=%B'),
    'pull requests': JSON.stringify([...pulls.values()].map(({ title, body }) => [title, body])),
    comments: JSON.stringify([...comments.values()].map(({ body }) => body)),
    'what was printed': harness.said.join('\n'),
  };
  for (const [where, text] of Object.entries(texts))
    if (TOKEN.test(text)) breach('S15', 'other', `a token stands in ${where}`);
}

/** git itself must be able to go on. */
async function checkRepository({ git }: Harness, breach: Tell): Promise<void> {
  const commands = [
    ['worktree', 'list'],
    ['fetch', '--quiet'],
    ['fsck', '--connectivity-only', '--no-dangling'],
    ['gc', '--quiet'],
  ];
  for (const args of commands) {
    await git(...args).catch((error: unknown) =>
      breach('S12', 'other', `git ${args[0]} fails: ${String(error).slice(0, 300)}`),
    );
  }
}

/** A second pass over an unchanged world has no effects: neither the spawner's nor the merger's. */
async function checkRest(harness: Harness, breach: Tell): Promise<void> {
  const rest = await harness.heddle(['spawn', '--epic', 'po-e', '--dry-run']);
  const due = rest.output.split('\n').filter((line) => line !== '' && !/^kept /.test(line));
  if (rest.exitCode !== 0 || due.length > 0)
    breach('L6', 'leak', `another pass of the spawner would: ${due.join('; ')}`);
  const before = harness.proxy.requests.length;
  await harness.forge.tick();
  await harness.forge.idle();
  const writes = harness.proxy.requests
    .slice(before)
    .filter((name) => / (POST|PUT|PATCH|DELETE) |CommitFile/.test(name));
  if (writes.length > 0) breach('L6', 'duplicate', `another sweep of the merger does: ${writes.join('; ')}`);
}
