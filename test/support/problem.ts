import type { Answer } from './client.js';

/**
 * A problem in one line: its status, its code, and behind these the pointers in order, as in `400 invalid_request /name`.
 * What is not a whole problem (RFC 9457) reads otherwise, so that no comparison takes it for one.
 */
export function problemOf({ status, headers, body }: Answer): string {
  const type = headers.get('content-type') ?? '';
  const isWhole =
    type.startsWith('application/problem+json') &&
    body.status === status &&
    body.type === `urn:countersign:problem:${body.code}` &&
    body.request_id === headers.get('x-request-id') &&
    [body.title, body.detail].every((text) => typeof text === 'string' && text !== '');
  if (!isWhole) return `${status}, which is no problem: ${type} ${JSON.stringify(body)}`;
  const pointers = ((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer).toSorted();
  return [status, body.code, ...pointers].join(' ');
}
