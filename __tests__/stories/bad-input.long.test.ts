import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { EXIT, type ExitName } from '../../src/domain/errors.ts';
import { until } from '../fakes/wait.ts';
import { type Said, type Story, tell } from './story.ts';

let story: Story;
let before: unknown;
let spawnArgs: readonly string[];
/** Takes its ten seconds beside the other tests. */
let hanging: Promise<Said>;

/** A program in the story's folder; the real bd is `$HEDDLE_REAL_BD`. */
async function program(name: string, text: string): Promise<string> {
  const file = join(story.folder, 'programs', name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

beforeAll(async () => {
  story = await tell({ tasks: [[2], [3]], shared: true });
  await story.bd('create', 'Empty', '--type', 'epic', '--id', 'tally-empty');
  await story.bd('dep', 'add', story.task(2), story.task(3));
  spawnArgs = ['spawn', '--epic', story.epic, '--once'];
  before = await story.world();
  const asked = join(story.folder, 'asked');
  hanging = story.ask(spawnArgs, { HEDDLE_BD: await program('hanging-bd', `: > '${asked}'\nexec sleep 600`) });
  // What the other tests change for a moment it has read by then.
  await until('bd to be asked', () => existsSync(asked));
});

/** The command ends with this exit code, says what and how to fix it, and has written nothing. */
async function isRefused(asked: Promise<Said>, exit: ExitName, what: RegExp): Promise<void> {
  const { exitCode, said } = await asked;
  expect([exitCode, said]).toEqual([EXIT[exit].code, expect.stringMatching(what)]);
  expect(said).toMatch(/^Error: [^\n]+\nHint: [^\n]+\n$/m);
  expect(await story.world()).toEqual(before);
}

test('an epic that does not exist', () =>
  isRefused(story.ask(['spawn', '--epic', '../$(id)']), 'beads', /There is no issue "\.\.\/\$\(id\)" in Beads/));

test('an epic without tasks', () =>
  isRefused(story.ask(['spawn', '--epic', 'tally-empty']), 'beads', /tally-empty has no tasks below it/));

test('a dependency cycle', async () => {
  const circle = await program('circle-bd', circleBd());
  await isRefused(story.ask(spawnArgs, { HEDDLE_BD: circle }), 'beads', /go round in a circle: \S+ -> \S+ -> \S+\./);
});

test('a task whose id is a path is left to a person', async () => {
  const strange = await program('strange-bd', changedList('issue.id = "../../pwned";'));
  const { exitCode, said } = await story.ask(['status', '--epic', story.epic, '--json'], { HEDDLE_BD: strange });
  expect([exitCode, JSON.parse(said)]).toEqual([
    0,
    expect.arrayContaining([
      expect.objectContaining({ task: '../../pwned', why: 'needs a person: its id cannot be part of a branch name' }),
    ]),
  ]);
  expect(await story.world()).toEqual(before);
});

test('no remote', async () => {
  const { stdout } = { stdout: await story.git('remote', 'get-url', 'origin') };
  await story.git('remote', 'rename', 'origin', 'elsewhere');
  const asked = await story.ask(spawnArgs);
  await story.git('remote', 'rename', 'elsewhere', 'origin');
  expect((await story.git('remote', 'get-url', 'origin')).trim()).toBe(stdout.trim());
  await isRefused(Promise.resolve(asked), 'repository', /remote/);
});

test('a branch that is called as the folder of all task branches: here, or on GitHub', async () => {
  const { git, sandbox } = story;
  const world = before;
  const refusal = async (): Promise<Said> => {
    before = await story.world();
    return await story.ask(spawnArgs);
  };
  await git('branch', 'heddle');
  await isRefused(refusal(), 'repository', /A branch is called heddle, .*\nHint: .* git branch -m heddle heddle-setup/);
  await git('branch', '-D', 'heddle');
  const url = sandbox.gitUrlWith(sandbox.tokens.user);
  await git('push', '--quiet', url, 'main:heddle');
  await isRefused(refusal(), 'repository', /GitHub has a branch heddle, /);
  await git('push', '--quiet', url, ':heddle');
  before = world;
});

test('no token', () => isRefused(story.ask(spawnArgs, { GITHUB_TOKEN: '' }), 'access', /There is no GitHub token/));

test('a token that GitHub does not take', () =>
  isRefused(story.ask(spawnArgs, { GITHUB_TOKEN: 'ghp_000000000000000000000000000000000000' }), 'access', /GitHub/));

test('a git that is too old', async () => {
  const git = (await story.git('--exec-path')).trim();
  const old = await program(
    'old/git',
    `case " $* " in *' --version '*) echo 'git version 2.34.1'; exit ;; *' -z '*) exit 129 ;; esac
exec '${git}/git' "$@"`,
  );
  const env = { PATH: `${dirname(old)}:${story.env['PATH']}` };
  for (const args of [spawnArgs, ['status'], ['init', '--dry-run']])
    await isRefused(
      story.ask(args, env),
      'missing',
      /git is 2\.34\.1, and 2\.36 is needed\.\nHint: Install a newer one/,
    );
  const doctor = await story.ask(['doctor', '--json'], env);
  expect([doctor.exitCode, JSON.parse(doctor.said)]).toEqual([
    EXIT.missing.code,
    expect.arrayContaining([expect.objectContaining({ check: 'git', problem: '2.34.1, and 2.36 is needed' })]),
  ]);
});

test('no bd', () => isRefused(story.ask(spawnArgs, { HEDDLE_BD: '/nowhere/bd' }), 'missing', /\/nowhere\/bd/));

test('a bd that is too old', async () => {
  const old = await program('old-bd', `echo '{"version":"1.2.2"}'`);
  await isRefused(story.ask(spawnArgs, { HEDDLE_BD: old }), 'missing', /is version 1\.2\.2/);
});

test('a bd that hangs', () => isRefused(hanging, 'missing', /gave no answer to `bd version` within 10 s/));

test('a bd that warns before its answer: on stderr it is not heard, on stdout nothing is decided', async () => {
  const aside = await program('warning-bd', `echo 'warning: role' >&2\nexec ${realBd()} "$@"`);
  expect((await story.ask(['status', '--epic', story.epic], { HEDDLE_BD: aside })).exitCode).toBe(0);
  const inside = await program('noisy-bd', `test "$1" = version || echo 'warning: role'\nexec ${realBd()} "$@"`);
  await isRefused(
    story.ask(['publish', '--epic', story.epic], { HEDDLE_BD: inside }),
    'transient',
    /bd list did not answer as expected/,
  );
  await isRefused(story.ask(spawnArgs, { HEDDLE_BD: inside }), 'transient', /bd list did not answer as expected/);
});

test('an agent that is not installed', () =>
  isRefused(
    story.ask([...spawnArgs, '--agent', 'codex'], { PATH: '/usr/bin:/bin' }),
    'missing',
    /The agent codex is not installed/,
  ));

test('an agent that nobody knows', () =>
  isRefused(story.ask([...spawnArgs, '--agent', 'x; id']), 'config', /There is no agent "x; id"/));

test('no disk', () =>
  withFile(
    'heddle.yml',
    (text) => text.replace('"min_free_mb": 64', '"min_free_mb": 1000000000'),
    async () => {
      expect(await story.ask(spawnArgs)).toMatchObject({
        exitCode: EXIT.resources.code,
        said: expect.stringMatching(
          /Error: No task can start: only \d+ MiB of disk are free, 1000000000 are asked for/,
        ),
      });
    },
  ));

test('a broken heddle.yml', () =>
  withFile(
    'heddle.yml',
    () => 'limits:\n  atempts: 2\n',
    async () => {
      expect(await story.ask(spawnArgs)).toMatchObject({
        exitCode: EXIT.config.code,
        said: expect.stringContaining('Error: heddle.yml:2: `limits.atempts`'),
      });
    },
  ));

test('an unknown option', async () => {
  const { exitCode, said } = await story.ask(['spawn', '--epik', story.epic]);
  expect(exitCode).toBe(EXIT.usage.code);
  expect(said).toContain("unknown option '--epik'");
  expect(await story.world()).toEqual(before);
});

test('sync with changes in the way', async () => {
  const { git, sandbox, checkout } = story;
  const there = join(story.folder, 'colleague');
  await git('clone', '--quiet', sandbox.gitUrlWith(sandbox.tokens.user), there);
  await writeFile(join(there, 'README.md'), 'Theirs\n');
  await git('-C', there, 'commit', '--quiet', '--all', '--message', 'Theirs');
  await git('-C', there, 'push', '--quiet', 'origin', 'main');
  const head = await git('rev-parse', 'HEAD');
  await withFile(
    'README.md',
    () => 'Mine\n',
    async () => {
      expect(await story.ask(['sync'])).toMatchObject({
        exitCode: EXIT.repository.code,
        said: expect.stringMatching(/Error: .*README\.md[^\n]*\nHint: /),
      });
      expect(await readFile(join(checkout, 'README.md'), 'utf8')).toBe('Mine\n');
    },
  );
  expect(await git('rev-parse', 'HEAD')).toBe(head);
  expect((await story.ask(['sync'])).exitCode).toBe(0);
  expect(await git('rev-parse', 'HEAD')).not.toBe(head);
});

/** With one file of the checkout changed for as long as the look takes. */
async function withFile(path: string, change: (text: string) => string, look: () => Promise<void>): Promise<void> {
  const file = join(story.checkout, path);
  const text = await readFile(file, 'utf8');
  await writeFile(file, change(text));
  try {
    await look();
  } finally {
    await writeFile(file, text);
  }
  if (path === 'heddle.yml') expect(await story.world()).toEqual(before);
}

function realBd(): string {
  return `'${story.env['HEDDLE_BD']}'`;
}

/** `bd` itself refuses to make a cycle; one can still come with an import from elsewhere. */
function circleBd(): string {
  const edge = JSON.stringify({ issue_id: story.task(3), depends_on_id: story.task(2), type: 'blocks' });
  return changedList(`issue.dependencies = [...(issue.dependencies ?? []), ${edge}];`);
}

/** A bd whose list says something else of task 3. */
function changedList(change: string): string {
  return `test "$1" = list || exec ${realBd()} "$@"
${realBd()} "$@" | node -e '
  const issues = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const issue = issues.find(({ id }) => id === "${story.task(3)}");
  ${change}
  console.log(JSON.stringify(issues));
'`;
}
