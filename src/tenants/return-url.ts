import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isLoopback } from '../config/index.js';

/** The longest name of a host (RFC 1035, 2.3.4) with a scheme and a port around it. No browser sends a longer `Origin`. */
const MOST_ORIGIN_CHARACTERS = 'https://'.length + 253 + ':65535'.length;

/** As long as its column. */
const MOST_URL_CHARACTERS = 2000;

/**
 * A host right behind the scheme. No `@`, not even one with nothing before it, no backslash, which browsers read as a slash, and none of
 * what the URL parser takes away without a word: white space and control characters, at the ends or anywhere.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const PLAIN_URL = /^https?:\/\/[^/?#@\\\s\u0000-\u001f\u007f-\u009f]+(?:[/?#][^\\\s\u0000-\u001f\u007f-\u009f]*)?$/;

/** An origin and nothing more: `https://chat.example.com`, or `http` on loopback. */
export function IsOrigin(options?: ValidationOptions): PropertyDecorator {
  const validator = { validate: isOrigin, defaultMessage: (at?: { property: string }) => `${at?.property} ${MESSAGE}` };
  return ValidateBy({ name: 'isOrigin', validator }, options);
}

const MESSAGE = 'must hold origins such as https://chat.example.com (http only on loopback)';

function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MOST_ORIGIN_CHARACTERS || !isTrusted(value)) return false;
  const { hostname, origin } = new URL(value);
  return origin === value && !hostname.includes('*');
}

/** Plain, and https. The loopback of `http` is that of the browser, whatever may be reached from here. */
function isTrusted(value: string): boolean {
  if (!PLAIN_URL.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || isLoopback(hostname);
}

/** Where browsers are sent with a token: https, or `http` on loopback, without a fragment. */
export function IsVerificationUrl(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () =>
    'user_verification_url must be an https URL of at most 2000 characters (http only on loopback)';
  return ValidateBy({ name: 'isVerificationUrl', validator: { validate: isVerificationUrl, defaultMessage } }, options);
}

function isVerificationUrl(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MOST_URL_CHARACTERS && !value.includes('#') && isTrusted(value);
}

/**
 * Whether a browser may be sent to `url` after a sign-in.
 *
 * The comparison is made on the origin of the parsed URL, the way a browser reads it: `//evil`, `\\evil` and
 * `https://chat.example.com@evil` have other origins, `javascript:` has none (SECURITY C15).
 */
export function isAllowedReturnUrl(url: string, origins: readonly string[]): boolean {
  return PLAIN_URL.test(url) && URL.canParse(url) && origins.includes(new URL(url).origin);
}
