import type { Log } from '../ports/files.ts';
import type { Job, WorkerDeps } from './job.ts';
import type { Perform } from './perform.ts';

/** What every step of a worker works with: `deps` to look, `perform` to do, `log` to say. */
export type WorkerContext = {
  deps: WorkerDeps;
  job: Job;
  log: Log;
  perform: Perform;
};
