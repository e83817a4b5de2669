import { Injectable } from '@nestjs/common';
import { DataKeys } from './data-keys.js';
import { open, readSealed, seal, type SealContext } from './envelope.js';
import type { UsableKey } from './key-cache.js';

/**
 * Seals the secrets of tenants and opens them again. Secrets are sealed before the transaction that stores them:
 * the first one of a tenant makes a data key, and that is a transaction of its own.
 */
@Injectable()
export class Vault {
  constructor(private readonly keys: DataKeys) {}

  async seal(place: SealContext, secret: string): Promise<string> {
    const { id, key } = await this.keys.current(place.tenantId);
    return seal(key, id, place, secret);
  }

  /** @throws {UnsealError} it was altered or moved, or its data key is gone with its tenant */
  async open(place: SealContext, sealed: string): Promise<string> {
    const parts = readSealed(sealed);
    const { key } = await this.keys.byId(place.tenantId, parts.dataKeyId);
    return open(key, place, parts);
  }

  /** The same secret under another key. @throws {UnsealError} */
  async reseal(place: SealContext, sealed: string, { id, key }: UsableKey): Promise<string> {
    return seal(key, id, place, await this.open(place, sealed));
  }

  /** Seals an object of secrets as one. */
  sealJson(place: SealContext, secrets: object): Promise<string> {
    return this.seal(place, JSON.stringify(secrets));
  }

  async openJson<T>(place: SealContext, sealed: string): Promise<T> {
    return JSON.parse(await this.open(place, sealed)) as T;
  }

  /** @throws where a data key can be wrapped but not unwrapped, or not even that */
  check(): Promise<void> {
    return this.keys.check();
  }
}
