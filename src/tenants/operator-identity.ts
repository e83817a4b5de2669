import { digest, parseKey, isSameDigest } from '../common/index.js';

/** The identity of the operator: the id of the operator key and the digest of its secret. */
export class OperatorIdentity {
  private readonly keyId: string;
  private readonly digest: string;

  /** @param key an operator key, validated when the settings were read */
  constructor(key: string) {
    const parsed = parseKey(key);
    if (!parsed) throw new Error('the operator key is malformed');
    this.keyId = parsed.keyId;
    this.digest = digest(parsed.secret);
  }

  is(keyId: string): boolean {
    return keyId === this.keyId;
  }

  matches(keyId: string, secretDigest: string): boolean {
    return isSameDigest(secretDigest, this.digest) && keyId === this.keyId;
  }
}
