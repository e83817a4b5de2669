import { createHash } from 'node:crypto';
import { randomSecret } from '../../../src/common/index.js';
import { OAuthError } from './oauth-error.js';

/** An authorization that a user has granted to a client, with its code and tokens. */
export interface Grant {
  request: URLSearchParams;
  code: string;
  isCodeSpent: boolean;
  tokens: Set<string>;
}

/** Issues and checks codes and tokens. */
export class Grants {
  /** The tokens that are currently valid. */
  readonly accessTokens = new Set<string>();
  readonly refreshTokens = new Set<string>();
  private readonly byCode = new Map<string, Grant>();
  private readonly byToken = new Map<string, Grant>();

  /** @param issued receives every new code and token */
  constructor(private readonly issued: string[]) {}

  issueCode(request: URLSearchParams, padding = ''): string {
    const code = this.issue('code', padding);
    this.byCode.set(code, { request, code, isCodeSpent: false, tokens: new Set() });
    return code;
  }

  hasCode(code: string): boolean {
    return this.byCode.has(code);
  }

  grantFor(code: string): Grant | undefined {
    return this.byCode.get(code);
  }

  grantOf(token: string): Grant | undefined {
    return this.byToken.get(token);
  }

  issueAccessToken(grant: Grant, padding = ''): string {
    return this.token('access', grant, this.accessTokens, padding);
  }

  issueRefreshToken(grant: Grant, padding = ''): string {
    return this.token('refresh', grant, this.refreshTokens, padding);
  }

  /**
   * Redeems a code once (RFC 6749, 4.1.3; RFC 7636, 4.6). Client, redirect URI and code verifier must match the authorization request.
   * Reuse of a code revokes all tokens that were issued for it (RFC 6749, 10.5).
   *
   * @throws {OAuthError}
   */
  redeemCode(clientId: string, { code = '', redirect_uri, code_verifier }: Record<string, string>): Grant {
    const grant = this.byCode.get(code);
    if (!grant) throw invalid('unknown code');
    if (grant.isCodeSpent) {
      this.revokeGrant(grant);
      throw invalid('the code was used before');
    }
    const { request } = grant;
    if (request.get('client_id') !== clientId) throw invalid('the code is of another client');
    if (request.get('redirect_uri') !== redirect_uri)
      throw invalid('redirect_uri is not that of the authorization request');
    const challenge = request.get('code_challenge') ?? undefined;
    if (challengeOf(code_verifier) !== challenge) throw invalid('code_verifier does not fit the code_challenge');
    grant.isCodeSpent = true;
    return grant;
  }

  /**
   * Returns the grant of a valid token.
   *
   * @param reuseEnds whether reuse of an invalidated token revokes its grant
   * @throws {OAuthError}
   */
  findByToken(clientId: string, token: string, live: ReadonlySet<string>, reuseEnds = false): Grant {
    const grant = this.byToken.get(token);
    if (grant?.request.get('client_id') !== clientId) throw invalid('unknown token');
    if (!live.has(token)) {
      if (reuseEnds) this.revokeGrant(grant);
      throw invalid('the token has ended');
    }
    return grant;
  }

  /** Revokes a token; a refresh token together with all tokens of its grant (RFC 7009, 2.1). */
  revoke(clientId: string, token: string): void {
    const grant = this.byToken.get(token);
    if (grant?.request.get('client_id') !== clientId) return;
    if (this.refreshTokens.has(token)) this.revokeGrant(grant);
    else this.accessTokens.delete(token);
  }

  private revokeGrant({ tokens }: Grant): void {
    for (const token of tokens) {
      this.accessTokens.delete(token);
      this.refreshTokens.delete(token);
    }
  }

  private token(kind: string, grant: Grant, live: Set<string>, padding: string): string {
    const token = this.issue(kind, padding);
    live.add(token);
    grant.tokens.add(token);
    this.byToken.set(token, grant);
    return token;
  }

  private issue(kind: string, padding: string): string {
    const secret = `${kind}-${randomSecret()}${padding}`;
    this.issued.push(secret);
    return secret;
  }
}

function challengeOf(verifier: string | undefined): string | undefined {
  return verifier && createHash('sha256').update(verifier).digest('base64url');
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_grant', description);
}
