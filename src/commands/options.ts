/** Options that several commands have. */
import { flag, option, text } from './command.ts';

/** Of a command that is about one epic. */
export const epic = option(text, { value: 'id', what: 'the epic in Beads' });

export const json = option(flag, { what: 'as JSON' });
