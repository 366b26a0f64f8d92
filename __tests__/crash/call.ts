/** A call that can be hit: how it is told from all others, and what happens to whoever made it. */

/** A command of git or bd. `args` are pieces of its command line, in their order. */
export type CommandCall = {
  by: 'git' | 'bd';
  role: 'spawner' | 'worker';
  /** Only of this task's worker. */
  task?: string;
  args: readonly string[];
  /** Who is killed, where it is not the one that made the call. */
  victim?: 'spawner';
};
/** A request to GitHub. Spawner and worker share a token; which of them asks is told by what is asked. */
export type RequestCall = {
  by: 'github';
  role: 'user' | 'merger';
  /** `POST /repos/…/pulls`, or the name of a GraphQL operation. */
  request: RegExp;
};
/** A moment in the agent's own work; its worker is killed then, or the spawner. */
export type AgentMoment = { by: 'agent'; task: string; at: 'start' | 'edited' | 'end'; victim?: 'spawner' };
export type Call = CommandCall | RequestCall | AgentMoment;

/**
 * `before`: killed, and the call is not made. `after`: the call is made, and whoever made it is killed before it reads the answer.
 * `lost`: the call is made, its answer is lost, and whoever made it lives on. `inside`: both are killed after so long.
 */
export type Mode = 'before' | 'after' | 'lost' | { insideMs: number };

/** Of the faults of a run each happens once, at the first call of its kind; `fired` is the folder that is made then. */
export type Fault = { call: Call; mode: Mode };
export type PlannedFault = Fault & { fired: string };
