/** A machine: its clone of the repository, its processes, its locks and files. */
import type { Branch, IssueId, Sha, Token } from '../../src/domain/ids.ts';
import type { ProgramEnd } from '../../src/ports/programs.ts';
import type { Tree } from './graph.ts';

/** A worktree's folder. What is uncommitted stands in `edits`. */
export type Folder = {
  path: string;
  task: IssueId;
  round: number;
  branch: Branch;
  edits: Record<string, string>;
  /** A merge that was begun, and is not committed. */
  merging?: Sha | undefined;
  /** Somebody deleted the folder; git's entry is left. */
  missing: boolean;
};

/** What a machine knows of the actor that a process or a lock belongs to. */
export type Owner = {
  readonly host: Host | undefined;
  state: 'running' | 'stopped' | 'dead' | 'over';
  calls: readonly unknown[];
};

export type Process = {
  pid: number;
  task: IssueId;
  round: number;
  token: Token;
  /** The worker's own; undefined for what it has started. */
  supervisor: Owner | undefined;
  agent: Agent | undefined;
  stopped: boolean;
  startedAt: number;
  /** No signal ends it just now, as when it hangs in the kernel. */
  stuck: boolean;
};

export type Deed =
  | 'edit'
  | 'edit shared'
  | 'edit beads'
  | 'commit'
  | 'say done'
  | 'say limit'
  | 'exit'
  | 'fail'
  | 'die'
  | 'hang';
/** A program that runs in a worktree, one deed after the other. */
export type Agent = {
  folder: Folder | undefined;
  deeds: Deed[];
  onLine(line: string): void;
  end: ProgramEnd | undefined;
};

export class Host {
  readonly name: string;
  /** Remote branches as of the last fetch. */
  tracking = new Map<string, Sha>();
  readonly local = new Map<Branch, Sha>();
  readonly rescued = new Set<Sha>();
  folders: Folder[] = [];
  processes: Process[] = [];
  readonly locks = new Map<string, Owner>();
  readonly files = new Map<string, string>();
  /** The commits that the clone has. */
  known = 0n;

  constructor(name: string) {
    this.name = name;
  }

  folderAt(path: string): Folder {
    const found = this.folders.find((folder) => folder.path === path);
    if (found === undefined) throw new Error(`no worktree ${path} on ${this.name}`);
    return found;
  }

  headOf(folder: Folder): Sha {
    const head = this.local.get(folder.branch);
    if (head === undefined) throw new Error(`no branch ${folder.branch} on ${this.name}`);
    return head;
  }

  newProcess(world: { pid(): number; now: number }, of: Pick<Process, 'task' | 'round' | 'token'>): Process {
    const { pid, now: startedAt } = { pid: world.pid(), now: world.now };
    return { ...of, pid, startedAt, supervisor: undefined, agent: undefined, stopped: false, stuck: false };
  }

  of(task: string): Process[] {
    return this.processes.filter((process) => process.task === task);
  }

  /** The tree that a commit of everything in the folder would have. */
  treeOf(folder: Folder, committed: Tree): Tree {
    return { ...committed, ...folder.edits };
  }
}
