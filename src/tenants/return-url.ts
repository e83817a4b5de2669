import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isLoopback } from '../config/index.js';

/** An origin and nothing more: `https://chat.example.com`, or `http` on loopback. */
export function IsOrigin(options?: ValidationOptions): PropertyDecorator {
  const validator = { validate: isOrigin, defaultMessage: (at?: { property: string }) => `${at?.property} ${MESSAGE}` };
  return ValidateBy({ name: 'isOrigin', validator }, options);
}

const MESSAGE = 'must hold origins such as https://chat.example.com (http only on loopback)';

function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, origin } = new URL(value);
  return (
    origin === value &&
    !hostname.includes('*') &&
    (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)))
  );
}

/** Where browsers are sent with a token: https, or `http` on loopback, without a fragment. */
export function IsVerificationUrl(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () =>
    'user_verification_url must be an https URL of at most 2000 characters (http only on loopback)';
  return ValidateBy({ name: 'isVerificationUrl', validator: { validate: isVerificationUrl, defaultMessage } }, options);
}

function isVerificationUrl(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 2000 || !/^https?:\/\/[^\s\\]+$/.test(value)) return false;
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, hash } = new URL(value);
  const isTrusted = protocol === 'https:' || isLoopback(hostname);
  return isTrusted && username === '' && password === '' && hash === '';
}

/**
 * Whether a browser may be sent to `url` after a sign-in.
 *
 * The comparison is made on the origin of the parsed URL, the way a browser reads it: `//evil`, `\\evil` and
 * `https://chat.example.com@evil` have other origins, `javascript:` has none (SECURITY C15).
 */
export function isAllowedReturnUrl(url: string, origins: readonly string[]): boolean {
  if (!/^https?:\/\/[^\s\\]+$/.test(url) || !URL.canParse(url)) return false;
  const { origin, username, password } = new URL(url);
  return username === '' && password === '' && origins.includes(origin);
}
