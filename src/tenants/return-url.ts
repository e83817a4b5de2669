import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isLoopback } from '../config/index.js';

/** An origin and nothing more: `https://chat.example.com`, or `http` on loopback. */
export function IsReturnOrigin(options?: ValidationOptions): PropertyDecorator {
  const validator = { validate: isReturnOrigin, defaultMessage: () => MESSAGE };
  return ValidateBy({ name: 'isReturnOrigin', validator }, options);
}

const MESSAGE = 'return_url_origins must hold origins such as https://chat.example.com (http only on loopback)';

function isReturnOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, origin } = new URL(value);
  return (
    origin === value &&
    !hostname.includes('*') &&
    (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)))
  );
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
