import { safeBody } from './body.js';
import { safeHeaders, type Headers } from './headers.js';
import { cut, tidy } from './mask.js';
import { thoroughHider } from './thorough-hider.js';
import { configuredUrl, prose } from './values.js';

const MAX_LINE = 1500;

/** A request before redaction. */
export interface RawRequest {
  method: string;
  url: string;
  headers?: Headers;
  body?: string;
}

/** A response before redaction. */
export interface RawResponse {
  status: number;
  headers: Headers;
  body: string;
}

/** A request without its secrets. */
export interface RedactedRequest {
  /** Method and URL, as in `POST https://auth.example.com/token`. */
  line: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A response without its secrets. */
export interface RedactedResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Returns a request as a trace may keep it. Values are shown by their names, from a list of names whose values are useful and never secret;
 * known secrets are removed from these values as well, in any spelling.
 *
 * @param secrets every secret that the request carries: client secret, code, state, verifier, tokens
 */
export function redactRequest({ method, url, headers, body }: RawRequest, secrets: readonly string[]): RedactedRequest {
  const hide = thoroughHider(secrets);
  return {
    line: cut(hide(`${tidy(method)} ${configuredUrl(url, hide)}`), MAX_LINE),
    ...(headers && { headers: safeHeaders(headers, hide) }),
    ...(body !== undefined && { body: safeBody(body, hide) }),
  };
}

/**
 * Returns a response as a trace may keep it. The tokens that a provider grants are not known as secrets yet, so only well-known names show
 * their values, and values that look like tokens are hidden even there.
 *
 * @param secrets the secrets of the request: some servers repeat them
 */
export function redactResponse({ status, headers, body }: RawResponse, secrets: readonly string[]): RedactedResponse {
  const hide = thoroughHider(secrets);
  return { status, headers: safeHeaders(headers, hide), body: safeBody(body, hide) };
}

/** Returns a provider's text on one line, without the secrets and without anything that looks like a token or an address. */
export function redactText(text: string, secrets: readonly string[]): string {
  const hide = thoroughHider(secrets);
  return hide(prose(text, hide));
}
