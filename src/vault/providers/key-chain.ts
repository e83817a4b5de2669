import { UnsealError } from '../envelope.js';
import type { KeyProvider, WrappedKey } from './key-provider.js';

/** Several providers. The first one wraps, each one unwraps its own keys: a deployment can move from one provider to another. */
export class KeyChain implements KeyProvider {
  constructor(private readonly providers: readonly [KeyProvider, ...KeyProvider[]]) {}

  primaryKeyId(): Promise<string> {
    return this.providers[0].primaryKeyId();
  }

  canUnwrap(keyId: string): boolean {
    return this.providers.some((provider) => provider.canUnwrap(keyId));
  }

  wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    return this.providers[0].wrap(dataKey, context);
  }

  async unwrap(wrapped: WrappedKey, context: string): Promise<Buffer> {
    const provider = this.providers.find((each) => each.canUnwrap(wrapped.kekId));
    if (!provider) throw new UnsealError();
    return provider.unwrap(wrapped, context);
  }

  async close(): Promise<void> {
    await Promise.all(this.providers.map((provider) => provider.close()));
  }
}
