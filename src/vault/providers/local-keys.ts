import { createHash, randomBytes } from 'node:crypto';
import { open, readSealed, seal, UnsealError, type SealContext } from '../envelope.js';
import { VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

const KEY_BYTES = 32;

/** Key-encryption keys that this process holds itself, from a file or a variable. */
export class LocalKeys implements KeyProvider {
  private readonly current: string;

  private constructor(private readonly keys: ReadonlyMap<string, Buffer>) {
    this.current = [...keys.keys()][0] as string;
  }

  /**
   * Reads keys of 256 bits in base64, one a line or separated by commas. The first is the current one; those after it
   * still open what was sealed before.
   *
   * @param source how to call the place in a mistake's message
   * @throws {VaultKeyError} there is no key, or one of another length or without any randomness
   */
  static parse(text: string, source: string): LocalKeys {
    const lines = text.split(/[\n,]/).map((line) => line.trim());
    const keys = lines.filter(Boolean).map((line) => Buffer.from(line, 'base64'));
    const isUsable = (key: Buffer) => key.length === KEY_BYTES && new Set(key).size > 8;
    if (keys.length === 0 || !keys.every(isUsable)) {
      throw new VaultKeyError(`${source} must hold keys of 32 random bytes in base64; \`npm run keys\` makes one`);
    }
    return new LocalKeys(new Map(keys.map((key) => [keyIdOf(key), key])));
  }

  /** A new key as such a line. */
  static mint(): string {
    return randomBytes(KEY_BYTES).toString('base64');
  }

  async currentKeyId(): Promise<string> {
    return this.current;
  }

  knows(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const kekId = this.current;
    return { kekId, wrapped: seal(this.key(kekId), kekId, contextOf(context), dataKey.toString('base64')) };
  }

  async unwrap({ kekId, wrapped }: WrappedKey, context: string): Promise<Buffer> {
    return Buffer.from(open(this.key(kekId), contextOf(context), readSealed(wrapped)), 'base64');
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
