/** What an agent, a set-up command or a hook can do to its worktree, below a folder that is somebody's repository. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Loss } from '../../src/domain/errors.ts';
import type { Bench } from './bench.ts';

/** `script` runs in the worktree; `TREE` is its path, `OTHER` another repository. */
export type Harm = { name: string; script: string; how: Loss; why: string };

export const HARMS: readonly Harm[] = [
  { name: 'removes its .git file', script: 'rm .git', how: 'unlinked', why: 'its .git file was removed' },
  { name: 'empties its .git file', script: ': > .git', how: 'unlinked', why: 'its .git file leads nowhere' },
  {
    name: 'makes a repository of its own of it',
    script: 'rm .git; git init --quiet',
    how: 'foreign',
    why: 'it has become a repository of its own',
  },
  {
    name: 'lets its .git file lead to another repository',
    script: 'echo "gitdir: $OTHER/.git" > .git',
    how: 'foreign',
    why: 'its .git file leads to another repository, ',
  },
  {
    name: 'puts a link to another folder in its place',
    script: 'cd ..; rm -r "$TREE"; ln -s "$OTHER" "$TREE"',
    how: 'foreign',
    why: 'a symbolic link stands in its place',
  },
  {
    name: 'puts a link to a folder without a repository in its place',
    script: 'cd ..; rm -r "$TREE"; ln -s "$OTHER/plain" "$TREE"',
    how: 'foreign',
    why: 'a symbolic link stands in its place',
  },
  {
    name: 'puts a file in its place',
    script: 'cd ..; rm -r "$TREE"; echo mine > "$TREE"',
    how: 'foreign',
    why: 'a file stands in its place',
  },
  { name: 'removes its folder', script: 'cd ..; rm -r "$TREE"', how: 'gone', why: 'its folder is gone' },
];

/** Two repositories with private files: one around everything, as a home folder under git, and one beside the checkout. */
export class Surroundings {
  readonly #bench: Bench;
  readonly other: string;
  readonly #before: readonly string[];

  constructor(bench: Bench) {
    this.#bench = bench;
    this.other = join(bench.folder, 'other');
    mkdirSync(join(this.other, 'plain'), { recursive: true });
    for (const folder of [bench.folder, this.other]) {
      bench.run('init', '--quiet', '--initial-branch=home', folder);
      bench.run('-C', folder, 'config', 'user.name', 'A User');
      bench.run('-C', folder, 'config', 'user.email', 'user@example.invalid');
      writeFileSync(join(folder, 'notes.txt'), 'notes\n');
      bench.run('-C', folder, 'add', 'notes.txt');
      bench.run('-C', folder, 'commit', '--quiet', '-m', 'Notes');
      writeFileSync(join(folder, 'private.txt'), 'private\n');
      writeFileSync(join(folder, 'notes.txt'), 'private notes\n');
    }
    this.#before = this.look();
  }

  /** As a shell line, with the paths that its script needs. */
  script({ script }: Harm): string {
    return `TREE='${this.#bench.worktree}'; OTHER='${this.other}'; ${script}`;
  }

  do(harm: Harm): void {
    execFileSync('sh', ['-c', this.script(harm)], { cwd: this.#bench.worktree });
  }

  /** What differs from how it was: of the two repositories, and whatever of them got to the remote. */
  changes(): readonly string[] {
    const pushed = this.#bench.onRemote('log', '--all', '--format=', '--name-only').split('\n');
    return [
      ...this.look().filter((line, index) => line !== this.#before[index]),
      ...pushed.filter((path) => /private|notes/.test(path)),
    ];
  }

  private look(): string[] {
    return [this.#bench.folder, this.other].flatMap((folder) => [
      this.#bench.run('-C', folder, 'for-each-ref'),
      this.#bench.run('-C', folder, 'ls-files', '--stage'),
      this.#bench.run('-C', folder, 'status', '--porcelain', '--', 'notes.txt', 'private.txt', 'plain'),
    ]);
  }
}
