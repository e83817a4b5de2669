/** Request headers that describe the connection or the message and are ours to write (RFC 9110, 7.6.1; RFC 7239). */
const OURS = new Set([
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
const OUR_PREFIXES = /^(?:proxy-|x-forwarded-)/;

/** Headers that must not follow a redirect to another origin, should a caller have set them without saying `credential`. */
const SECRETS = new Set(['authorization', 'cookie']);

/** RFC 9110, 5.6.2. */
const METHOD = /^[A-Z0-9!#$%&'*+.^_`|~-]+$/;
/** They open tunnels or echo the request, secrets included (RFC 9110, 9.3.6 and 9.3.8). */
const REFUSED_METHODS = new Set(['CONNECT', 'TRACE']);

/** @throws {TypeError} not a method that may be used */
export function readMethod(method = 'GET'): string {
  const upper = method.toUpperCase();
  if (!METHOD.test(upper) || REFUSED_METHODS.has(upper))
    throw new TypeError(`${method} is not a method that may be called`);
  return upper;
}

/**
 * Flattens the caller's headers for the wire and adds `user-agent` and `accept-encoding` where they are missing.
 *
 * @returns names and values in turn
 * @throws {TypeError} a header that is not the caller's to set
 */
export function writeHeaders(headers: Readonly<Record<string, string>>, userAgent: string): string[] {
  const flat: string[] = [];
  let [hasAgent, hasEncoding] = [false, false];
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (OURS.has(lower) || OUR_PREFIXES.test(lower))
      throw new TypeError(`the header ${lower} is not the caller's to set`);
    if (lower === 'user-agent') hasAgent = true;
    else if (lower === 'accept-encoding') hasEncoding = true;
    flat.push(lower, headers[name] ?? '');
  }
  if (!hasAgent) flat.push('user-agent', userAgent);
  if (!hasEncoding) flat.push('accept-encoding', 'gzip, br');
  return flat;
}

/** What of the flat headers may go to another origin. */
export function withoutSecrets(flat: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const [name = '', value = ''] = [flat[index], flat[index + 1]];
    if (!SECRETS.has(name)) kept.push(name, value);
  }
  return kept;
}
