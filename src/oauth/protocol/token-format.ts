/** The maximum length of a stored token in bytes. Longer ones fit neither a header nor, sealed in pairs, a column; real ones have up to 8 KB. */
const MAX_TOKEN_BYTES = 16_384;

/** Returns whether a token can be sent in a header and stored. */
export function isAccessToken(token: string): boolean {
  return isStorableToken(token) && /^[\x20-\x7e\x80-\xff]+$/.test(token);
}

/** Returns whether a token is short enough to be stored. */
export function isStorableToken(token: string): boolean {
  return Buffer.byteLength(JSON.stringify(token)) - '""'.length <= MAX_TOKEN_BYTES;
}
