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
# What says that work is good: where a task changes these paths, it is merged only once somebody who may write here has
# approved it. An agent could else turn a test green by changing the test.
#review:
#  needs_review: [${watched(surroundings).join(', ')}]

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

/** Tests, and what CI runs by; in quotes, because a glob may begin with a star. */
function watched({ names }: Surroundings): string[] {
  const folders = names.filter((name) => TESTS.includes(name)).map((name) => `${name}/**`);
  const inputs = names.filter((name) => CI_INPUTS.includes(name));
  return [...folders, '**/*.test.*', ...inputs].map((glob) => `'${glob}'`);
}

const TESTS = ['test', 'tests', '__tests__', 'spec', 'e2e'];
const CI_INPUTS = [
  '.ci',
  'Makefile',
  'package.json',
  'pyproject.toml',
  'tox.ini',
  'Cargo.toml',
  'build.gradle',
  'pom.xml',
];

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
