import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { Upstream } from '../upstream.js';

/** An issuer whose tokens a test signs itself, so that they can have anything wrong. */
export class SigningIssuer {
  readonly keys: object[] = [];
  /** Answers of the JWKS, if it is not to be the keys. */
  reply: object | undefined;
  metadata: object | undefined;

  private constructor(readonly server: Upstream) {
    server.respondWith(({ path }) => {
      if (path === '/jwks') return this.reply ?? { body: { keys: this.keys } };
      if (path === '/.well-known/openid-configuration' && this.metadata) return { body: this.metadata };
      return { status: 404, body: {} };
    });
  }

  static async start(): Promise<SigningIssuer> {
    return new SigningIssuer(await Upstream.start());
  }

  get url(): string {
    return this.server.url;
  }

  get jwksUri(): string {
    return `${this.url}/jwks`;
  }

  /** The number of requests of the JWKS. */
  get fetches(): number {
    return this.server.requests.filter(({ path }) => path === '/jwks').length;
  }

  /** Adds a key and publishes it. @returns a function that signs with it */
  async addKey(kid: string | undefined, alg = 'ES256', published: object = {}): Promise<CryptoKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.keys.push({ ...(await exportJWK(publicKey)), kid, use: 'sig', ...published });
    return privateKey;
  }

  sign(key: CryptoKey | Uint8Array, header: JWTHeaderParameters, claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader(header).sign(key);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
