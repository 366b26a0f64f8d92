/** The agent of the sweep: a few lines of shell that change one file, and note what they see around them. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentMoment, PlannedFault } from './call.ts';

/**
 * What the starts of a task's agent do, one after the other; the last one stays.
 * `commit` commits its work and touches .beads; `leave` leaves it uncommitted, and a process of its own session behind.
 * `break`: its work makes the CI red. `fail`: it ends with exit code 1. `hang`: it says nothing more.
 * `orphan`: it ends its own worker, with its work half done. `late`: as `commit`, but only once the base has moved.
 */
export type AgentMode = 'commit' | 'leave' | 'break' | 'fail' | 'hang' | 'orphan' | 'late';

/** Every line of `agent.log` is `what<TAB>task<TAB>round<TAB>value`. */
export type AgentNote = { what: string; task: string; round: number; value: string };

export async function writeAgent(
  bin: string,
  root: string,
  modes: Readonly<Record<string, readonly AgentMode[]>>,
  faults: readonly PlannedFault[],
): Promise<string> {
  const path = join(bin, 'crash-agent');
  const moments = faults.flatMap((fault) => (fault.call.by === 'agent' ? [strike(fault.call, fault)] : []));
  await writeFile(path, script(root, modes, moments));
  await chmod(path, 0o755);
  return join(root, 'agent.log');
}

export function parseNotes(text: string): AgentNote[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [what = '', task = '', round = '', value = ''] = line.split('\t');
      return { what, task, round: Number(round), value };
    });
}

function script(
  root: string,
  modes: Readonly<Record<string, readonly AgentMode[]>>,
  moments: readonly string[],
): string {
  const cases = Object.entries(modes).map(([task, list]) => `${task}) set -- ${list.join(' ')} ;;`);
  return `#!/bin/sh
root='${root}'
tag=\${HEDDLE_RUN#*/}
task=\${tag%%/*}
round=\${tag#*/}
round=\${round%%/*}
lonely=
note() { printf '%s\\t%s\\t%s\\t%s\\n' "$1" "$task" "$round" "$2" >>"$root/agent.log"; }
# Ends the worker above, if there is one.
bereave() {
  pid=$PPID
  while test "$pid" -gt 1; do
    case "$(tr '\\0' ' ' </proc/$pid/cmdline)" in *"cli.js worker "*) break ;; esac
    read -r _ _ _ pid _ <"/proc/$pid/stat"
  done
  test "$pid" -gt 1 && kill -9 "$pid" || return 1
  # From here on only Heddle can end it: its output is gone, and so is whoever would have read it.
  trap '' PIPE HUP
  lonely=yes
}
linger() { while :; do sleep 1; done; }
moment() { :
${moments.join('\n')}
}
for pid in $(cat "$root/pids.$task" 2>/dev/null); do
  case "$(tr '\\0' ' ' 2>/dev/null </proc/$pid/cmdline)" in *crash-agent*) note beside "$pid" ;; esac
done
echo $$ >>"$root/pids.$task"
env >>"$root/agent-environments"
if test "$1" = verify; then
  moment verify
  test -z "$lonely" || linger
  test -e README.md
  exit
fi
cat >/dev/null
number=$(($(grep -c "^start	$task	" "$root/agent.log" 2>/dev/null) + 1))
note start $$
moment start
note base "$(git rev-parse HEAD)"
test -n "$(git -C . ls-tree -r --name-only HEAD work)" && note found "$(git ls-tree -r --name-only HEAD work | tr '\\n' ' ')"
git show refs/remotes/origin/main:.beads/issues.jsonl | grep -q '"id":"'"$task"'"' || note unpublished ''
case "$task" in
${cases.join('\n')}
*) set -- commit ;;
esac
while test $number -gt 1 && test $# -gt 1; do shift; number=$((number - 1)); done
echo "mode $1"
case "$1" in
fail) exit 1 ;;
hang) linger ;;
late) until test -e "$root/moved"; do sleep 0.1; done ;;
esac
mkdir -p work
echo "$task in round $round" >"work/$task"
if test "$1" = orphan; then
  bereave
  linger
fi
rm -f broken
test "$1" = break && echo broken >broken
moment edited
if test "$1" = commit || test "$1" = break || test "$1" = late; then
  echo scribble >.beads/agent-note
  git add --all --force work .beads/agent-note
  git add --all
  git diff --cached --quiet || git commit --quiet -m "Work on $task" || exit 1
else
  setsid sleep 600 >/dev/null 2>&1 </dev/null &
fi
note head "$(git rev-parse HEAD)"
moment end
test -z "$lonely" || linger
echo done
`;
}

/** Whose end it is: the worker above this agent, which then works on and stays, or the spawner. */
function strike({ task, at, victim }: AgentMoment, { taken, fired }: PlannedFault): string {
  const kill = victim === 'spawner' ? 'kill -9 "$(cat "$root/spawner.pid")"' : 'bereave';
  return `if test "$1" = ${at} && test "$task" = ${task} && mkdir '${taken}' 2>/dev/null; then
  ${kill} && mkdir '${fired}'
fi`;
}
