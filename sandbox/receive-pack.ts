/** The two places of git's push protocol that the sandbox looks into: what is asked, and why it was declined. */
import type { RefMove } from './git.ts';

/** The commands at the head of a push, before the pack. */
export function readCommands(body: Buffer): RefMove[] {
  const moves: RefMove[] = [];
  for (const line of packetLines(body)) {
    if (line === null) break;
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line.toString());
    if (match === null) continue;
    const [, before = '', after = '', ref = ''] = match;
    moves.push({ before, after, ref });
  }
  return moves;
}

const gitsReason = 'pre-receive hook declined';

/** GitHub gives its own reason for a declined push where git would name the hook. */
export function rewordRefusal(answer: Buffer, reason: string): Buffer {
  if (!answer.includes(gitsReason)) return answer;
  const packets: Buffer[] = [];
  const report: Buffer[] = [];
  for (const line of packetLines(answer)) {
    // With a side band, 1 carries the report and 2 what is printed; the report holds packet lines of its own.
    if (line === null) continue;
    if (line[0] === 1) report.push(line.subarray(1));
    else packets.push(packet(line));
  }
  const reworded = [...packetLines(Buffer.concat(report))].map((line) =>
    line === null ? Buffer.from('0000') : packet(Buffer.from(line.toString().replace(gitsReason, reason))),
  );
  const banded = packet(Buffer.concat([Buffer.from([1]), ...reworded]));
  return Buffer.concat([...packets, banded, Buffer.from('0000')]);
}

/** Null stands for a flush packet. */
function* packetLines(data: Buffer): Generator<Buffer | null> {
  let at = 0;
  while (at + 4 <= data.length) {
    const size = Number.parseInt(data.toString('latin1', at, at + 4), 16);
    if (Number.isNaN(size)) return;
    if (size < 4) {
      at += 4;
      yield null;
      continue;
    }
    yield data.subarray(at + 4, at + size);
    at += size;
  }
}

function packet(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, '0')), content]);
}
