import { parseUrl } from '../common/index.js';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isLoopback } from '../config/index.js';

/** The longest host name (RFC 1035, section 2.3.4) with scheme and port. Browsers do not send longer origins. */
const MAX_ORIGIN_CHARACTERS = 'https://'.length + 253 + ':65535'.length;

/** The size of the column. */
const MAX_URL_CHARACTERS = 2000;

/**
 * A host directly after the scheme: no user information, not even an empty one; no backslash, which browsers read as a slash; and no
 * white space or control characters, which URL parsers silently remove.
 */
// oxlint-disable-next-line no-control-regex -- rejects control characters
const PLAIN_URL = /^https?:\/\/[^/?#@\\\s\u0000-\u001f\u007f-\u009f]+(?:[/?#][^\\\s\u0000-\u001f\u007f-\u009f]*)?$/;

/** Requires an origin such as `https://chat.example.com`; `http` is allowed on loopback. */
export function IsOrigin(options?: ValidationOptions): PropertyDecorator {
  const validator = {
    validate: isOrigin,
    defaultMessage: (at?: { property: string }) => `${at?.property} ${ORIGIN_MESSAGE}`,
  };
  return ValidateBy({ name: 'isOrigin', validator }, options);
}

const ORIGIN_MESSAGE = 'must hold origins such as https://chat.example.com (http only on loopback)';

function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_ORIGIN_CHARACTERS || !isPlainHttps(value)) return false;
  const { hostname, origin } = new URL(value);
  return origin === value && !hostname.includes('*');
}

/** Returns whether a URL is plain and uses https, or http on loopback, which is the browser's own machine. */
function isPlainHttps(value: string): boolean {
  const url = PLAIN_URL.test(value) ? parseUrl(value) : undefined;
  return url !== undefined && (url.protocol === 'https:' || isLoopback(url.hostname));
}

/** Requires a URL to which browsers can be sent with a token: https, or `http` on loopback, without a fragment. */
export function IsVerificationUrl(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () =>
    'user_verification_url must be an https URL of at most 2000 characters (http only on loopback)';
  return ValidateBy({ name: 'isVerificationUrl', validator: { validate: isVerificationUrl, defaultMessage } }, options);
}

function isVerificationUrl(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_URL_CHARACTERS && !value.includes('#') && isPlainHttps(value);
}

/**
 * Returns whether a browser may be sent to `url` after a sign-in.
 *
 * Compares the origin of the parsed URL, as a browser parses it: `//evil`, `\\evil` and
 * `https://chat.example.com@evil` have other origins, `javascript:` has none (security rule C15).
 */
export function isAllowedReturnUrl(url: string, origins: readonly string[]): boolean {
  const parsed = PLAIN_URL.test(url) ? parseUrl(url) : undefined;
  return parsed !== undefined && origins.includes(parsed.origin);
}
