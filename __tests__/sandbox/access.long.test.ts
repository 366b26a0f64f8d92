import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const open = async (head: string) => {
  const { data } = await stage.octokit.pulls.create({ ...where, base: 'main', title: `Land ${head}`, head });
  return { ...where, pull_number: data.number };
};
const look = async (at: { owner: string; repo: string; pull_number: number }) =>
  (await stage.octokit.pulls.get(at)).data;

test('an author without write access edits and closes what is his own, and nothing else', async () => {
  const { branch, octokit, sandbox, as, status } = stage;
  await branch('feature', { a: '1\n' });
  await branch('other', { b: '1\n' });
  const eve = as(sandbox.tokens.userAs('eve', 'read'));
  const { data } = await eve.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Mine' });
  const mine = { ...where, pull_number: data.number };
  const others = await open('other');
  expect((await eve.pulls.update({ ...mine, title: 'Still mine' })).data.title).toBe('Still mine');
  expect(await status(eve.pulls.update({ ...others, title: 'Mine, too' }))).toBe(403);
  const said = await eve.issues.createComment({ ...where, issue_number: data.number, body: 'Hm' });
  expect(await status(eve.issues.updateComment({ ...where, comment_id: said.data.id, body: 'Ah' }))).toBe(200);
  const reply = await octokit.issues.createComment({ ...where, issue_number: data.number, body: 'So?' });
  expect(await status(eve.issues.updateComment({ ...where, comment_id: reply.data.id, body: 'Ah' }))).toBe(403);
  const draft = `mutation { convertPullRequestToDraft(input: {pullRequestId: "${data.node_id}"}) { clientMutationId } }`;
  await eve.graphql(draft);
  expect(await look(mine)).toMatchObject({ draft: true });
  expect((await eve.pulls.update({ ...mine, state: 'closed' })).data.state).toBe('closed');
  expect(await status(eve.pulls.merge(others))).toBe(403);
});
