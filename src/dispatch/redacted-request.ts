import { CountersignError, HIDDEN, redactor } from '../common/index.js';
import { staticHeaders, type Credential } from '../credentials/index.js';
import type { BuiltRequest } from '@countersign/openapi';
import type { SentRequest } from './call.dto.js';
import type { Call } from './call.js';

/** Names that suggest a credential, for static headers that contain one. */
const SECRET_NAME = /auth|key|token|secret|passw|credential|session|signature|cookie/i;

/** The scheme in front of a credential, which is not secret itself. */
const SCHEME = /^(Bearer|Basic) /i;

/**
 * Returns a request as sent, with `[HIDDEN]` in place of everything that authenticates, however short it is. Also redacts the credential
 * everywhere else, in every spelling.
 */
export function redactedRequest(
  { method, url, headers, body }: Pick<BuiltRequest, 'method' | 'url' | 'headers' | 'body'>,
  { action }: Call,
  credential: Credential,
): Omit<SentRequest, 'milliseconds'> {
  const hide = redactor(credential.secrets);
  const fixedHeaders = staticHeaders(action.authSettings);
  const redacted = Object.entries(headers).map(([name, value]) => {
    if (isCredential(name, value, credential, fixedHeaders)) return [name, redactHeader(name, value)];
    return [name, hide(value)];
  });
  return {
    method,
    url: hide(redactQuery(url, credential.query)),
    headers: Object.fromEntries(redacted),
    body: redactBody(body, hide),
  };
}

/** Adds the request to a call's error, if the call asked for it. */
export function attachRequest(request: SentRequest | undefined, error: unknown): unknown {
  if (!request || !(error instanceof CountersignError)) return error;
  const { code, message, errors, cause = error } = error;
  return new CountersignError(code, message, errors, { cause, extensions: { request } });
}

/** Returns whether a header is a cookie, comes from the credential, or is a static header with the name of a secret. */
function isCredential(
  name: string,
  value: string,
  { headers }: Credential,
  fixedHeaders: Readonly<Record<string, string>>,
): boolean {
  if (name === 'cookie' || name === 'authorization') return true;
  if (headers[name] === undefined) return false;
  return fixedHeaders[name] !== value || SECRET_NAME.test(name);
}

function redactHeader(name: string, value: string): string {
  if (name === 'cookie') return value.replaceAll(/=[^;]*/g, `=${HIDDEN}`);
  const [scheme = ''] = name === 'authorization' ? (SCHEME.exec(value) ?? []) : [];
  return `${scheme}${HIDDEN}`;
}

/** Redacts the credential's pairs, comparing names as a server decodes them; all other pairs stay as written. */
function redactQuery(url: string, query: Readonly<Record<string, string>> = {}): string {
  const start = url.indexOf('?');
  if (start === -1 || Object.keys(query).length === 0) return url;
  const pairs = url.slice(start + 1).split('&');
  const redacted = pairs.map((pair) => {
    const [name = ''] = new URLSearchParams(pair).keys();
    return name in query ? `${pair.split('=', 1)[0]}=${HIDDEN}` : pair;
  });
  return `${url.slice(0, start)}?${redacted.join('&')}`;
}

function redactBody(body: BuiltRequest['body'], hide: (text: string) => string): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? hide(body) : `(${body.byteLength} bytes)`;
}
