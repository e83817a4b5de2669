import { decodeText } from '@countersign/openapi';
import type { EgressResponse, ResponseHead } from '../egress/index.js';
import { EventStreamReader } from './event-stream.js';
import { readAnswer, type McpAnswer } from './message.js';

/**
 * Watches for the end of an answer in an event stream, which servers may leave open after it.
 *
 * @returns a function that is given each piece of the body and returns whether the answer is complete; `undefined` for other bodies
 */
export function answerWatcher(id: number, { headers }: ResponseHead): ((piece: Uint8Array) => boolean) | undefined {
  if (!isEventStream(headers) || headers['content-encoding'] !== undefined) return undefined;
  const reader = new EventStreamReader();
  return (piece) => reader.read(piece).some((data) => readAnswer(id, data) !== undefined);
}

/** Reads the answer of a response (Streamable HTTP: `application/json` or `text/event-stream`). @returns `undefined` if it has none */
export function answerOf(id: number, { headers, body }: EgressResponse): McpAnswer | undefined {
  if (!isEventStream(headers)) return readAnswer(id, decodeText(body));
  const reader = new EventStreamReader();
  for (const data of [...reader.read(body), ...reader.end()]) {
    const answer = readAnswer(id, data);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function isEventStream(headers: Readonly<Record<string, string>>): boolean {
  return /^\s*text\/event-stream\b/i.test(headers['content-type'] ?? '');
}
