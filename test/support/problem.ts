import type { ApiResponse } from './client.js';

/**
 * Summarizes a problem in one line: status, code and sorted pointers, as in `400 invalid_request /name`.
 * An invalid problem (RFC 9457) results in a different text, so that no comparison accepts it.
 */
export function problemOf({ status, headers, body }: ApiResponse): string {
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
