/** A call that can be hit: how it is told from all others, and what happens to whoever made it. */

/** A command of git or bd. `args` are pieces of its command line, in their order. */
export type CommandCall = {
  by: 'git' | 'bd';
  role: 'spawner' | 'worker';
  /** Only of this task's worker. */
  task?: string;
  args: readonly string[];
  /** Which of such calls, where it is not the first. */
  nth?: number;
  /** A piece of the caller's own command line: one spawner of a thread is told from the others by it. */
  caller?: string;
  /** Who is killed, where it is not the one that made the call. That one's call is made and answered as ever. */
  victim?: 'spawner';
};
/** A request to GitHub. Spawner and worker share a token; which of them asks is told by what is asked. */
export type RequestCall = {
  by: 'github';
  role: 'user' | 'merger';
  /** `POST /repos/…/pulls`, or the name of a GraphQL operation. */
  request: RegExp;
};
/** A moment in the agent's own work, or in the repository's check of it; its worker is killed then, or the spawner. */
export type AgentMoment = { by: 'agent'; task: string; at: 'start' | 'edited' | 'end' | 'verify'; victim?: 'spawner' };
export type Call = CommandCall | RequestCall | AgentMoment;

/**
 * `before`: killed, and the call is not made. `after`: the call is made, and whoever made it is killed before it reads the answer.
 * `lost`: the call is made, its answer is lost, and whoever made it lives on. `inside`: both are killed after so long.
 */
export type Mode = 'before' | 'after' | 'lost' | { insideMs: number };

/** Of the faults of a run each happens once, at the first call of its kind. */
export type Fault = { call: Call; mode: Mode };
/**
 * Three folders. Whoever hits the call first makes `taken`. `fired` comes only when the kill has found its process alive
 * (or the answer was lost), so without it nothing has happened; `late` when a kill inside a command came after its end.
 */
export type PlannedFault = Fault & { taken: string; fired: string; late: string };
