/** A call of a command in this process, and what it has said. */
import { createTerminal } from '../../src/adapters/terminal.ts';
import type { Call } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { openCheckout } from '../../src/wiring/checkout.ts';
import type { Environment } from '../../src/wiring/environment.ts';

export function callIn(cwd: string, env: Environment): { call: Call; answers(): string; told(): string } {
  let [answers, told] = ['', ''];
  const terminal = createTerminal({ write: (text) => (answers += text) }, { write: (text) => (told += text) });
  const call = {
    cwd,
    env,
    terminal,
    async write(text: string) {
      answers += text;
    },
    stop: new AbortController().signal,
    commands,
    openCheckout: (opening = {}) => openCheckout(cwd, env, opening),
  };
  return { call, answers: () => answers, told: () => told };
}
