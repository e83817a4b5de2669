import { Injectable } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Egress, EgressError, type EgressResponse } from '../egress/index.js';
import { withOtherBasicPair } from './protocol/basic-authorization.js';
import { exchangesAccessTokens, type OAuthClient } from './protocol/client.js';
import {
  ConnectionValueRefusedError,
  readConnectionValues,
  refreshedConnectionValues,
  type ConnectionValues,
} from './protocol/connection-values.js';
import { TokenError } from './protocol/errors.js';
import { retryAfterMs } from './protocol/retry-after.js';
import { checkRevocationResponse } from './protocol/revocation-response.js';
import { looksLike } from './protocol/body-format.js';
import { readTokenBody } from './protocol/token-body.js';
import { parseTokenResponse, type GrantedTokens, type TokenPaths } from './protocol/token-response.js';
import { revocationRequest, tokenRequest, type EndpointRequest, type Grant } from './protocol/token-request.js';
import type { ObserveExchange } from './exchange-observer.js';
import { redactText } from '../redaction/index.js';

const MAX_RESPONSE_BYTES = 65_536;

/** Stores which form of the Basic pair a server accepted. It does not throw. */
type RememberPair = (client: OAuthClient) => Promise<void>;

/**
 * Sends requests to token and revocation endpoints: one deadline, no redirects. A request is repeated only if the server rejects the client
 * and its Basic pair has another form: servers disagree on whether it is form-encoded (RFC 6749, section 2.3.1).
 */
@Injectable()
export class TokenEndpoint {
  private rememberPair: RememberPair = async () => undefined;

  constructor(
    private readonly egress: Egress,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @param remember called after a server accepted the other form of the Basic pair, before the result is returned */
  whenPairLearned(remember: RememberPair): void {
    this.rememberPair = remember;
  }

  /** Requests tokens. @param observe receives each request and its response. @throws {TokenError} */
  grant(client: OAuthClient, grant: Grant, observe: ObserveExchange): Promise<GrantedTokens> {
    return this.withEitherPair(client, (tried, deadline, isRepeatable) =>
      this.requestTokens(tried, grant, { observe, deadline, isRepeatable }),
    );
  }

  /** Revokes a token if the provider has a revocation endpoint (RFC 7009). @throws {TokenError} the token may still be valid */
  async revoke(client: OAuthClient, token: string, hint: 'access_token' | 'refresh_token'): Promise<void> {
    const { revocation_url } = client;
    if (!revocation_url) return;
    await this.withEitherPair(client, async (tried, deadline) => {
      const request = revocationRequest({ ...tried, revocation_url }, token, hint);
      const { status, headers, body } = await this.send(request, client, deadline);
      const delay = retryAfterMs(headers['retry-after'], this.clock.now());
      const secrets = [token, client.client_secret].filter((secret) => secret !== undefined);
      checkRevocationResponse({ status, body: body.toString('utf8') }, delay, (text) => redactText(text, secrets));
    });
  }

  /** Makes an attempt, and another with the other form of the Basic pair if the server rejects the client. */
  private async withEitherPair<T>(
    client: OAuthClient,
    attempt: (client: OAuthClient, deadline: number, isRepeatable: boolean) => Promise<T>,
  ): Promise<T> {
    const deadline = performance.now() + this.settings.refresh.tokenTimeoutMs;
    const other = withOtherBasicPair(client);
    try {
      return await attempt(client, deadline, other !== undefined);
    } catch (error) {
      if (!other || !rejectsClient(error)) throw error;
      const result = await attempt(other, deadline, false).catch(async (second: unknown) => {
        // The server accepted the client before it looked at the grant.
        if (second instanceof TokenError && second.concern === 'grant') await this.rememberPair(other);
        throw rejectsClient(second) ? error : second;
      });
      await this.rememberPair(other);
      return result;
    }
  }

  private async requestTokens(
    client: OAuthClient,
    grant: Grant,
    { observe, deadline, isRepeatable }: { observe: ObserveExchange; deadline: number; isRepeatable: boolean },
  ): Promise<GrantedTokens> {
    const request = tokenRequest(client, grant);
    const secrets = secretsOf(client, grant);
    const observer = observe({ client, grant, request, secrets });
    try {
      const response = await this.send(request, client, deadline);
      observer.received(response);
      const isRefresh = grant.grant_type === 'refresh_token';
      const granted = this.parse(response, { ...client, mayBeAtTop: isRefresh }, secrets);
      if (client.connection_values)
        granted.values = valuesIn(client, readTokenBody(response.body.toString('utf8')), granted, isRefresh);
      observer.granted(granted);
      if (exchangesAccessTokens(client)) granted.refreshToken ??= granted.accessToken;
      return granted;
    } catch (error) {
      observer.failed(error, isRepeatable && rejectsClient(error));
      throw error;
    }
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

  /** @param deadline in the time of `performance.now()` */
  private async send(request: EndpointRequest, { tenantId }: OAuthClient, deadline: number): Promise<EgressResponse> {
    const timeoutMs = Math.max(1, Math.round(deadline - performance.now()));
    const limits = {
      ...(tenantId !== undefined && { tenantId }),
      timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      credential: true,
      trafficClass: 'oauth',
    } as const;
    try {
      return await this.egress.request({ ...request, ...limits });
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      const kind =
        error.code === 'upstream_too_large' || error.code === 'upstream_invalid' ? 'unreadable' : 'unavailable';
      throw new TokenError(kind, error.code, `the token request failed: ${error.publicMessage}`, { cause: error });
    }
  }
}

/** Returns the values of a token response. At a sign-in each must be there. @throws {TokenError} `connection_value_refused` */
function valuesIn(client: OAuthClient, body: unknown, granted: GrantedTokens, isRefresh: boolean): ConnectionValues {
  if (isRefresh) return refreshedConnectionValues(client, body);
  try {
    const values = readConnectionValues(client, 'token', body);
    const [secret] = Object.entries(values).find(([, value]) => isTokenOf(granted, value)) ?? [];
    if (secret !== undefined) throw new ConnectionValueRefusedError(secret, 'is a token');
    return values;
  } catch (error) {
    if (!(error instanceof ConnectionValueRefusedError)) throw error;
    throw new TokenError('unreadable', 'connection_value_refused', error.message);
  }
}

function isTokenOf({ accessToken, refreshToken }: GrantedTokens, value: string): boolean {
  return value === accessToken || value === refreshToken;
}

/** Whether the server rejects the client or its authentication, but not the grant (RFC 6749, section 5.2). */
export function rejectsClient(error: unknown): boolean {
  if (!(error instanceof TokenError)) return false;
  return error.code === 'invalid_client' || (error.kind === 'unreadable' && error.response?.status === 401);
}

function secretsOf(client: OAuthClient, { code, refresh_token, code_verifier }: Grant): string[] {
  const { client_secret, token_headers = {} } = client;
  const secrets = [client_secret, ...Object.values(token_headers), code, refresh_token, code_verifier];
  return secrets.filter((secret) => secret !== undefined);
}
