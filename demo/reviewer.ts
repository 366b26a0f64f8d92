/** The demo's reviewer: a person with write access who asks for one change of one pull request, and approves it once it is there. */
import * as z from 'zod';
import type { Sandbox } from '../sandbox/sandbox.ts';

const LOGIN = 'ada';
const LINE = 'Reports are printed as tables.';
const FILE = 'NOTES.md';

const content = z.object({ content: z.string() });

/** @param title of the pull request that is looked at; the others are left to the CI. */
export function startReviewer(sandbox: Sandbox, title: string, say: (text: string) => void): void {
  const { repository, world } = sandbox;
  const token = sandbox.tokens.userAs(LOGIN);
  const api = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${sandbox.url}/repos/${repository.fullName}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return answer.ok ? await answer.json() : undefined;
  };
  world.bus.subscribe(async (event) => {
    const pull = repository.pulls.get(event.facts.pullNumber ?? 0);
    if (event.name !== 'pull_request' || pull === undefined || pull.title !== title) return;
    const review = (body: unknown) => api(`/pulls/${pull.number}/reviews`, body);
    if (event.action === 'opened') {
      say(`${LOGIN} asks for a change of #${pull.number}`);
      await review({ event: 'REQUEST_CHANGES', body: `Please add the line "${LINE}" to ${FILE}.` });
    }
    if (event.action !== 'synchronize') return;
    const file = content.safeParse(await api(`/contents/${FILE}?ref=${pull.head.sha}`));
    if (!file.success || !Buffer.from(file.data.content, 'base64').toString().includes(LINE)) return;
    say(`${LOGIN} approves #${pull.number}`);
    await review({ event: 'APPROVE' });
  });
}
