import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { verifyLines, type ChainHead, type Verdict } from '../audit/index.js';

/** Verifies a file that `GET /v1/audit-events/export` returned. @param head an event that the chain contained earlier */
export function verifyExport(file: string, head?: ChainHead): Promise<Verdict> {
  return verifyLines(createInterface({ input: createReadStream(file), crlfDelay: Infinity }), head);
}

/** Formats the result as one line. */
export function formatVerdict({ chain, reached: { sequence, hash }, fault }: Verdict): string {
  if (fault) return `${chain}: broken at event ${fault.sequence}: ${fault.fault}`;
  return `${chain}: sound, ${sequence} events, head ${sequence}:${hash}`;
}
