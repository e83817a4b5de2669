import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { pooledBytes } from './pooled-bytes.js';

/** The kind of resource that an id identifies. The prefix is part of the contract; the rest is opaque. */
type IdPrefix =
  't' | 'g' | 'act' | 'conn' | 'key' | 'si' | 'call' | 'evt' | 'dk' | 'rev' | 'rot' | 'cal' | 'imp' | 'mcpt' | 'az';

/**
 * 32 characters, so that five bits select one. Lower case only: a database with a case-insensitive collation must not find `g-AB`
 * for `g-ab`.
 */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Returns a new unguessable id: 26 characters of 5 random bits each, 130 bits. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}-${randomText(26)}`;
}

/** Returns `length` characters of five random bits each, safe in URLs, headers and file names. */
export function randomText(length: number): string {
  let text = '';
  for (const byte of pooledBytes(length)) text += ALPHABET.charAt(byte & 31);
  return text;
}

/** Returns a secret of 256 random bits in base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns the SHA-256 of a random secret in hex, for storage. A secret that cannot be guessed needs no slower hash. */
export function digest(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Compares two digests in constant time. */
export function isSameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
