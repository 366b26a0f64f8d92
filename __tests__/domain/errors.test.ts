import { expect, test } from '@jest/globals';
import { EXIT, type ExitName, errorText, TransientError, UserError, userError } from '../../src/domain/errors.ts';

const rows = Object.values(EXIT);

test('each exit code stands for one thing, and each thing is said', () => {
  expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
  expect(new Set(rows.map(({ means }) => means)).size).toBe(rows.length);
  expect(rows.every(({ means }) => means.length > 0)).toBe(true);
});

test('exit codes stay below those that shells and signals use, but for the one that means Ctrl-C everywhere', () => {
  const { interrupted, ...others } = EXIT;
  expect(interrupted.code).toBe(130);
  const rows = Object.values(others);
  expect(rows.every(({ code }) => Number.isInteger(code) && code >= 0 && code < 64)).toBe(true);
  expect(EXIT.done.code).toBe(0);
});

test('an error for people says what is wrong, how to fix it, and with which code the command ends', () => {
  const exit: ExitName = 'config';
  const cause = new Error('inside');
  const error = new UserError('It is broken.', { hint: 'Fix it.', exit, cause });
  expect([error.message, error.hint, EXIT[error.exit].code, error.cause]).toEqual([
    'It is broken.',
    'Fix it.',
    4,
    cause,
  ]);
});

test('a problem becomes a sentence where it ends a command, and a clause again where it is listed', () => {
  const error = userError({ problem: 'no bd was found', hint: 'Install it.' }, 'missing');
  expect(error.exit).toBe('missing');
  expect(errorText(error)).toBe('Error: no bd was found.\nHint: Install it.');
  expect([error.problem, error.hint]).toEqual(['no bd was found', 'Install it.']);
});

test('a failure that passes may say how long to wait', () => {
  expect(new TransientError('busy').retryAfterMs).toBeUndefined();
  expect(new TransientError('busy', { retryAfterMs: 5 }).retryAfterMs).toBe(5);
});
