#!/usr/bin/env bash
# git 2.39.5 (seen there; the script says which one it runs): a hook that makes a scratch repository writes into the
# configuration of the clone whose hook it is, if the commit was made in a linked worktree.
#
# git tells a hook of a linked worktree by GIT_DIR (and GIT_INDEX_FILE) where the repository is; in the main worktree it
# does not. `git init` and `git config` in a folder of the hook's own follow GIT_DIR.
# Seen: after one commit in a linked worktree, `core.bare` is true and `user.email` is the hook's in the main clone, in
# which git then refuses to work ("this operation must be run in a work tree"), while the linked worktree goes on as if
# nothing had happened, since linked worktrees pass over `core.bare`. A commit in the main worktree does no harm.
# It fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder GIT_CONFIG_NOSYSTEM=1
git --version
git init --quiet "$folder/clone"
cd "$folder/clone"
git config user.email you@example.org
git config user.name You
git commit --quiet --allow-empty --message start
git worktree add --quiet "$folder/linked" -b linked
cat >.git/hooks/pre-commit <<'HOOK'
#!/bin/sh
cd "$(mktemp -d "$HOME/scratch.XXXXXX")" && git init --quiet && git config user.email scratch@example.org
HOOK
chmod +x .git/hooks/pre-commit

state() { printf '%s: bare %s, user.email %s\n' "$1" "$(git config --file .git/config core.bare)" "$(git config --file .git/config user.email)"; }
{
  git commit --quiet --allow-empty --message 'in the main worktree'
  state 'after a commit in the main worktree'
  git -C "$folder/linked" commit --quiet --allow-empty --message 'in a linked worktree'
  state 'after a commit in a linked worktree'
  git status >/dev/null 2>&1 && echo 'status in the main worktree: works' || echo 'status in the main worktree: refused'
  git -C "$folder/linked" status >/dev/null 2>&1 && echo 'status in the linked worktree: works' || echo 'status in the linked worktree: refused'
} | tee "$folder/seen.txt"
cat >"$folder/expected.txt" <<'TEXT'
after a commit in the main worktree: bare false, user.email you@example.org
after a commit in a linked worktree: bare true, user.email scratch@example.org
status in the main worktree: refused
status in the linked worktree: works
TEXT
diff "$folder/expected.txt" "$folder/seen.txt" || {
  echo 'What was seen has changed.' >&2
  exit 1
}
