import { hider } from '../common/index.js';
import type { EgressResponse } from '../egress/index.js';
import type { UpstreamResponse } from './call.dto.js';

/** Headers that speak of the connection or of the encoding that is undone here, or set a cookie in nobody's browser. */
const DROPPED = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Turns an upstream's answer into the caller's.
 *
 * Some upstreams repeat what they were sent: the call's secrets are taken out wherever they stand.
 *
 * @param maxCharacters the body is cut there, never through a character
 */
export function readResponse(
  answer: EgressResponse,
  secrets: readonly string[],
  maxCharacters: number,
): UpstreamResponse {
  const contentType = answer.headers['content-type'] ?? null;
  const hide = hider(secrets);
  const whole = decode(answer.body, contentType);
  const isTooLong = whole.length > maxCharacters;
  // Before it is cut: half a secret would no longer be found.
  const hidden = hide(whole);
  const text = isTooLong ? cut(hidden, maxCharacters) : hidden;
  const truncated = isTooLong || answer.truncated;
  const headers = Object.entries(answer.headers).filter(([name]) => !DROPPED.has(name));
  return {
    status: answer.status,
    content_type: contentType && hide(contentType),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, hide(value)])),
    body: truncated ? text : bodyOf(text, contentType),
    truncated,
  };
}

function bodyOf(text: string, contentType: string | null): unknown {
  const isJson = contentType === null ? /^\s*[{[]/.test(text) : /[/+]json\b/i.test(contentType);
  if (!isJson || text === '') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // it said JSON and was not: the caller gets what there was
  }
}

function decode(bytes: Buffer, contentType: string | null): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset === 'utf-8' || charset === 'utf8') return bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8'); // a charset that nobody knows
  }
}

function cut(text: string, length: number): string {
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return text.slice(0, isInsidePair ? length - 1 : length);
}
