/** `npm run demo -- --kill`: SIGKILLs of spawner, workers and Action, each at a chosen moment, and `heddle spawn` begun again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesOf } from './check.ts';
import { type AgentRun, readAgentRuns, type Stage } from './stage.ts';

type Victim = { kill: 'spawner' } | { kill: 'worker'; task: number } | { kill: 'Action' };
export type Kills = Readonly<Record<Victim['kill'], number>>;
type Planned = Victim & { when: (starts: (task: number) => number) => boolean };

const LOOK_EVERY_MS = 100;

/** `starts`: how often the agent of a task was started. A second start is a takeover, or comes of a hand-back. */
const PLAN: readonly Planned[] = [
  { kill: 'worker', task: 1, when: (starts) => starts(1) > 0 },
  { kill: 'spawner', when: (starts) => starts(1) > 1 },
  { kill: 'Action', when: (starts) => starts(1) > 1 },
  { kill: 'spawner', when: (starts) => starts(2) > 0 && starts(3) > 0 && starts(4) > 0 },
  { kill: 'worker', task: 2, when: (starts) => starts(2) > 1 },
  { kill: 'spawner', when: (starts) => starts(3) + starts(4) > 2 },
  { kill: 'Action', when: (starts) => starts(5) > 0 },
  { kill: 'worker', task: 6, when: (starts) => starts(6) > 1 },
  { kill: 'spawner', when: (starts) => starts(7) > 0 },
  { kill: 'Action', when: (starts) => starts(8) > 0 },
  { kill: 'worker', task: 9, when: (starts) => starts(9) > 0 },
  { kill: 'spawner', when: (starts) => starts(9) > 1 },
];

/** Runs the command to an end of its own, and gives that, with what was killed on the way. @param heddle Heddle's own folder */
export async function runKilled(
  stage: Stage,
  command: readonly string[],
  { heddle, say }: { heddle: string; say: (text: string) => void },
): Promise<{ exitCode: number | null; kills: Kills }> {
  const kills = { spawner: 0, worker: 0, Action: 0 };
  const processes = await processesOf(stage);
  const left = new Set(PLAN);
  let running = stage.start(command, say);
  const find = async (victim: Victim): Promise<number | undefined> => {
    if (victim.kill === 'spawner') return running.pid;
    if (victim.kill === 'Action') return findAction(stage, heddle);
    const id = `${stage.epic}.${victim.task}`;
    return (await processes.tagged()).find(({ task, supervisor }) => supervisor && task === id)?.pid;
  };
  for (;;) {
    const ended = await Promise.race([running.ended, delay(LOOK_EVERY_MS, 'not yet' as const)]);
    if (ended === null) {
      say(`$ heddle ${command.join(' ')}`);
      running = stage.start(command, say);
    } else if (ended !== 'not yet') return { exitCode: ended, kills };
    const runs = await readAgentRuns(stage.agentRunsFile);
    for (const one of left) {
      if (!one.when((task) => startsOf(runs, task))) continue;
      const pid = await find(one);
      if (pid === undefined || !killed(pid)) continue;
      left.delete(one);
      kills[one.kill] += 1;
      say(
        `SIGKILL to the ${one.kill === 'worker' ? `worker of ${stage.epic}.${one.task}` : one.kill} (process ${pid})`,
      );
      // Nobody else may wake the merger before its schedule does.
      if (one.kill === 'Action') await stage.forge.tick();
      break;
    }
  }
}

function startsOf(runs: readonly AgentRun[], task: number): number {
  return runs.filter((run) => run.what === 'start' && run.task === task).length;
}

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
    return false;
  }
}

/** The bundled Action in a job of this stage's own runner. Linux alone: elsewhere none is found. */
function findAction(stage: Stage, heddle: string): number | undefined {
  const script = join(heddle, 'dist', 'action.js');
  const isAction = (pid: string): boolean => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return command[1] === script && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(stage.forge.runner.folder);
    } catch {
      // Gone meanwhile, or not ours to read.
      return false;
    }
  };
  if (process.platform !== 'linux') return undefined;
  const found = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isAction(name));
  return found === undefined ? undefined : Number(found);
}
