import { createHash } from 'node:crypto';
import { CountersignError } from '../../common/index.js';

/** A data key as it is stored. */
export interface WrappedKey {
  /** The key-encryption key that it needs. */
  kekId: string;
  wrapped: string;
}

/**
 * Keeps the key-encryption keys, under which the data keys of tenants are wrapped. Which one is used is the setting
 * `VAULT_KEYS`; a provider may be a file, a variable or a service that never gives its keys away.
 */
export interface KeyProvider {
  /**
   * The key that a data key would be wrapped under now; a service may change it at any time. Ids are stable and tell nothing of the key.
   *
   * @throws {KeyServiceError}
   */
  currentKeyId(): Promise<string>;
  /** Whether data keys wrapped under that key can be unwrapped. */
  knows(keyId: string): boolean;
  /**
   * @param context authenticated with the data key: it unwraps only with the same
   * @throws {KeyServiceError}
   */
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>;
  /**
   * @throws {UnsealError} altered, of another context or of an unknown key
   * @throws {KeyServiceError}
   */
  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer>;
  /** Ends what is open towards a service. */
  close(): Promise<void>;
}

/** The vault cannot be opened with the keys it was given. `message` is one line for whoever starts the process. */
export class VaultKeyError extends Error {
  constructor(message: string) {
    super(`VAULT_KEYS: ${message}`);
    this.name = 'VaultKeyError';
  }
}

/** A key service does not do what it is asked. What is sealed stays as it is: this says nothing of it. */
export class KeyServiceError extends CountersignError {
  /** @param what says nothing secret: callers see it */
  constructor(what: string, cause?: unknown) {
    super('credential_unavailable', `the key service ${what}`, [], { cause });
  }
}

/** An id for the keys of a service, which does not tell its address. */
export function serviceId(kind: string, address: string): string {
  return `${kind}-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`;
}
