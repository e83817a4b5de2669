import type { JWTPayload } from 'jose';
import { isUnambiguous } from '../../common/index.js';

/** The size of the column of user ids. */
const MAX_USER_CHARACTERS = 255;

/** Returns the end user of a token; `undefined` if the claim is missing or no usable id. */
export function userOf(claims: JWTPayload, userClaim: string): string | undefined {
  const value = Object.hasOwn(claims, userClaim) ? claims[userClaim] : undefined;
  const isUser = typeof value === 'string' && value !== '' && value.length <= MAX_USER_CHARACTERS;
  return isUser && isUnambiguous(value) ? value : undefined;
}

/** Returns the scopes of a token: `scope` (RFC 9068, section 2.2.3), or `scp`, a text or a list at some providers. */
export function scopesOfClaims({ scope, scp }: JWTPayload): string[] {
  const values = [scope ?? scp].flat().filter((value): value is string => typeof value === 'string');
  return values.flatMap((value) => value.split(' ')).filter((value) => value !== '');
}

/** Returns whether a token is bound to a key of its client (RFC 7800), which a bearer token must not be (RFC 9449, section 7.1). */
export function isSenderConstrained({ cnf }: JWTPayload): boolean {
  return cnf !== undefined;
}
