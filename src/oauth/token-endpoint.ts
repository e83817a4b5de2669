import { Injectable } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Egress, EgressError } from '../egress/index.js';
import type { OAuthClient } from './protocol/client.js';
import { TokenError } from './protocol/errors.js';
import { readTokenAnswer, type GrantedTokens, type TokenAnswer } from './protocol/token-answer.js';
import { revocationRequest, tokenRequest, type EndpointRequest, type Grant } from './protocol/token-request.js';

const MAX_ANSWER_BYTES = 65_536;

/** Asks authorization servers for tokens: one POST, one deadline, no redirects, never repeated. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly egress: Egress,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @throws {TokenError} */
  async grant(client: OAuthClient, grant: Grant): Promise<GrantedTokens> {
    const answer = await this.post(tokenRequest(client, grant));
    return readTokenAnswer(answer, this.clock.now(), client);
  }

  /** Revokes a token where the provider has an endpoint for it (RFC 7009). @throws {TokenError} it did not answer 2xx */
  async revoke(client: OAuthClient, token: string, hint: 'access_token' | 'refresh_token'): Promise<void> {
    const { revocation_url } = client;
    if (!revocation_url) return;
    const { status } = await this.post(revocationRequest({ ...client, revocation_url }, token, hint));
    if (status >= 300) throw new TokenError('unavailable', 'not_revoked', `the revocation URL answered ${status}`);
  }

  private async post({ url, headers, body }: EndpointRequest): Promise<TokenAnswer> {
    const timeoutMs = this.settings.refresh.tokenTimeoutMs;
    const limits = { timeoutMs, maxResponseBytes: MAX_ANSWER_BYTES, credential: true };
    try {
      const answer = await this.egress.request({ method: 'POST', url, headers, body, ...limits });
      return { status: answer.status, body: answer.body.toString('utf8') };
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      const kind =
        error.code === 'upstream_too_large' || error.code === 'upstream_invalid' ? 'unreadable' : 'unavailable';
      throw new TokenError(kind, error.code, `the token URL: ${error.message}`, { cause: error });
    }
  }
}
