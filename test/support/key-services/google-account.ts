import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/cloudkms'];

/** A service account that signs its own tokens (RFC 7523, AIP-4111), as Google's clients do with a key file. */
export class GoogleAccount {
  private readonly email = 'countersign@p-test.iam.gserviceaccount.com';
  private readonly keyId = randomUUID();
  private readonly pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

  /** Content of the file that `GOOGLE_APPLICATION_CREDENTIALS` names. */
  get keyFile(): string {
    return JSON.stringify({
      type: 'service_account',
      project_id: 'p-test',
      private_key_id: this.keyId,
      private_key: this.pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: this.email,
      // The discard port: no token must be requested.
      token_uri: 'http://127.0.0.1:9/token',
    });
  }

  /** @param authorization header of a call */
  isCaller(authorization: string | undefined): boolean {
    const [, head = '', body = '', signature = ''] =
      /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
    const isSigned = verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${body}`),
      this.pair.publicKey,
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return false;
    const [header, claims] = [head, body].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString())) as [
      { alg: string; kid: string },
      { iss: string; sub: string; scope: string; iat: number; exp: number },
    ];
    const now = Date.now() / 1000;
    return (
      header.alg === 'RS256' &&
      header.kid === this.keyId &&
      claims.iss === this.email &&
      claims.sub === this.email &&
      claims.scope.split(' ').some((scope) => SCOPES.includes(scope)) &&
      claims.iat <= now + 10 &&
      claims.exp > now &&
      claims.exp - claims.iat <= 3600
    );
  }
}
