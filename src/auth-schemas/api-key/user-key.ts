import type { UserTokens } from '../../auth-registry/index.js';
import type { FieldError } from '../../common/index.js';
import { isHeaderValue } from '../../credentials/index.js';
import type { ApiKeySettings } from './api-key.fields.js';

/** The same limit as for shared keys. */
const MAX_KEY_CHARACTERS = 8192;

const CONTROL = /\p{Cc}/u;

/** The fields of a token that a key does not have. */
const TOKEN_ONLY = ['refresh_token', 'expires_at', 'scope', 'token_type'] as const;

/** Returns whether users enter a user name and a password instead of a key. */
export function asksForPair({ auth_type, location }: ApiKeySettings): boolean {
  return auth_type === 'basic' && location !== 'query';
}

/** Returns whether a key can be sent as the schema says. */
export function isSendableKey({ location }: ApiKeySettings, key: string): boolean {
  return key.length <= MAX_KEY_CHARACTERS && (location === 'query' ? !CONTROL.test(key) : isHeaderValue(key));
}

/** Checks a user's key that the tenant has already. */
export function checkImportedKey(settings: ApiKeySettings, tokens: UserTokens): FieldError[] {
  const { access_token: key } = tokens;
  const fits = asksForPair(settings)
    ? /^[^:]+:/.test(key) && key.length <= 2 * MAX_KEY_CHARACTERS
    : isSendableKey(settings, key);
  const message = asksForPair(settings)
    ? 'access_token must have the form user:password'
    : 'access_token contains characters that the request cannot carry, or is too long';
  return [
    ...(fits ? [] : [{ pointer: '/access_token', message }]),
    ...TOKEN_ONLY.filter((name) => (tokens[name] ?? null) !== null).map((name) => ({
      pointer: `/${name}`,
      message: `an API key has no ${name}; omit it`,
    })),
  ];
}
