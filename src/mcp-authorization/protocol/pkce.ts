import { createHash } from 'node:crypto';
import { isSameDigest } from '../../common/index.js';

/** A base64url-encoded SHA-256 digest (RFC 7636, section 4.2). */
const CHALLENGE = /^[\w-]{43}$/;

/** RFC 7636, section 4.1 */
const VERIFIER = /^[\w.~-]{43,128}$/;

export function isCodeChallenge(text: string): boolean {
  return CHALLENGE.test(text);
}

/** Returns whether a code verifier has the challenge, by the method S256 (RFC 7636, section 4.6). */
export function hasChallenge(verifier: string, challenge: string): boolean {
  return VERIFIER.test(verifier) && isSameDigest(createHash('sha256').update(verifier).digest('base64url'), challenge);
}
