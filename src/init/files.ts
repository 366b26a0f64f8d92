/** The texts of the files that `heddle init` writes, apart from the merger's workflow and the prompt. */

/** What is known of a repository, for suggestions; everything suggested is written as a comment. */
export type Surroundings = {
  /** Names in the top folder. */
  names: readonly string[];
  /** Names of the scripts in `package.json`. */
  scripts: readonly string[];
  hasCi: boolean;
};

type Suggestion = { setup: string | undefined; verify: string | undefined };

export function configText(surroundings: Surroundings): string {
  const { setup = 'make deps', verify = 'make test' } = suggestionOf(surroundings);
  return `# Heddle: agents work on the tasks of a Beads epic in parallel, and what is green lands through pull requests.
# Every key is optional; what stands in comments is an example. docs/usage.md of Heddle lists all keys with their defaults.

# The agent that works: claude, codex, or one of your own below \`agents\`.
#agent: claude

# Workers alive at once.
#max_parallel: 4

# Run in every new worktree before the agent starts.
#worktree:
#  setup: ${setup}

# Run in the worktree before the push; a failure goes back to the agent.
#verify: ${verify}
${whatIsGreen(surroundings)}
# Where Heddle commits .beads/issues.jsonl, if the base branch refuses direct pushes.
#state_branch: heddle-state
`;
}

function whatIsGreen({ hasCi }: Surroundings): string {
  if (hasCi) {
    return `
# Names of checks (jobs) that must succeed before a merge. Without this list Heddle waits only for checks that have
# begun to report, and a quick check of another app can be there before your tests. What GitHub requires counts anyway.
#merge:
#  required: [test]
`;
  }
  return `
# No workflow here tests pull requests, and without any check nothing is merged. Take the comment signs away only if
# what an agent pushes may be merged untested.
#merge:
#  checks: none
`;
}

/** In the order of preference: what says most about how this repository is built stands first. */
function suggestionOf({ names, scripts }: Surroundings): Suggestion {
  const has = (name: string): boolean => names.includes(name);
  if (has('package.json')) {
    const test = scripts.includes('test');
    if (has('pnpm-lock.yaml')) return node('pnpm install --frozen-lockfile', test && 'pnpm test');
    if (has('yarn.lock')) return node('yarn install --immutable', test && 'yarn test');
    return node(has('package-lock.json') ? 'npm ci' : 'npm install', test && 'npm test');
  }
  if (has('Cargo.toml')) return { setup: 'cargo fetch', verify: 'cargo test' };
  if (has('go.mod')) return { setup: 'go mod download', verify: 'go vet ./... && go test ./...' };
  if (has('uv.lock')) return { setup: 'uv sync', verify: 'uv run pytest' };
  if (has('pyproject.toml')) return { setup: 'python -m venv .venv && .venv/bin/pip install -e .', verify: 'pytest' };
  if (has('Gemfile')) return { setup: 'bundle install', verify: 'bundle exec rake' };
  return { setup: undefined, verify: undefined };
}

function node(setup: string, verify: string | false): Suggestion {
  return { setup, verify: verify === false ? 'npm run build' : verify };
}

/** Recipes, each with the line that `just` lists for it. */
const RECIPES: readonly [name: string, what: string][] = [
  ['spawn', "Turn an epic's ready tasks into pull requests until it is done: just spawn --epic ID"],
  ['orchestrate', 'The same as spawn'],
  ['status', "Show each task's phase, why it waits, and what to type next: just status --epic ID"],
  ['logs', "Show what a task's agent printed: just logs TASK -f"],
  ['stop', 'Stop the workers, or the one of a task: just stop TASK'],
  ['retry', 'Go on with a task that needed a person: just retry TASK'],
  ['publish', "Commit an epic's missing issue lines to the state branch: just publish --epic ID"],
  ['sync', 'Bring your own checkout up to date, without losing anything'],
  ['cleanup', 'Remove worktrees that are no longer needed, and say why others stay: just cleanup --dry-run'],
  ['salvage', 'Show what was kept of removed worktrees, and bring it back: just salvage TASK --branch NAME'],
  ['recover', 'Repair what was left half done, and start nothing: just recover --dry-run'],
  ['merge', 'Do by hand one sweep of what the Action does: merge what is ready, close its issues'],
  ['import', 'Turn a Markdown epic, or a folder of task files, into Beads: just import FILE'],
  ['doctor', 'Show what Heddle finds here: git, node, bd, remote, token, agents'],
];

/**
 * Attributes instead of settings: a setting would change the recipes of the justfile that imports this one. Heddle says itself
 * how it ended, so `just` says nothing about it.
 */
export function recipesText(): string {
  const recipes = RECIPES.map(
    ([name, what]) =>
      `# ${what}\n[no-cd]\n[no-exit-message]\n[positional-arguments]\n@${name} *args:\n    heddle ${name} "$@"\n`,
  );
  return `# Heddle's commands as recipes; everything after a recipe's name goes to the command as it is.\n\n${recipes.join('\n')}`;
}

export function justfileText(): string {
  return `import 'heddle.just'

# List the recipes
[private]
default:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list --unsorted
`;
}

/** The line with which a justfile takes the recipes in; as a module (\`just heddle spawn\`) where names would collide. */
export function justfileLine(justfile: string): { line: string; there: boolean; call: string } {
  const imported = /^import\??\s+(['"])(?:\.\/)?heddle\.just\1/m.test(justfile);
  const module = /^mod\s+heddle\b/m.test(justfile);
  const taken = [...justfile.matchAll(/^@?([A-Za-z_][\w-]*)[^\n:=]*:(?!=)/gm)].map(([, name]) => name);
  if (module || (!imported && RECIPES.some(([name]) => taken.includes(name)))) {
    return { line: 'mod heddle', there: module, call: 'just heddle spawn' };
  }
  return { line: "import 'heddle.just'", there: imported, call: 'just spawn' };
}
