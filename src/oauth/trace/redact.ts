import type { TracedAnswer, TracedRequest } from './trace-log.js';
import { safeBody } from './redaction/body.js';
import { safeHeaders, type Headers } from './redaction/headers.js';
import { cut, tidy } from './redaction/mask.js';
import { thoroughHider } from './redaction/thorough-hider.js';
import { configuredUrl, prose } from './redaction/values.js';

const MAX_LINE = 1500;

/** A request, with everything in it that must not be kept. */
export interface RawRequest {
  method: string;
  url: string;
  headers?: Headers;
  body?: string;
}

/** An answer, with everything in it that must not be kept. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/**
 * A request as a trace may keep it. Values are shown by their names, from a list of those that are worth showing and hold no secret; known
 * secrets are taken out of these as well, in any spelling.
 *
 * @param secrets client secret, code, state, verifier, tokens: whatever the request carries
 */
export function tracedRequest({ method, url, headers, body }: RawRequest, secrets: readonly string[]): TracedRequest {
  const hide = thoroughHider(secrets);
  return {
    line: cut(hide(`${tidy(method)} ${configuredUrl(url, hide)}`), MAX_LINE),
    ...(headers && { headers: safeHeaders(headers, hide) }),
    ...(body !== undefined && { body: safeBody(body, hide) }),
  };
}

/**
 * An answer as a trace may keep it. What a provider grants is nobody's known secret yet, so that only well-known names show their values,
 * and what looks like a token is hidden even there.
 *
 * @param secrets what the request carried: some servers repeat it
 */
export function tracedAnswer({ status, headers, body }: RawAnswer, secrets: readonly string[]): TracedAnswer {
  const hide = thoroughHider(secrets);
  return { status, headers: safeHeaders(headers, hide), body: safeBody(body, hide) };
}

/** A provider's words as they may be shown: on one line, without the secrets, and without what looks like a token or an address. */
export function safeWords(text: string, secrets: readonly string[]): string {
  const hide = thoroughHider(secrets);
  return hide(prose(text, hide));
}
