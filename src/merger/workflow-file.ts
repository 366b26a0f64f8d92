import { CHECK_NAME, HOLD_LABEL } from '../domain/marker.ts';

/** The workflow that wakes the merger, as `heddle init` writes it into a repository. */

export const WORKFLOW_PATH = '.github/workflows/heddle.yml';
export const WORKFLOW_NAME = 'Heddle';

type WorkflowOptions = {
  /** Names of the workflows that test pull requests: GitHub takes no wildcard there. Empty: CI is not GitHub Actions. */
  ciWorkflows: readonly string[];
  /** What `uses:` says: `OWNER/heddle@SHA`, or `./` for the repository of the action itself. */
  uses: string;
  /** Steps before it, each line indented by six spaces. */
  stepsBefore?: string;
};

/**
 * A trigger only starts a sweep; nothing in the event is believed. The merger reads all that it decides on through the API,
 * and no step checks out the code of a pull request.
 */
export function mergerWorkflow({ ciWorkflows, uses, stepsBefore = '' }: WorkflowOptions): string {
  const workflowRun = ciWorkflows.length === 0 ? NO_WORKFLOW_RUN : workflowRunTrigger(ciWorkflows);
  return `# Merges the pull requests of Heddle's tasks and closes their Beads issues. Written by \`heddle init\`.
name: ${WORKFLOW_NAME}

# Each event only says "look"; whatever woke it, the merger looks at everything, through the API alone.
on: # zizmor: ignore[dangerous-triggers] workflow_run wakes a sweep; no step runs or checks out code of a pull request
  pull_request:
    types: [opened, reopened, synchronize, edited, ready_for_review, labeled, unlabeled, closed]
  # CI by another app: its suites. GitHub Actions' own suites start nothing.
  check_suite:
    types: [completed]
  status:
${workflowRun}  # The safety net: what no event told of is found here.
  schedule:
    - cron: '7,37 * * * *'
  workflow_dispatch:

permissions: {}

# A run for a pull request shows there, so it has a group of its own: where a newer one took its place, it would show as
# cancelled. All others share one: whoever waits there is replaced by a newer one, which loses nothing. One that runs is
# never ended. Two sweeps at once do no harm: a merge names its head, and a close the commit that it is made on.
# Whoever would only be skipped (\`if\`, below) has a group of its own as well, so that it replaces nobody.
concurrency:
  group: >-
      \${{ (github.event_name == 'pull_request' || ${OWN_STATUS}) &&
      format('heddle-{0}', github.run_id) || 'heddle' }}
  cancel-in-progress: false

jobs:
  merge:
    name: Merge
    # A pull request from a fork comes with a token that may not write; the other events look at it all the same. No label
    # but heddle:hold means anything.
    if: >-
      ${LOOKS}
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: write # merge, and commit the close
      pull-requests: write # merge, comment
      issues: write # comments live here as well
      checks: write # the check that says the verdict
      statuses: read
      actions: read
    steps:
${stepsBefore}      - uses: ${uses}
`;
}

/** With a person's token the verdict is a commit status: the merger's own word tells it nothing. */
const OWN_STATUS = `github.event.context == '${CHECK_NAME}'`;

/** Whether a run looks at all; for the others GitHub would start a job only to skip it. */
const LOOKS = `(github.event_name != 'pull_request' && !(${OWN_STATUS})) || (github.event_name == 'pull_request' &&
      github.event.pull_request.head.repo.full_name == github.repository && startsWith(github.head_ref, 'heddle/') &&
      (!endsWith(github.event.action, 'labeled') || github.event.label.name == '${HOLD_LABEL}'))`;

/** GitHub takes no empty list there. */
const NO_WORKFLOW_RUN = `  # CI by GitHub Actions: when there is some, \`heddle init\` says which lines belong here (\`workflow_run\`, with its names).
`;

/** The one of Heddle's own repository, whose action is not released but lies on its default branch. */
export function ownMergerWorkflow(): string {
  return mergerWorkflow({
    ciWorkflows: ['CI'],
    uses: './ # zizmor: ignore[self-repository] that would be the code of the pull request; the checkout above is not',
    stepsBefore: `      # The default branch's action, never the one that a pull request brings.
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          ref: \${{ github.event.repository.default_branch }}
          persist-credentials: false
`,
  });
}

function workflowRunTrigger(names: readonly string[]): string {
  const list = names.map((name) => `      - ${JSON.stringify(name)}\n`).join('');
  return `  # CI by GitHub Actions: the names of its workflows, as their files spell them.
  workflow_run:
    workflows:
${list}    types: [completed]
`;
}
