import { decodeText } from '@countersign/openapi';
import { EventStreamReader } from './event-stream.js';
import { readAnswer, type McpAnswer } from './message.js';

/*
 * The functions of this file are pure: worker threads call them for large responses.
 */

/** The part of a response that an answer is read from. */
export interface AnsweringResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Longer messages are not parsed to find out whether they are the answer. */
const MAX_WATCHED_CHARACTERS = 16_384;

/** Requests and notifications of the server have a method, which is written before their parameters. */
const METHOD = /^.{0,200}"method"\s*:/s;

/**
 * Watches for the end of an answer in an event stream, which servers may leave open after it.
 *
 * @param id of the request
 * @returns a function that is given each piece of the body and returns whether the answer is complete; `undefined` for other bodies
 */
export function answerWatcher(
  id: number,
  { headers }: Pick<AnsweringResponse, 'headers'>,
): ((piece: Uint8Array) => boolean) | undefined {
  if (!isEventStream(headers) || headers['content-encoding'] !== undefined) return undefined;
  const reader = new EventStreamReader(MAX_WATCHED_CHARACTERS);
  const isAnswer = (data: string) =>
    data.length < MAX_WATCHED_CHARACTERS ? readAnswer(id, data) !== undefined : !METHOD.test(data);
  return (piece) => reader.read(piece).some(isAnswer);
}

/**
 * Reads the answer of a response (Streamable HTTP: `application/json` or `text/event-stream`).
 *
 * @param id of the request
 * @returns `undefined` if it has none
 */
export function answerOf(id: number, { headers, body }: AnsweringResponse): McpAnswer | undefined {
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
