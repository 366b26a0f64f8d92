/**
 * The hooks of the bare repositories. They judge what needs the pushed objects, which only a hook can see
 * (they are in quarantine until it agrees); what can be told from names and state alone, git-http.ts decides before.
 * The two speak through files in a folder per push, named by SANDBOX_PUSH.
 */
import { appendFile, chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';

const preReceive = `#!/bin/sh
[ -n "$SANDBOX_PUSH" ] || exit 0
if [ -s "$SANDBOX_PUSH/refused" ]; then
  cat "$SANDBOX_PUSH/refused" >&2
  exit 1
fi
zero=${'0'.repeat(40)}
while read -r old new ref; do
  [ "$new" = $zero ] && continue
  if [ "$old" != $zero ] && grep -qxF "$ref" "$SANDBOX_PUSH/no-force" && ! git merge-base --is-ancestor "$old" "$new"; then
    printf 'error: GH013: Repository rule violations found for %s.\\n\\n- Cannot force-push to this branch\\n\\n' "$ref" >&2
    exit 1
  fi
  if [ -e "$SANDBOX_PUSH/no-workflows" ]; then
    file=$(git log --format= --name-only "$new" --not --all -- .github/workflows | head -n 1)
    if [ -n "$file" ]; then
      printf 'refusing to allow a GitHub App to create or update workflow \`%s\` without \`workflows\` permission' "$file" >"$SANDBOX_PUSH/reason"
      exit 1
    fi
  fi
done
exit 0
`;

const postReceive = `#!/bin/sh
[ -n "$SANDBOX_PUSH" ] || exit 0
cat >"$SANDBOX_PUSH/received"
`;

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * As GitHub: partial clones and wants by object id are served, refs of pull requests are read-only, and no
 * `.gitattributes` bends a merge (a newer git would read them from HEAD of a bare repository).
 */
const config = `
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	hideRefs = refs/pull
	autogc = false
[gc]
	auto = 0
[attr]
	tree = ${emptyTree}
`;

export async function installHooks(gitDir: string): Promise<void> {
  await appendFile(path.join(gitDir, 'config'), config);
  for (const [name, text] of [
    ['pre-receive', preReceive],
    ['post-receive', postReceive],
  ] as const) {
    const file = path.join(gitDir, 'hooks', name);
    await writeFile(file, text);
    await chmod(file, 0o755);
  }
}
