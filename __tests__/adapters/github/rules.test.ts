import { expect, test } from '@jest/globals';
import type { Client } from '../../../src/adapters/github/client.ts';
import { createMergerReader } from '../../../src/adapters/github/merger-reads.ts';

const repository = {
  mergeCommitAllowed: true,
  squashMergeAllowed: true,
  rebaseMergeAllowed: true,
};
const ref = { name: 'main', target: null };
const check = (context: string, integrationId: number | null) => ({ context, integrationId });
const nodes = [
  { type: 'REQUIRED_STATUS_CHECKS', parameters: { requiredStatusChecks: [check('test', 7), check('lint', null)] } },
  { type: 'PULL_REQUEST', parameters: { allowedMergeMethods: ['SQUASH', 'MERGE'] } },
  { type: 'REQUIRED_LINEAR_HISTORY', parameters: null },
];
const classic = { requiredStatusCheckContexts: ['lint', 'old'], requiresLinearHistory: false };

function reading(answers: (query: string) => unknown) {
  const graphql = async (query: string) => answers(query);
  return createMergerReader({ graphql } as unknown as Client, { owner: 'ada', name: 'loom' });
}
const answer = (more: object) => ({
  viewer: { login: 'ada' },
  repository: { ...repository, defaultBranchRef: { ...ref, ...more } },
});

test('rules of the default branch come with its facts: those of rulesets, and of a classic protection', async () => {
  const rules = { pageInfo: { hasNextPage: false, endCursor: null }, nodes };
  const facts = await reading(() => answer({ rules, refUpdateRule: classic })).repository();
  expect(facts.rules).toEqual({
    required: [
      { name: 'test', appId: 7 },
      { name: 'lint', appId: undefined },
      { name: 'old', appId: undefined },
    ],
    methods: ['squash'],
    mergeQueue: false,
  });
});

test('rules that GitHub does not tell whole have to be asked for by themselves', async () => {
  const rules = { pageInfo: { hasNextPage: true, endCursor: 'x' }, nodes };
  expect((await reading(() => answer({ rules, refUpdateRule: null })).repository()).rules).toBeUndefined();
  expect((await reading(() => answer({ rules: null, refUpdateRule: null })).repository()).rules).toBeUndefined();
  const forbidden = Object.assign(new Error('no'), {
    name: 'GraphqlResponseError',
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  });
  const refusing = reading((query) => {
    if (query.includes('rules(')) throw forbidden;
    return answer({});
  });
  expect(await refusing.repository()).toMatchObject({ defaultBranch: 'main', rules: undefined });
});
