import { Injectable } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Egress, EgressError, type EgressResponse } from '../egress/index.js';
import { exchangesAccessTokens, type OAuthClient } from './protocol/client.js';
import { TokenError } from './protocol/errors.js';
import { retryAfterMs } from './protocol/retry-after.js';
import { checkRevocationResponse } from './protocol/revocation-response.js';
import { looksLike } from './protocol/body-format.js';
import { parseTokenResponse, type GrantedTokens, type TokenPaths } from './protocol/token-response.js';
import { revocationRequest, tokenRequest, type EndpointRequest, type Grant } from './protocol/token-request.js';
import type { ObserveExchange } from './exchange-observer.js';
import { redactText } from '../redaction/index.js';

const MAX_RESPONSE_BYTES = 65_536;

/** Sends requests to token and revocation endpoints: one POST, one deadline, no redirects, no retries. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly egress: Egress,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Requests tokens. @param observe receives the request and its response. @throws {TokenError} */
  async grant(client: OAuthClient, grant: Grant, observe: ObserveExchange): Promise<GrantedTokens> {
    const request = tokenRequest(client, grant);
    const secrets = secretsOf(client, grant);
    const observer = observe({ client, grant, request, secrets });
    try {
      const response = await this.post(request, client);
      observer.received(response);
      const granted = this.parse(response, { ...client, mayBeAtTop: grant.grant_type === 'refresh_token' }, secrets);
      observer.granted(granted);
      if (exchangesAccessTokens(client)) granted.refreshToken ??= granted.accessToken;
      return granted;
    } catch (error) {
      observer.failed(error);
      throw error;
    }
  }

  /** Revokes a token if the provider has a revocation endpoint (RFC 7009). @throws {TokenError} the token may still be valid */
  async revoke(client: OAuthClient, token: string, hint: 'access_token' | 'refresh_token'): Promise<void> {
    const { revocation_url } = client;
    if (!revocation_url) return;
    const request = revocationRequest({ ...client, revocation_url }, token, hint);
    const { status, headers, body } = await this.post(request, client);
    const delay = retryAfterMs(headers['retry-after'], this.clock.now());
    const secrets = [token, client.client_secret].filter((secret) => secret !== undefined);
    checkRevocationResponse({ status, body: body.toString('utf8') }, delay, (text) => redactText(text, secrets));
  }

  private parse({ status, headers, body }: EgressResponse, paths: TokenPaths, secrets: string[]): GrantedTokens {
    const text = body.toString('utf8');
    try {
      return parseTokenResponse({ status, body: text }, this.clock.now(), paths);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const { 'content-type': contentType, location } = headers;
      const delay = retryAfterMs(headers['retry-after'], this.clock.now());
      const facts = { status, contentType, location, looksLike: looksLike(text), retryAfterMs: delay };
      throw error.withResponse(facts, (text) => redactText(text, secrets));
    }
  }

  private async post({ url, headers, body }: EndpointRequest, { tenantId }: OAuthClient): Promise<EgressResponse> {
    const timeoutMs = this.settings.refresh.tokenTimeoutMs;
    const limits = {
      ...(tenantId !== undefined && { tenantId }),
      timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      credential: true,
      trafficClass: 'oauth',
    } as const;
    try {
      return await this.egress.request({ method: 'POST', url, headers, body, ...limits });
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      const kind =
        error.code === 'upstream_too_large' || error.code === 'upstream_invalid' ? 'unreadable' : 'unavailable';
      throw new TokenError(kind, error.code, `the token request failed: ${error.publicMessage}`, { cause: error });
    }
  }
}

function secretsOf({ client_secret }: OAuthClient, { code, refresh_token, code_verifier }: Grant): string[] {
  return [client_secret, code, refresh_token, code_verifier].filter((secret) => secret !== undefined);
}
