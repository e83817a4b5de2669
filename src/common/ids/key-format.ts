import { crc32 } from 'node:zlib';
import { randomText } from './ids.js';

export type Role = 'operator' | 'admin' | 'runtime';

/** A key as `cs_<role>_<key id>_<secret><crc32>` spells it. */
export interface ParsedKey {
  role: Role;
  keyId: string;
  secret: string;
}

const ID_LENGTH = 26;
const SECRET_LENGTH = 52; // 260 random bits
const PATTERN = new RegExp(
  `^cs_(operator|admin|runtime)_(key-[a-z0-9]{${ID_LENGTH}})_([a-z0-9]{${SECRET_LENGTH}})([0-9a-f]{8})$`,
);

/** A new key. The checksum lets a typo, and a secret scanner, be answered without any look-up. */
export function mintKey(role: Role, keyId: string): { key: string; secret: string } {
  const secret = randomText(SECRET_LENGTH);
  const body = `cs_${role}_${keyId}_${secret}`;
  return { key: body + checksum(body), secret };
}

/** @returns `undefined` where the text is not a key or its checksum is wrong */
export function parseKey(text: string): ParsedKey | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, role, keyId, secret, sum] = match as unknown as [string, Role, string, string, string];
  return checksum(text.slice(0, -8)) === sum ? { role, keyId, secret } : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
