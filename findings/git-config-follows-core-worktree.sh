#!/usr/bin/env bash
# git 2.39.5 (seen there; the script says which one it runs): a `core.worktree` whose parent folder is gone ends every git
# command in the clone, `git config` among them, so that the setting cannot be taken out by the command that sets it.
#
# Seen: `git config --unset core.worktree` in the clone ends with 128, and so do `git config --file PATH …` and
# `git --git-dir=.git config …`. With `--work-tree=.` git does not look at the setting, and takes it out. A `core.worktree`
# that is missing itself, in a parent that is there, is no hindrance.
# It fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder GIT_CONFIG_NOSYSTEM=1
git --version
git init --quiet "$folder/clone"
cd "$folder/clone"

try() {
  local code=0
  "$@" >/dev/null 2>&1 || code=$?
  printf '%s: exit %s\n' "${*//$folder/FOLDER}" "$code"
}
{
  echo "core.worktree is $folder/gone (its parent is there)" | sed "s#$folder#FOLDER#"
  git config core.worktree "$folder/gone"
  try git config --unset core.worktree
  echo "core.worktree is $folder/gone/gone" | sed "s#$folder#FOLDER#"
  git config core.worktree "$folder/gone/gone"
  try git config --get core.worktree
  try git config --unset core.worktree
  try git config --file "$folder/clone/.git/config" --get core.worktree
  try git --git-dir=.git config --get core.worktree
  try git --work-tree=. config --unset core.worktree
  try git status
} | tee "$folder/seen.txt"
cat >"$folder/expected.txt" <<'TEXT'
core.worktree is FOLDER/gone (its parent is there)
git config --unset core.worktree: exit 0
core.worktree is FOLDER/gone/gone
git config --get core.worktree: exit 128
git config --unset core.worktree: exit 128
git config --file FOLDER/clone/.git/config --get core.worktree: exit 128
git --git-dir=.git config --get core.worktree: exit 128
git --work-tree=. config --unset core.worktree: exit 0
git status: exit 0
TEXT
diff "$folder/expected.txt" "$folder/seen.txt" || {
  echo 'What was seen has changed.' >&2
  exit 1
}
