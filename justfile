# What there is to do with Heddle; `just` alone lists it. Everything after a recipe's name goes to the command as it is.

set positional-arguments

heddle := "node " + quote(justfile_directory() / "dist/cli.js")

# List the recipes
[private]
default:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list --unsorted

# begin: commands (npm run docs)
# Turn an epic's ready tasks into pull requests until it is done: just spawn --epic ID
[no-cd]
[no-exit-message]
[positional-arguments]
@spawn *args:
    {{ heddle }} spawn "$@"

# The same as spawn
[no-cd]
[no-exit-message]
[positional-arguments]
@orchestrate *args:
    {{ heddle }} orchestrate "$@"

# Show each task's phase, why it waits, and what to type next: just status --epic ID
[no-cd]
[no-exit-message]
[positional-arguments]
@status *args:
    {{ heddle }} status "$@"

# Say why a task is not started, merged or closed, and who moves next: just explain TASK
[no-cd]
[no-exit-message]
[positional-arguments]
@explain *args:
    {{ heddle }} explain "$@"

# Show what a task's agent printed: just logs TASK -f
[no-cd]
[no-exit-message]
[positional-arguments]
@logs *args:
    {{ heddle }} logs "$@"

# Stop the workers, or the one of a task: just stop TASK
[no-cd]
[no-exit-message]
[positional-arguments]
@stop *args:
    {{ heddle }} stop "$@"

# Go on with a task that needed a person: just retry TASK
[no-cd]
[no-exit-message]
[positional-arguments]
@retry *args:
    {{ heddle }} retry "$@"

# Commit an epic's missing issue lines to the state branch: just publish --epic ID
[no-cd]
[no-exit-message]
[positional-arguments]
@publish *args:
    {{ heddle }} publish "$@"

# Bring your own checkout up to date, without losing anything
[no-cd]
[no-exit-message]
[positional-arguments]
@sync *args:
    {{ heddle }} sync "$@"

# Remove worktrees that are no longer needed, and say why others stay: just cleanup --dry-run
[no-cd]
[no-exit-message]
[positional-arguments]
@cleanup *args:
    {{ heddle }} cleanup "$@"

# Show what was rescued of removed worktrees, and bring it back: just salvage TASK --branch NAME
[no-cd]
[no-exit-message]
[positional-arguments]
@salvage *args:
    {{ heddle }} salvage "$@"

# Repair what was left half done, and start nothing: just recover --dry-run
[no-cd]
[no-exit-message]
[positional-arguments]
@recover *args:
    {{ heddle }} recover "$@"

# Do by hand one sweep of what the Action does: merge what is ready, close its issues
[no-cd]
[no-exit-message]
[positional-arguments]
@merge *args:
    {{ heddle }} merge "$@"

# Turn a Markdown epic, or a folder of task files, into Beads: just import FILE
[no-cd]
[no-exit-message]
[positional-arguments]
@import *args:
    {{ heddle }} import "$@"

# Write what a repository needs for Heddle; what is there already stays: just init --dry-run
[no-cd]
[no-exit-message]
[positional-arguments]
@init *args:
    {{ heddle }} init "$@"

# Show what Heddle finds here: git, node, bd, remote, token, agents
[no-cd]
[no-exit-message]
[positional-arguments]
@doctor *args:
    {{ heddle }} doctor "$@"
# end: commands

# Watch an epic of nine tasks go from Beads to merged, on this machine alone
@demo *args:
    npm run --silent demo -- "$@"

# Run the tests: just test __tests__/merger
@test *args:
    npm test --silent -- "$@"

# Check types, style, workflows, and that dist/ is what src/ builds
@check:
    npm run --silent check

# Bundle src/ into dist/
@build *args:
    npm run --silent build -- "$@"
