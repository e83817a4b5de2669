/**
 * Keeps the key-encryption keys, under which the data keys of tenants are wrapped. Which one is used is the setting
 * `VAULT_KEYS`; a provider may be a file, a variable or a service that never gives its keys away.
 */
export interface KeyProvider {
  /** The key that new data keys are wrapped under. Ids are stable and tell nothing of the key. */
  readonly currentKeyId: string;
  /** Whether data keys wrapped under that key can be unwrapped. */
  knows(keyId: string): boolean;
  /** @param context authenticated with the data key: it unwraps only with the same */
  wrap(dataKey: Buffer, context: string): Promise<string>;
  /** @throws {SealBrokenError} altered, of another context or of an unknown key */
  unwrap(keyId: string, wrapped: string, context: string): Promise<Buffer>;
}

/** The vault cannot be opened with the keys it was given. `message` is one line for whoever starts the process. */
export class VaultKeyError extends Error {
  constructor(message: string) {
    super(`VAULT_KEYS: ${message}`);
    this.name = 'VaultKeyError';
  }
}
