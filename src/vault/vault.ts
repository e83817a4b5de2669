import { Injectable } from '@nestjs/common';
import { DataKeys } from './data-keys.js';
import type { UnwrappedKey } from './data-key-cache.js';
import { parseSealed, seal, unseal, type SealContext } from './envelope.js';
import { OpenedSecrets } from './opened-secrets.js';

/**
 * Seals and unseals the secrets of tenants (envelope encryption). Seal secrets before the transaction that stores them: the first secret of a
 * tenant creates its data key in a transaction of its own.
 */
@Injectable()
export class Vault {
  constructor(
    private readonly keys: DataKeys,
    private readonly opened: OpenedSecrets,
  ) {}

  async seal(context: SealContext, secret: string): Promise<string> {
    const { id, key } = await this.keys.primary(context.tenantId);
    return seal(key, id, context, secret);
  }

  /** @throws {UnsealError} the secret was altered or moved, or its data key was deleted */
  async unseal(context: SealContext, sealed: string): Promise<string> {
    const parts = parseSealed(sealed);
    const { key } = await this.keys.byId(context.tenantId, parts.dataKeyId);
    return unseal(key, context, parts);
  }

  /** Seals a sealed secret with another data key. @throws {UnsealError} */
  async reseal(context: SealContext, sealed: string, { id, key }: UnwrappedKey): Promise<string> {
    return seal(key, id, context, await this.unseal(context, sealed));
  }

  /** Seals an object of secrets as one secret. */
  sealJson(context: SealContext, secrets: object): Promise<string> {
    return this.seal(context, JSON.stringify(secrets));
  }

  /** @throws {UnsealError} */
  async unsealJson<T>(context: SealContext, sealed: string): Promise<T> {
    return JSON.parse(await this.unseal(context, sealed)) as T;
  }

  /**
   * Unseals an object of secrets for a call. What `select` returns stays in memory for a few seconds, for the next calls (docs/vault.md).
   *
   * @param select returns the parts that calls need. A sealed text must always be opened with the same one
   * @throws {UnsealError}
   */
  open<T extends object, S extends object>(
    context: SealContext,
    sealed: string,
    select: (secrets: T) => S,
  ): Promise<S> | S {
    return this.opened.get<S>(context, sealed, async () => select(await this.unsealJson<T>(context, sealed)));
  }

  /** Wraps and unwraps a random key. @throws {Error} the key-encryption keys are not usable */
  check(): Promise<void> {
    return this.keys.check();
  }
}
