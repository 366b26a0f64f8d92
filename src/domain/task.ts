/** A task as a person names it. */
import { UserError } from './errors.ts';
import { type IssueId, isNameable } from './ids.ts';

export function taskId(text: string): IssueId {
  if (isNameable(text)) return text;
  throw noSuchTask(text);
}

export function noSuchTask(text: string): UserError {
  return new UserError(`There is no task ${JSON.stringify(text)} in Beads.`, {
    hint: 'List them with: bd list',
    exit: 'beads',
  });
}
