import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { addressOf, Clock, digest, Logger, type HttpRequest } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { mcpUrl, type AccessTokenVerifier, type McpSettings, type VerifiedToken } from '../../mcp/index.js';
import { isSenderConstrained, scopesOfClaims, userOf } from './access-token-claims.js';
import { IssuerKeys, type KeyResolver } from './issuer-keys.js';

/** Asymmetric algorithms (RFC 7518, section 3.1; RFC 8037; RFC 9864). A symmetric one would take a public key for a secret. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** `typ` of access tokens (RFC 9068, section 2.1, and providers before it). Others, such as logout tokens, are signed with the same keys. */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

const CLOCK_SKEW_SECONDS = 30;

/** Verifies access tokens of the tenant's identity provider (RFC 9068, section 4; RFC 8725). */
@Injectable()
export class JwtVerifier implements AccessTokenVerifier {
  constructor(
    private readonly keys: IssuerKeys,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  /** @throws {CountersignError} `unavailable`: the issuer's keys cannot be fetched, so that nothing is known about the token */
  async verify(token: string, settings: McpSettings, request: HttpRequest): Promise<VerifiedToken | undefined> {
    const claimed = decode(token);
    if (!claimed || settings.issuer === null || !isCandidate(claimed, settings.issuer)) return undefined;
    const { kid } = claimed;
    const keys = await this.keys.find(settings, typeof kid === 'string' ? kid : undefined);
    const claims = await this.verifiedClaims(token, keys, {
      issuer: settings.issuer,
      audience: mcpUrl(this.settings.publicUrl, settings.gptId),
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: this.clock.now(),
    });
    const user = claims && userOf(claims, settings.userClaim);
    if (!claims || user === undefined || isSenderConstrained(claims)) return undefined;
    const subject = digest(JSON.stringify([settings.issuer, claims.sub ?? user]));
    const caller = { tenantId: settings.tenantId, role: 'runtime', gptIds: [settings.gptId] } as const;
    const from = { keyId: `jwt-${subject.slice(0, 32)}`, requestId: request.id, address: addressOf(request) };
    return {
      principal: { kind: 'jwt', id: `${settings.issuer} ${claims.sub ?? user}`, caller: { ...caller, ...from }, user },
      scopes: scopesOfClaims(claims),
    };
  }

  /** Verifies the signature and the registered claims; tries each key that the header may mean. */
  private async verifiedClaims(
    token: string,
    keys: KeyResolver,
    options: JWTVerifyOptions,
  ): Promise<JWTPayload | undefined> {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return this.verifiedByOne(token, error, options);
      this.logRefusal(error);
      return undefined;
    }
  }

  private async verifiedByOne(
    token: string,
    candidates: errors.JWKSMultipleMatchingKeys,
    options: JWTVerifyOptions,
  ): Promise<JWTPayload | undefined> {
    for await (const key of candidates) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (error) {
        this.logRefusal(error);
      }
    }
    return undefined;
  }

  /** Logs why a token is invalid: a stable code, or the type of error that a malformed key causes. Nothing of the token. */
  private logRefusal(error: unknown): void {
    const reason = error instanceof errors.JOSEError ? error.code : (error as Error).name;
    this.logger.debug({ reason }, 'a JWT was refused');
  }
}

/** What a token says before it is verified. */
interface Claimed {
  alg?: unknown;
  typ?: unknown;
  kid?: unknown;
  iss?: unknown;
}

function decode(token: string): Claimed | undefined {
  try {
    const { alg, typ, kid } = decodeProtectedHeader(token);
    return { alg, typ, kid, iss: decodeJwt(token).iss };
  } catch {
    return undefined; // An opaque token.
  }
}

/** Returns whether a token is worth fetching keys for. */
function isCandidate({ alg, typ, iss }: Claimed, issuer: string): boolean {
  const type = typeof typ === 'string' ? typ.toLowerCase() : typ;
  return iss === issuer && ALGORITHMS.some((name) => name === alg) && TYPES.includes(type);
}
