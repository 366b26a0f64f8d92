/** Agents by name, from `heddle.yml` and from what Heddle knows itself. */
import type { AgentSettings, Settings } from '../../config/settings.ts';
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { type Problem, UserError, userError } from '../../domain/errors.ts';
import type { Programs } from '../../ports/programs.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { command } from './command.ts';
import type { AgentDefinition } from './definition.ts';

const DEFINITIONS = { claude, codex, command } satisfies Record<string, AgentDefinition>;

export type Agent = {
  name: string;
  definition: AgentDefinition;
  settings: Omit<AgentSettings, 'use'>;
};

/** Throws a UserError for a name that neither Heddle nor `heddle.yml` knows. */
export function findAgent({ agents }: Pick<Settings, 'agents'>, name: string): Agent {
  const own: AgentSettings | undefined = Object.hasOwn(agents, name) ? agents[name] : undefined;
  const settings = own ?? { command: undefined, model: undefined, flags: [], permissionMode: undefined };
  const use = own?.use ?? (own?.command === undefined ? name : 'command');
  if (use === 'command' && settings.command !== undefined) return { name, definition: command, settings };
  if (use === 'claude' || use === 'codex') return { name, definition: DEFINITIONS[use], settings };
  throw new UserError(`There is no agent ${JSON.stringify(name)}.`, {
    hint: `Use claude or codex, or give it a command line in ${CONFIG_PATH}: agents: { ${name}: { command: "…" } }`,
    exit: 'config',
  });
}

type Installed = { is: 'installed'; path: string } | ({ is: 'missing' } & Problem);

/** Whether an agent can be started here: its command, or the first word of the user's own command line, is on PATH. */
export function agentInstalled(
  agent: Agent,
  outside: { programs: Pick<Programs, 'find'>; environment: Readonly<Record<string, string | undefined>> },
): Installed {
  const binary = agent.definition.binary ?? /^[\w./+-]+(?=\s|$)/.exec(agent.settings.command ?? '')?.[0] ?? 'sh';
  const path = outside.programs.find(binary, outside.environment['PATH'] ?? '');
  if (path !== undefined) return { is: 'installed', path };
  const hint = `Install it (${agent.definition.install}), or choose another with --agent NAME.`;
  return { is: 'missing', problem: `there is no ${binary} on PATH`, hint };
}

/** Throws a UserError, exit `missing`, that says how to install it. */
export function requireAgent(agent: Agent, outside: Parameters<typeof agentInstalled>[1]): void {
  const found = agentInstalled(agent, outside);
  if (found.is === 'installed') return;
  throw userError({ ...found, problem: `The agent ${agent.name} is not installed: ${found.problem}` }, 'missing');
}
