/** Runs one program under limits, and ends everything that it leaves behind. */
import { cut } from '../domain/text.ts';
import type { Log } from '../ports/files.ts';
import type { Program } from '../ports/programs.ts';
import type { WorkerDeps } from './job.ts';
import type { Run } from './judge.ts';
import type { Perform } from './perform.ts';
import { scrub } from './scrub.ts';

type Limits = {
  wallClockMs: number;
  silenceMs: number;
};

/** An agent that is still there this long after its final event is ended. */
const GRACE_MS = 30_000;
/** Silence is measured in this many parts, so it is noticed a tenth late at the most. */
const SILENCE_PARTS = 10;
/** How often a worker looks whether the task is still its own: the agent of a worker that was replaced works for nobody. */
const FENCE_MS = 60_000;
/** The end of the output is waited for so long: whoever has it open after the whole family was ended is no process of ours. */
const DRAIN_MS = 2_000;
const TAIL_LINES = 8;
const MAX_TAIL = 400;
/** Of a longer line only this much is looked at for the tail. */
const MAX_SEEN = 4_000;

type Outside = {
  deps: Pick<WorkerDeps, 'clock' | 'stop' | 'secrets'>;
  perform: Pick<Perform, 'start' | 'endFamily'>;
  log: Log;
  /** Asked now and then, and at once after this process was stopped for longer. */
  stillOurs: () => Promise<boolean>;
};

type Watched =
  | { is: 'over'; run: Run }
  | { is: 'stopped' }
  /** The task has become somebody else's meanwhile. */
  | { is: 'replaced' }
  /** Processes that no signal could end. */
  | { is: 'alive'; pids: readonly number[] };

/** @param isFinal tells the line after which the program has nothing left to do */
export async function watch(
  outside: Outside,
  name: string,
  program: Omit<Program, 'onLine'>,
  limits: Limits,
  isFinal: (line: string) => boolean = () => false,
): Promise<Watched> {
  const { deps, perform, log, stillOurs } = outside;
  const tail: string[] = [];
  const over = new AbortController();
  let lines = 0;
  let announce: () => void = () => undefined;
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const running = perform.start(name, {
    ...program,
    onLine(line) {
      lines += 1;
      log.line(line);
      addToTail(tail, line.trim(), deps.secrets);
      if (isFinal(line)) announce();
    },
  });
  const partMs = limits.silenceMs / SILENCE_PARTS;
  const pause = (ms: number) => deps.clock.sleep(ms, over.signal);
  const silence = () =>
    untilSilent(
      () => lines,
      () => pause(partMs),
      over.signal,
    );
  const fence = async (): Promise<void> => {
    do await pause(Math.min(FENCE_MS, partMs));
    while (!over.signal.aborted && (await stillOurs()));
  };
  const endFamily = async () => {
    over.abort();
    return await perform.endFamily();
  };
  const first = await Promise.race([
    running.ended.then((end) => ({ by: 'itself', end }) as const),
    pause(limits.wallClockMs).then(() => ({ by: 'wall clock', end: undefined }) as const),
    silence().then(() => ({ by: 'silence', end: undefined }) as const),
    announced.then(() => pause(GRACE_MS)).then(() => ({ by: 'after its final event', end: undefined }) as const),
    fence().then(() => ({ by: 'fence', end: undefined }) as const),
    aborted(deps.stop, over.signal).then(() => ({ by: 'stop', end: undefined }) as const),
  ]).catch(async (error: unknown) => {
    // Nobody watches the program any more, so nothing would hold it to its limits.
    await endFamily();
    throw error;
  });
  // Also after a good end, because development servers and the like must not outlive the work.
  const { alive } = await endFamily();
  await running.drain(DRAIN_MS);
  if (first.by === 'stop') return { is: 'stopped' };
  if (first.by === 'fence') return { is: 'replaced' };
  if (alive.length > 0) return { is: 'alive', pids: alive };
  return { is: 'over', run: { by: first.by, end: first.end, tail: cut(tail.slice(-3).join(' / '), MAX_TAIL) } };
}

function addToTail(tail: string[], line: string, secrets: readonly string[]): void {
  if (line !== '') tail.push(cut(scrub(line.slice(0, MAX_SEEN), secrets), MAX_TAIL));
  if (tail.length > TAIL_LINES) tail.shift();
}

/** Resolves when no line came for so many parts of the limit in a row, or when the signal is aborted. */
async function untilSilent(lines: () => number, part: () => Promise<void>, over: AbortSignal): Promise<void> {
  let quiet = 0;
  for (let seen = lines(); quiet < SILENCE_PARTS && !over.aborted; seen = lines()) {
    await part();
    quiet = lines() === seen ? quiet + 1 : 0;
  }
}

/** Resolves when the signal is aborted, or when nobody waits for it any more. */
function aborted(signal: AbortSignal, noMore: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: noMore });
    noMore.addEventListener('abort', () => resolve(), { once: true });
  });
}
