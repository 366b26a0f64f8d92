/**
 * Commands that stand first on PATH and pass everything on to the real ones, but for the calls of a fault, which they hit
 * once each. Nothing in the production code knows of them.
 */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandCall, PlannedFault } from './call.ts';

export type Tools = { git: string; bd: string };
export type ShimFolder = {
  /** First on PATH. */
  folder: string;
  bd: string;
  /** Holds the pid of the spawner that runs. */
  spawnerPid: string;
  /** A line per measured call: name, begin and end in nanoseconds. */
  times: string;
};

export async function makeShims(
  root: string,
  tools: Tools,
  plan: { faults: readonly PlannedFault[]; measured: readonly { name: string; call: CommandCall }[] },
): Promise<ShimFolder> {
  const folder = join(root, 'bin');
  const shims: ShimFolder = {
    folder,
    bd: join(folder, 'bd'),
    spawnerPid: join(root, 'spawner.pid'),
    times: join(root, 'times'),
  };
  await mkdir(folder, { recursive: true });
  for (const tool of ['git', 'bd'] as const) {
    const path = join(folder, tool);
    const hits = plan.faults.flatMap(({ call, ...rest }) => (call.by === tool ? [{ call, ...rest }] : []));
    const measured = plan.measured.filter(({ call }) => call.by === tool);
    if (hits.length === 0 && measured.length === 0) {
      await symlink(tools[tool], path);
      continue;
    }
    const body = hits.length > 0 ? hitting(hits, shims) : measuring(measured, shims);
    await writeFile(path, `#!/bin/sh\nreal='${tools[tool]}'\n${body}`);
    await chmod(path, 0o755);
  }
  return shims;
}

type Hit = Omit<PlannedFault, 'call'> & { call: CommandCall };

/** Everything but those calls costs some pattern matches and an exec. */
function hitting(hits: readonly Hit[], { spawnerPid }: ShimFolder): string {
  const cases = hits.map(
    (hit) => `case " $* " in
${pattern(hit.call)})
${readCaller}
case "$caller" in
${callerPattern(hit.call)})
if ${earlier(hit)}mkdir '${hit.taken}' 2>/dev/null; then
${strike(hit, spawnerPid)}fi
;;
esac
;;
esac
`,
  );
  return `${cases.join('')}exec "$real" "$@"\n`;
}

/** Calls of its kind before the one that is hit are counted, each by a folder. */
function earlier({ call, taken }: Hit): string {
  const folders = Array.from({ length: (call.nth ?? 1) - 1 }, (_, at) => `${taken}-${at + 1}`);
  return folders.map((folder) => `! mkdir '${folder}' 2>/dev/null && `).join('');
}

/** `fired` is made only after the kill, and only if there was somebody to kill. */
function strike({ call, mode, fired, late }: Hit, spawnerPid: string): string {
  const kill = `kill -9 ${call.victim === 'spawner' ? `$(cat '${spawnerPid}')` : '$PPID'} && mkdir '${fired}'`;
  if (typeof mode !== 'string') {
    // A job in the background would get no standard input without the detour. Stopped first: only what can still be
    // stopped is not over yet, and it stays so until the kill. The group is that of the caller's command.
    return `exec 3<&0
"$real" "$@" <&3 3<&- >/dev/null 2>&1 &
sleep ${(mode.insideMs / 1000).toFixed(4)}
kill -STOP $! 2>/dev/null
state=
read -r _ _ state _ 2>/dev/null </proc/$!/stat
case "$state" in '' | Z | X) mkdir '${late}' ;; esac
${kill}
kill -9 0
`;
  }
  if (call.victim === 'spawner') {
    if (mode === 'before') return `${kill}\nexec "$real" "$@"\n`;
    return `"$real" "$@"\ncode=$?\n${kill}\nexit $code\n`;
  }
  switch (mode) {
    case 'before':
      return `${kill}\nexit 1\n`;
    case 'after':
      return `"$real" "$@" >/dev/null 2>&1\n${kill}\nexit 1\n`;
    case 'lost':
      return `"$real" "$@" >/dev/null 2>&1\nmkdir '${fired}'\nkill -9 $$\n`;
    default:
      return mode satisfies never;
  }
}

function measuring(measured: readonly { name: string; call: CommandCall }[], { times }: ShimFolder): string {
  const cases = measured.map(
    ({ name, call }) =>
      `case "$caller # $* " in ${callerPattern(call)}'#'${pattern(call)}) names="$names ${name.replaceAll(' ', '%')}" ;; esac`,
  );
  return `${readCaller}
case "$caller" in *cli.js*) ;; *) exec "$real" "$@" ;; esac
names=
${cases.join('\n')}
test -n "$names" || exec "$real" "$@"
from=$(date +%s%N)
"$real" "$@"
code=$?
to=$(date +%s%N)
for name in $names; do printf '%s\\t%s\\t%s\\n' "$name" "$from" "$to"; done >>'${times}'
exit $code
`;
}

/** The command line of whoever started us, its parts joined by spaces. */
const readCaller = `caller=$(tr '\\0' ' ' </proc/$PPID/cmdline 2>/dev/null)`;

function callerPattern({ role, task, caller }: CommandCall): string {
  const program =
    role === 'spawner' ? "*cli.js' spawn '*" : `*cli.js' worker ${task === undefined ? '' : `${task} `}'*`;
  return caller === undefined ? program : `${program}'${caller}'*`;
}

function pattern({ args }: CommandCall): string {
  return `*${args.map((piece) => `'${piece.replaceAll("'", "'\\''")}'`).join('*')}*`;
}
