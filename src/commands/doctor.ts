/** `heddle doctor`: what is there and what is missing. It looks at everything, whatever fails, and writes nothing. */
import { examine } from '../doctor/examine.ts';
import { byUrgency, exitOf } from '../doctor/finding.ts';
import { doctorReaders } from '../wiring/doctor.ts';
import { command } from './command.ts';
import { json } from './options.ts';

/** Exit: `done`, or the exit of the first problem. */
export const doctorCommand = command({
  name: 'doctor',
  summary: 'Show what Heddle finds here: git, node, bd, remote, token, agents',
  onlyReads: true,
  takes: { json },
  async run({ cwd, env, terminal, stop }, given) {
    const findings = await examine(doctorReaders(cwd, env, stop));
    if (given.json) terminal.json(findings);
    else {
      const rows = byUrgency(findings).map((one) => [
        one.is,
        one.check,
        ...(one.is === 'ok' ? [one.says, ''] : [one.problem, one.hint]),
      ]);
      terminal.table(['', 'check', 'found', 'what to do'], rows);
    }
    return exitOf(findings);
  },
});
