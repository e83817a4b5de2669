import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { pooledBytes } from './random.js';

/** What an id is of. The prefix is part of the contract; the rest is opaque. */
type IdPrefix = 't' | 'g' | 'act' | 'conn' | 'key' | 'si' | 'call' | 'evt' | 'dk' | 'rev' | 'rot' | 'cal';

/**
 * Lower case only: a database whose collation ignores case must not find `g-AB` under `g-ab`.
 * 32 characters, so that five bits choose one.
 */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A new unguessable id: 26 characters of 5 random bits each, 130 bits. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}-${randomText(26)}`;
}

/** `length` characters of five random bits each, safe in a URL, a header and a file name. */
export function randomText(length: number): string {
  let text = '';
  for (const byte of pooledBytes(length)) text += ALPHABET.charAt(byte & 31);
  return text;
}

/** A secret of 256 random bits in base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a random secret is kept: its SHA-256 in hex. Nothing slower is needed, since it cannot be guessed. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares two digests without telling by the time taken where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
