import { crc32 } from 'node:zlib';
import { randomText } from '../../common/index.js';

/** 260 random bits. */
const SECRET_LENGTH = 52;
const PATTERN = new RegExp(`^cs_mcp_(mcpt-[a-z0-9]{26})_([a-z0-9]{${SECRET_LENGTH}})([0-9a-f]{8})$`);

/** Returns a new user token, `cs_mcp_<id>_<secret><crc32>`. It has the format of API keys, so that scanners for leaked keys find it. */
export function mintToken(id: string): { token: string; secret: string } {
  const secret = randomText(SECRET_LENGTH);
  const body = `cs_mcp_${id}_${secret}`;
  return { token: body + checksum(body), secret };
}

/** @returns the token's parts; `undefined` if the text is not a user token or its checksum is wrong */
export function parseToken(text: string): { id: string; secret: string } | undefined {
  const [, id = '', secret = '', sum] = PATTERN.exec(text) ?? [];
  return sum !== undefined && checksum(text.slice(0, -8)) === sum ? { id, secret } : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
