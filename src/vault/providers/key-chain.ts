import { UnsealError } from '../envelope.js';
import type { KeyProvider, WrappedKey } from './key-provider.js';

/** Several providers: the first wraps what is new, all unwrap what is theirs. So a deployment moves from one to another. */
export class KeyChain implements KeyProvider {
  constructor(private readonly providers: readonly [KeyProvider, ...KeyProvider[]]) {}

  currentKeyId(): Promise<string> {
    return this.providers[0].currentKeyId();
  }

  knows(keyId: string): boolean {
    return this.providers.some((provider) => provider.knows(keyId));
  }

  wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    return this.providers[0].wrap(dataKey, context);
  }

  async unwrap(wrapped: WrappedKey, context: string): Promise<Buffer> {
    const provider = this.providers.find((each) => each.knows(wrapped.kekId));
    if (!provider) throw new UnsealError();
    return provider.unwrap(wrapped, context);
  }

  async close(): Promise<void> {
    await Promise.all(this.providers.map((provider) => provider.close()));
  }
}
