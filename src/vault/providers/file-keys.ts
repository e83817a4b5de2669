import { readSecretFile } from '../../config/index.js';
import type { KeyProvider, WrappedKey } from './key-provider.js';
import { LocalKeys } from './local-keys.js';

/** Keys of a file, which is read again when a rotation begins or a key is wanted that was not there: a new one needs no restart. */
export class FileKeys implements KeyProvider {
  /** @throws {VaultKeyError} */
  constructor(
    private readonly file: string,
    text: string,
    private keys = LocalKeys.parse(text, file),
  ) {}

  currentKeyId(): Promise<string> {
    this.readAgain();
    return this.keys.currentKeyId();
  }

  knows(keyId: string): boolean {
    if (!this.keys.knows(keyId)) this.readAgain();
    return this.keys.knows(keyId);
  }

  wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    return this.keys.wrap(dataKey, context);
  }

  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer> {
    return this.keys.unwrap(wrapped, context);
  }

  async close(): Promise<void> {}

  /** A file that is gone, or being written, changes nothing. */
  private readAgain(): void {
    const text = readSecretFile(this.file);
    if (text) this.keys = LocalKeys.parse(text, this.file);
  }
}
