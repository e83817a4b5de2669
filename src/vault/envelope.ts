import { createCipheriv, createDecipheriv } from 'node:crypto';
import { CountersignError, pooledBytes } from '../common/index.js';

/**
 * The place that a secret is sealed for. It is authenticated with the ciphertext (associated data): a sealed secret that is moved to
 * another tenant, row or column cannot be unsealed.
 */
export interface SealContext {
  tenantId: string;
  table: string;
  rowId: string;
  column: string;
}

/**
 * A sealed secret that cannot be decrypted: altered, moved, sealed with another key, or not a sealed secret at all. The error does not say
 * which. Clients see it as `credential_unavailable`.
 */
export class UnsealError extends CountersignError {
  constructor() {
    super('credential_unavailable', 'a stored secret cannot be decrypted');
  }
}

const VERSION = 1;
const AES_256_GCM = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The version of the plaintext's format, part of the associated data. */
const SCHEMA_VERSION = 1;

/**
 * Seals a secret with AES-256-GCM (NIST SP 800-38D) under a fresh random nonce.
 *
 * Layout, in base64: version (1 byte), algorithm (1), length of the data key's id (1), data key's id, nonce (12), ciphertext, tag (16).
 *
 * @param dataKey 32 bytes
 */
export function seal(dataKey: Buffer, dataKeyId: string, context: SealContext, secret: string): string {
  const nonce = pooledBytes(NONCE_BYTES);
  const header = headerOf(dataKeyId);
  const { body, tag } = encrypt(dataKey, nonce, associatedData(header, context), Buffer.from(secret));
  return Buffer.concat([header, nonce, body, tag]).toString('base64');
}

/** A parsed sealed secret. */
export interface Sealed {
  /** The id of the data key that sealed it. */
  dataKeyId: string;
  header: Buffer;
  nonce: Buffer;
  body: Buffer;
  tag: Buffer;
}

/** Parses a sealed secret. @throws {UnsealError} it is not one, or has an unknown version or algorithm */
export function parseSealed(sealed: string): Sealed {
  const bytes = Buffer.from(sealed, 'base64');
  const headerLength = 3 + (bytes[2] ?? 0);
  const isComplete = bytes.length >= headerLength + NONCE_BYTES + TAG_BYTES && bytes.toString('base64') === sealed;
  if (!isComplete || bytes[0] !== VERSION || bytes[1] !== AES_256_GCM) throw new UnsealError();
  return {
    dataKeyId: bytes.toString('latin1', 3, headerLength),
    header: bytes.subarray(0, headerLength),
    nonce: bytes.subarray(headerLength, headerLength + NONCE_BYTES),
    body: bytes.subarray(headerLength + NONCE_BYTES, -TAG_BYTES),
    tag: bytes.subarray(-TAG_BYTES),
  };
}

/**
 * Unseals a secret. No plaintext is released before the tag is verified.
 *
 * @throws {UnsealError}
 */
export function unseal(dataKey: Buffer, context: SealContext, { header, nonce, body, tag }: Sealed): string {
  try {
    return decrypt(dataKey, nonce, associatedData(header, context), { body, tag }).toString('utf8');
  } catch {
    throw new UnsealError();
  }
}

/** Encrypts with AES-256-GCM (NIST SP 800-38D). Never reuse a nonce with the same key. */
export function encrypt(key: Buffer, nonce: Buffer, aad: Buffer, plaintext: Buffer): { body: Buffer; tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { body, tag: cipher.getAuthTag() };
}

/** Decrypts AES-256-GCM. @throws {Error} the tag is wrong, or shorter than 16 bytes, which Node accepts by default */
export function decrypt(key: Buffer, nonce: Buffer, aad: Buffer, { body, tag }: { body: Buffer; tag: Buffer }): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad).setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

/**
 * Returns the prefix of every secret that is sealed with a data key: whole groups of base64, which include at least 120 random bits of the id.
 */
export function prefixOf(dataKeyId: string): string {
  const header = headerOf(dataKeyId);
  return header.subarray(0, header.length - (header.length % 3)).toString('base64');
}

function headerOf(dataKeyId: string): Buffer {
  const id = Buffer.from(dataKeyId, 'latin1');
  return Buffer.concat([Buffer.from([VERSION, AES_256_GCM, id.length]), id]);
}

/** Concatenates the parts, each after its length: `ab` + `c` and `a` + `bc` differ. */
function associatedData(header: Buffer, { tenantId, table, rowId, column }: SealContext): Buffer {
  const parts = [tenantId, table, rowId, column, String(SCHEMA_VERSION)];
  const total = parts.reduce((length, part) => length + 4 + Buffer.byteLength(part), header.length);
  const data = Buffer.allocUnsafe(total);
  let end = header.copy(data);
  for (const part of parts) {
    const length = data.write(part, end + 4, 'utf8');
    data.writeUInt32BE(length, end);
    end += 4 + length;
  }
  return data;
}
