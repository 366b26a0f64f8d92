/**
 * What happens on the sandbox's GitHub, as the webhooks of GitHub tell it.
 * Every change of the world emits its events here, in order, after the change is complete.
 */
import { randomUUID } from 'node:crypto';

/**
 * On whose behalf something happened.
 * `actions` is the `GITHUB_TOKEN` of a workflow run: what it causes starts no further workflow.
 */
export type Actor =
  | { kind: 'user'; login: string }
  | { kind: 'app'; appId: number; slug: string }
  | { kind: 'actions' };

export type SandboxEventName =
  | 'push'
  | 'create'
  | 'delete'
  | 'pull_request'
  | 'pull_request_review'
  | 'check_run'
  | 'check_suite'
  | 'workflow_run'
  | 'workflow_job'
  | 'status'
  | 'issue_comment'
  | 'workflow_dispatch'
  | 'repository_dispatch'
  | 'schedule'
  | 'ping';

/** The facts that routing needs, so that nobody has to parse a payload. */
export type EventFacts = {
  /** Full name of the ref that moved, or the branch that the event speaks of: `refs/heads/main`. */
  ref?: string;
  /** The commit that the event speaks of: the new tip, or the head of the pull request or check. */
  sha?: string;
  pullNumber?: number;
  /** Base branch of the pull request, short. */
  baseRef?: string;
  checkSuiteId?: number;
  checkRunId?: number;
  /** The app whose suite or run it is. */
  appId?: number;
  workflowRunId?: number;
  /** Workflow that ran (`workflow_run`) or shall run (`workflow_dispatch`): its name and its file. */
  workflowName?: string;
  workflowPath?: string;
  /** Inputs of a `workflow_dispatch`. */
  inputs?: Readonly<Record<string, string>>;
  /** Cron line of a `schedule`. */
  schedule?: string;
};

export type SandboxEvent = {
  /** The same on every redelivery and on every duplicate. */
  deliveryId: string;
  name: SandboxEventName;
  action?: string;
  /** `owner/name` */
  repository: string;
  /** The body of the webhook, in GitHub's shape. */
  payload: Readonly<Record<string, unknown>>;
  facts: EventFacts;
  causedBy: Actor;
};

type EventListener = (event: SandboxEvent) => void | Promise<void>;

export type EventBus = {
  emit(event: Omit<SandboxEvent, 'deliveryId'>): SandboxEvent;
  /** The listener sees events in the order in which they happened. Returns how to stop listening. */
  subscribe(listener: EventListener): () => void;
  /** Resolves when every listener has dealt with everything that was emitted so far. */
  settled(): Promise<void>;
};

/** Events reach listeners after the change that caused them has returned, each listener one at a time and in order. */
export function createEventBus(onListenerError: (error: unknown) => void): EventBus {
  const queues = new Map<EventListener, Promise<void>>();
  return {
    emit(event) {
      const whole: SandboxEvent = { deliveryId: randomUUID(), ...event };
      for (const [listener, queue] of queues) {
        const next = queue.then(() => listener(whole)).catch(onListenerError);
        queues.set(listener, next);
      }
      return whole;
    },
    subscribe(listener) {
      queues.set(listener, Promise.resolve());
      return () => queues.delete(listener);
    },
    async settled() {
      let seen: readonly Promise<void>[] = [];
      // A listener may emit in its turn, so wait until a round adds nothing.
      do {
        seen = [...queues.values()];
        await Promise.all(seen);
      } while ([...queues.values()].some((queue) => !seen.includes(queue)));
    },
  };
}

/**
 * The recursion rule: what the Actions token causes starts no workflow, these two events excepted.
 * Source: GitHub docs, "Triggering a workflow from a workflow".
 */
export function mayStartWorkflows(event: SandboxEvent): boolean {
  if (event.causedBy.kind !== 'actions') return true;
  return event.name === 'workflow_dispatch' || event.name === 'repository_dispatch';
}

/** The login by which GitHub shows an actor. */
export function loginOf(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return actor.login;
    case 'app':
      return `${actor.slug}[bot]`;
    case 'actions':
      return 'github-actions[bot]';
    default:
      return actor satisfies never;
  }
}
