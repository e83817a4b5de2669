/** Request headers that describe the connection or the message; the client sets them itself (RFC 9110, 7.6.1; RFC 7239). */
const RESERVED_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'http2-settings',
  'te',
  'trailer',
  'expect',
  'via',
  'forwarded',
]);
const RESERVED_PREFIXES = /^(?:proxy-|x-forwarded-)/;

/** Headers that are removed on a redirect to another origin, even if the caller did not set `credential`. */
const SECRET_HEADERS = new Set(['authorization', 'cookie']);

/** RFC 9110, 5.6.2. */
const METHOD = /^[A-Z0-9!#$%&'*+.^_`|~-]+$/;
/** Methods that open tunnels or echo the request including its secrets (RFC 9110, 9.3.6 and 9.3.8). */
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE']);

/** Returns the method in upper case. @throws {TypeError} the method is invalid or forbidden */
export function normalizeMethod(method = 'GET'): string {
  const upper = method.toUpperCase();
  if (!METHOD.test(upper) || FORBIDDEN_METHODS.has(upper)) {
    throw new TypeError(`the method "${method}" is invalid or not allowed`);
  }
  return upper;
}

/**
 * Flattens the caller's headers for undici and adds `user-agent` and `accept-encoding` if they are missing.
 *
 * @returns alternating names and values
 * @throws {TypeError} a header is reserved
 */
export function flattenHeaders(headers: Readonly<Record<string, string>>, userAgent: string): string[] {
  const flat: string[] = [];
  let [hasAgent, hasEncoding] = [false, false];
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (RESERVED_HEADERS.has(lower) || RESERVED_PREFIXES.test(lower)) {
      throw new TypeError(`the header ${lower} is reserved and cannot be set by the caller`);
    }
    if (lower === 'user-agent') hasAgent = true;
    else if (lower === 'accept-encoding') hasEncoding = true;
    flat.push(lower, headers[name] ?? '');
  }
  if (!hasAgent) flat.push('user-agent', userAgent);
  if (!hasEncoding) flat.push('accept-encoding', 'gzip, br');
  return flat;
}

/** Returns the flattened headers that may be sent to another origin. */
export function removeSecretHeaders(flat: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const [name = '', value = ''] = [flat[index], flat[index + 1]];
    if (!SECRET_HEADERS.has(name)) kept.push(name, value);
  }
  return kept;
}
