/**
 * Texts at addresses of their own, which need no credentials and are good for a minute: so GitHub hands out job logs, from
 * a store that is not its own.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { World } from './world.ts';

const folder = '/_blobs/';
/** Source: GitHub's description of `actions/download-job-logs-for-workflow-run`: "This link expires after 1 minute." */
const lentForMs = 60_000;

export const isLentText = (pathname: string): boolean => pathname.startsWith(folder);

/** Gives the address of the text. With null the address leads nowhere, as that of a log which is not written yet. */
export function lendText(world: World, text: string | null): string {
  const secret = randomBytes(18).toString('base64url');
  const until = new Date(Date.parse(world.now()) + lentForMs).toISOString();
  world.lentTexts.set(secret, { text, until });
  return `${world.url}${folder}${secret}`;
}

/** Answers as the store does, which speaks XML. */
export function serveLentText(world: World, pathname: string, response: ServerResponse): void {
  const lent = world.lentTexts.get(pathname.slice(folder.length));
  if (lent === undefined || Date.parse(world.now()) > Date.parse(lent.until)) {
    refuse(response, 403, 'AuthenticationFailed', 'Server failed to authenticate the request.');
  } else if (lent.text === null) {
    refuse(response, 404, 'BlobNotFound', 'The specified blob does not exist.');
  } else {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(lent.text);
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(text);
}
