import { readSecretFile } from '../../config/index.js';
import type { KeyProvider, WrappedKey } from './key-provider.js';
import { LocalKeyset } from './local-keyset.js';

/** Keys in a file. The file is read again when a rotation starts or an unknown key is needed, so a new key needs no restart. */
export class FileKeyset implements KeyProvider {
  /** @throws {VaultKeyError} */
  constructor(
    private readonly file: string,
    text: string,
    private keys = LocalKeyset.parse(text, file),
  ) {}

  primaryKeyId(): Promise<string> {
    this.reload();
    return this.keys.primaryKeyId();
  }

  canUnwrap(keyId: string): boolean {
    if (!this.keys.canUnwrap(keyId)) this.reload();
    return this.keys.canUnwrap(keyId);
  }

  wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    return this.keys.wrap(dataKey, context);
  }

  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer> {
    return this.keys.unwrap(wrapped, context);
  }

  async close(): Promise<void> {}

  /** Keeps the current keys if the file is missing or empty. */
  private reload(): void {
    const text = readSecretFile(this.file);
    if (text) this.keys = LocalKeyset.parse(text, this.file);
  }
}
