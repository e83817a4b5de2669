import { isIP } from 'node:net';

export interface LookupAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** @returns `undefined` for text that is not an address, or has a zone identifier (RFC 4007, 11) */
export function addressOf(text: string): LookupAddress | undefined {
  const family = isIP(text);
  return family === 0 || text.includes('%') ? undefined : { address: text, family: family === 6 ? 6 : 4 };
}

/** Returns loopback for `localhost` and names below it, which no DNS server is asked about (RFC 6761, 6.3). */
export function loopbackOf(name: string): readonly LookupAddress[] | undefined {
  return name === 'localhost' || name.endsWith('.localhost') ? LOOPBACK : undefined;
}
