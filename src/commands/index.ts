/** Every command, in the order in which people see them. */
import { cleanupCommand } from './cleanup.ts';
import type { Command } from './command.ts';
import { completionCommand } from './completion.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { importCommand } from './import.ts';
import { initCommand } from './init.ts';
import { logsCommand } from './logs.ts';
import { mergeCommand } from './merge.ts';
import { publishCommand } from './publish.ts';
import { recoverCommand } from './recover.ts';
import { retryCommand } from './retry.ts';
import { salvageCommand } from './salvage.ts';
import { spawnCommand } from './spawn.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import { syncCommand } from './sync.ts';
import { workerCommand } from './worker.ts';

export const commands: readonly Command[] = [
  spawnCommand,
  statusCommand,
  explainCommand,
  logsCommand,
  stopCommand,
  retryCommand,
  publishCommand,
  syncCommand,
  cleanupCommand,
  salvageCommand,
  recoverCommand,
  mergeCommand,
  importCommand,
  initCommand,
  doctorCommand,
  completionCommand,
  workerCommand,
];
