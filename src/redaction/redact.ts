import { redactor } from '../common/index.js';
import { redactBody } from './body.js';
import { redactHeaders, type Headers } from './headers.js';
import { truncate, toSingleLine } from './mask.js';
import { redactConfiguredUrl, redactProse } from './field-values.js';

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
 * Redacts a request for a trace. Only values of well-known, non-secret names are shown; known secrets are removed from these values too,
 * in any encoding.
 *
 * @param secrets every secret that the request carries: client secret, code, state, verifier, tokens
 */
export function redactRequest({ method, url, headers, body }: RawRequest, secrets: readonly string[]): RedactedRequest {
  const redact = redactor(secrets);
  return {
    line: truncate(redact(`${toSingleLine(method)} ${redactConfiguredUrl(url, redact)}`), MAX_LINE),
    ...(headers && { headers: redactHeaders(headers, redact) }),
    ...(body !== undefined && { body: redactBody(body, redact) }),
  };
}

/**
 * Redacts a response for a trace. Granted tokens are not yet known as secrets, so only values of well-known names are shown, and values that
 * look like tokens are hidden even there.
 *
 * @param secrets the secrets of the request, which some servers echo
 */
export function redactResponse({ status, headers, body }: RawResponse, secrets: readonly string[]): RedactedResponse {
  const redact = redactor(secrets);
  return { status, headers: redactHeaders(headers, redact), body: redactBody(body, redact) };
}

/** Redacts a provider's text to one line without the secrets, text that looks like a token, and email addresses. */
export function redactText(text: string, secrets: readonly string[]): string {
  const redact = redactor(secrets);
  return redact(redactProse(text, redact));
}
