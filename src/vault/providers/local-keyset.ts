import { createHash, randomBytes } from 'node:crypto';
import { parseSealed, seal, unseal, UnsealError, type SealContext } from '../envelope.js';
import { VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

const KEY_BYTES = 32;

/** Key-encryption keys in the memory of this process, from a file or a variable. */
export class LocalKeyset implements KeyProvider {
  private readonly primaryId: string;

  private constructor(private readonly keys: ReadonlyMap<string, Buffer>) {
    this.primaryId = [...keys.keys()][0] as string;
  }

  /**
   * Parses 256-bit keys in base64, one per line or separated by commas. The first is the primary key; the others unwrap what they wrapped
   * before.
   *
   * @param source the file or variable, for error messages
   * @throws {VaultKeyError} there is no key, or one has the wrong length or is not random
   */
  static parse(text: string, source: string): LocalKeyset {
    const lines = text.split(/[\n,]/).map((line) => line.trim());
    const keys = lines.filter(Boolean).map((line) => Buffer.from(line, 'base64'));
    const isUsable = (key: Buffer) => key.length === KEY_BYTES && new Set(key).size > 8;
    if (keys.length === 0 || !keys.every(isUsable)) {
      throw new VaultKeyError(
        `${source} must contain keys of 32 random bytes in base64; generate one with \`npm run keys\``,
      );
    }
    return new LocalKeyset(new Map(keys.map((key) => [keyIdOf(key), key])));
  }

  /** Returns a new random key in base64. */
  static generateKey(): string {
    return randomBytes(KEY_BYTES).toString('base64');
  }

  async primaryKeyId(): Promise<string> {
    return this.primaryId;
  }

  canUnwrap(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const kekId = this.primaryId;
    return { kekId, wrapped: seal(this.key(kekId), kekId, contextOf(context), dataKey.toString('base64')) };
  }

  async unwrap({ kekId, wrapped }: WrappedKey, context: string): Promise<Buffer> {
    return Buffer.from(unseal(this.key(kekId), contextOf(context), parseSealed(wrapped)), 'base64');
  }

  async close(): Promise<void> {}

  private key(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (!key) throw new UnsealError();
    return key;
  }
}

function keyIdOf(key: Buffer): string {
  return `kek-${createHash('sha256').update('countersign key id').update(key).digest('hex').slice(0, 24)}`;
}

function contextOf(context: string): SealContext {
  return { tenantId: context, table: 'data_keys', rowId: context, column: 'wrapped' };
}
