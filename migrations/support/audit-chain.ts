import { createHash } from 'node:crypto';

/** The chain of the deployment's own events. */
export const DEPLOYMENT = 'deployment';

/** The `previous_hash` of the first event of a chain. */
export const GENESIS_HASH = '0'.repeat(64);

/** Returns the hash of an event: the SHA-256 of its members as canonical JSON (RFC 8785). A frozen copy of the format of that release. */
export function hashOf(event: Record<string, unknown>): string {
  return createHash('sha256').update(canonicalJson(event)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
