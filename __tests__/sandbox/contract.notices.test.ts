import { expect, test } from '@jest/globals';
import { createContract } from '../../sandbox/contract.ts';

test('the contract notices an answer, a request and a query that GitHub would not have', async () => {
  const contract = await createContract();
  const exchange = { method: 'GET', path: '/user?shoe_size=44', requestBody: undefined, status: 200, headers: {} };
  contract.observe({ ...exchange, responseBody: { login: 'acme' } });
  contract.observe({
    ...exchange,
    method: 'PUT',
    path: '/repos/a/b/pulls/1/merge',
    requestBody: { merge_method: 'octopus' },
    responseBody: { sha: 'x', merged: true, message: '' },
  });
  contract.observe({ ...exchange, path: '/repos/a/b/nowhere', responseBody: {} });
  expect(contract.failures.map((failure) => failure.split(' ').slice(0, 4).join(' '))).toEqual([
    'GET /user: has no',
    'GET /user: 200 (whole)',
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge: request /merge_method',
    'GET /repos/a/b/nowhere: is no',
  ]);
});
