import { digest, parseKey, isSameDigest } from '../common/index.js';

/** The operator's key, of which only the digest is kept. */
export class OperatorIdentity {
  private readonly keyId: string;
  private readonly digest: string;

  /** @param key a key of the operator role, checked when the settings were read */
  constructor(key: string) {
    const parsed = parseKey(key);
    if (!parsed) throw new Error('the operator key has not been checked');
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
