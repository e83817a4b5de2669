import { createHash } from 'node:crypto';
import { CountersignError } from '../../common/index.js';

/** A wrapped data key, as it is stored. */
export interface WrappedKey {
  /** The id of the key-encryption key that wraps it. */
  kekId: string;
  wrapped: string;
}

/**
 * Wraps the data keys of tenants under key-encryption keys. `VAULT_KEYS` selects the provider: a file, a variable, or a key service that never
 * releases its keys.
 */
export interface KeyProvider {
  /**
   * Returns the id of the primary key, which wraps new data keys. A service may rotate it at any time. Ids are stable and reveal nothing about
   * the key.
   *
   * @throws {KeyServiceError}
   */
  primaryKeyId(): Promise<string>;
  /** Tells whether the provider has the key that wrapped a data key. */
  canUnwrap(keyId: string): boolean;
  /**
   * @param context authenticated with the data key; unwrapping requires the same one
   * @throws {KeyServiceError}
   */
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>;
  /**
   * @throws {UnsealError} the wrapped key was altered, or has another context or an unknown key
   * @throws {KeyServiceError}
   */
  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer>;
  /** Closes the connections to a service. */
  close(): Promise<void>;
}

/** `VAULT_KEYS` is not usable. The message is one line for the operator. */
export class VaultKeyError extends Error {
  constructor(message: string) {
    super(`VAULT_KEYS: ${message}`);
    this.name = 'VaultKeyError';
  }
}

/** A key service failed or is unreachable. It says nothing about the sealed data, which stays unchanged. */
export class KeyServiceError extends CountersignError {
  /** @param problem visible to callers, so it must not contain a secret */
  constructor(problem: string, cause?: unknown) {
    super('credential_unavailable', `the key service ${problem}`, [], { cause });
  }
}

/** Returns an id for the keys of a service that does not reveal its address. */
export function serviceId(kind: string, address: string): string {
  return `${kind}-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`;
}
