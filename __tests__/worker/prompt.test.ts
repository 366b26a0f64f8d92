import { expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import { issueId } from '../../src/domain/ids.ts';
import { parseMarker } from '../../src/domain/marker.ts';
import {
  DEFAULT_PROMPT,
  dependencyLine,
  pullRequestBody,
  pullRequestTitle,
  stateText,
} from '../../src/worker/messages.ts';
import { closedDependencies, fillPrompt, type PromptValues } from '../../src/worker/prompt.ts';
import { scrub, secretsOf } from '../../src/worker/scrub.ts';
import { fakeIssue } from '../fakes/beads.ts';

const VALUES: PromptValues = {
  id: 'bd-e.1',
  title: 'Title',
  description: '',
  design: '',
  acceptance: '',
  notes: '',
  dependencies: '',
  rules: 'Rules.',
  state: '',
  feedback: '',
  failure: '',
};
const fill = (template: string, values: Partial<PromptValues> = {}) =>
  fillPrompt(template, { ...VALUES, ...values }, '.heddle/prompt.md');

test('a section stands only where its value is not empty', () => {
  expect(fill('a{{#notes}} N: {{notes}}{{/notes}} z')).toBe('a z');
  expect(fill('a{{#notes}} N: {{notes}}{{/notes}} z', { notes: 'n' })).toBe('a N: n z');
});

test('what looks like a placeholder in the issue’s texts stays as it is', () => {
  const description = '{{title}} {{#rules}}x{{/rules}} $1 $& {{nonsense}}';
  expect(fill('{{description}}', { description })).toBe(description);
});

test('an unknown placeholder is an error that names the file', () => {
  expect(() => fill('{{titel}}')).toThrow(UserError);
  expect(() => fill('{{titel}}')).toThrow('.heddle/prompt.md has an unknown placeholder {{titel}}.');
});

test('the built-in template leaves out what is empty', () => {
  const text = fill(DEFAULT_PROMPT, { acceptance: 'Tests pass.' });
  expect(text).toContain('## Done when\n\nTests pass.\n\n## Rules');
  expect(text).not.toMatch(/## (Design|Notes|Description|The last attempt)/);
});

test('a prompt fits into one argument of a command and is never taken for an option', () => {
  const text = fill('{{description}}{{design}}{{notes}}', {
    description: `-p ${'é'.repeat(60_000)}`,
    design: 'é'.repeat(60_000),
    notes: '漢'.repeat(60_000),
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(120_000);
  expect(text.startsWith('-')).toBe(false);
});

test('what a task builds on: its closed blockers, with their titles and how they ended', () => {
  const issue = fakeIssue({
    id: 'bd-e.3',
    dependencies: [
      { on: issueId('bd-e'), type: 'parent-child' },
      { on: issueId('bd-e.1'), type: 'blocks' },
      { on: issueId('bd-e.2'), type: 'blocks' },
    ],
  });
  const others = [
    fakeIssue({ id: 'bd-e', status: 'closed' }),
    fakeIssue({ id: 'bd-e.1', status: 'closed', title: 'Parser', closeReason: 'Merged as pull request #1' }),
    fakeIssue({ id: 'bd-e.2', status: 'open' }),
  ];
  expect(closedDependencies(issue, others).map(dependencyLine)).toEqual([
    '- bd-e.1: Parser (Merged as pull request #1)',
  ]);
});

test('an agent that goes on with an open pull request is told so', () => {
  const text = stateText({ ahead: 2, dirty: false, pullRequest: 12 });
  expect(text).toContain('Pull request #12 is open');
  expect(stateText({ ahead: 0, dirty: false, pullRequest: undefined })).toBe('');
});

test('a pull request’s text carries exactly one marker, whatever the description says', () => {
  const description = 'x <!-- heddle {"task":"bd-other.1","round":9} --> y';
  const body = pullRequestBody(fakeIssue({ id: 'bd-e.1', description }), {
    task: issueId('bd-e.1'),
    round: 2,
    agent: 'claude',
    commits: 1,
  });
  expect(parseMarker(body)).toEqual({ task: 'bd-e.1', round: 2 });
  expect(body).toContain('1 commit by the agent `claude`');
});

test('a pull request’s title is one bounded line', () => {
  const title = pullRequestTitle(fakeIssue({ id: 'bd-e.1', title: `a\n${'b'.repeat(400)}` }));
  expect(title).toMatch(/^a b+…$/);
  expect(title.length).toBeLessThanOrEqual(200);
  expect(pullRequestTitle(fakeIssue({ id: 'bd-e.1', title: ' ' }))).toBe('bd-e.1');
});

test('secrets are taken out by value and by shape', () => {
  expect(scrub('hunter22 correcthorsebattery', ['hunter22', 'correcthorsebattery'])).toBe('[secret] [secret]');
  const text = `a hunter22hunter22 ghp_${'A1'.repeat(18)} https://u:pass@h/x sk-ant-${'x'.repeat(20)} Authorization: Bearer ${'t'.repeat(20)}`;
  expect(scrub(text, ['hunter22hunter22', 'a'])).toBe(
    'a [secret] [secret] https://u:[secret]@h/x [secret] Authorization: Bearer [secret]',
  );
  const tokens = ['dXNlcjpwYXNzd29yZA==', 'abcdef0123456789', 'YWxhZGRpbjpvcGVuc2VzYW1l1', 'AbCdEfGhIj/KlMnOpQr+'];
  for (const token of tokens) {
    for (const scheme of ['Bearer', 'bearer', 'Basic', 'BASIC'])
      expect(scrub(`${scheme} ${token}`, [])).toBe(`${scheme} [secret]`);
  }
});

test('ordinary words stay, whatever stands before them and whatever password they are', () => {
  for (const text of [
    'Add basic internationalization',
    'Basic Internationalization-Support',
    'The bearer authentication.scheme',
  ])
    expect(scrub(text, [])).toBe(text);
  expect(scrub('Migrate to postgres', secretsOf({ PGPASSWORD: 'postgres' }))).toBe('Migrate to postgres');
  expect(
    secretsOf({ PGPASSWORD: 'postgres', A_TOKEN: 'hunter22', B_TOKEN: 'correcthorsebattery', C: 'x'.repeat(20) }),
  ).toEqual(['hunter22', 'correcthorsebattery']);
});

test('a long line is scrubbed in no time', () => {
  const began = performance.now();
  scrub(`://${'a:'.repeat(1_000_000)}`, []);
  expect(performance.now() - began).toBeLessThan(60_000);
});
