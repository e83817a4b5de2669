import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/index.js';
import { OAuthClients, type OAuthClient, TokenEndpoint } from '../../oauth/index.js';
import { TokenSeal, type Tokens } from '../store/token-seal.js';
import { attemptResult, failureOf, type AttemptResult, type RevocationFailure } from './attempt-result.js';
import type { RevocationItem } from './store/revocation-item.entity.js';

/** Revokes the tokens of ended connections at their providers (RFC 7009). */
@Injectable()
export class ProviderRevocation {
  constructor(
    private readonly clients: OAuthClients,
    private readonly seal: TokenSeal,
    private readonly endpoint: TokenEndpoint,
    private readonly logger: Logger,
  ) {}

  /** Makes one attempt for both tokens of a connection. It does not throw: failures are in the result. */
  async attempt(item: RevocationItem): Promise<AttemptResult> {
    const failures = await this.revokeItem(item).catch((error: unknown) => [this.logFailure(item, error)]);
    const result = attemptResult(failures, item.attempts + 1, Math.random());
    if (result.status === 'failed') {
      const about = { connection_id: item.connectionId, code: result.code };
      this.logger.warn(about, 'the provider did not confirm the revocation of an ended connection; giving up');
    }
    return result;
  }

  private async revokeItem(item: RevocationItem): Promise<RevocationFailure[]> {
    const { tenantId, connectionId, actionId, authSettings, authSecrets, tokens } = item;
    const client = await this.clients.of({ tenantId, id: actionId, authSettings, authSecrets });
    const unsealed = await this.seal.unseal({ tenantId, id: connectionId, tokens: tokens ?? '' });
    return this.revokeTokens(client, unsealed, item);
  }

  /** Revokes the refresh token first, which ends the grant, and the access token even if that fails. */
  private async revokeTokens(client: OAuthClient, tokens: Tokens, item: RevocationItem): Promise<RevocationFailure[]> {
    const { accessToken, refreshToken } = tokens;
    const revoke = (token: string, hint: 'access_token' | 'refresh_token') =>
      this.endpoint.revoke(client, token, hint).catch((error: unknown) => this.logFailure(item, error));
    // Providers that exchange an access token for a newer one use the same token for both.
    const isPair = refreshToken !== undefined && refreshToken !== accessToken;
    const refresh = isPair ? await revoke(refreshToken, 'refresh_token') : undefined;
    const access = await revoke(accessToken, 'access_token');
    // Providers need not support the revocation of access tokens (RFC 7009, section 2).
    const isEnough = isPair && !refresh && access?.code === 'unsupported_token_type';
    return [refresh, isEnough ? undefined : access].filter((failure) => failure !== undefined);
  }

  private logFailure({ connectionId }: RevocationItem, err: unknown): RevocationFailure {
    const failure = failureOf(err);
    // Thousands of items may fail for the same reason. The item and the metrics have it too.
    const level = failure.code === 'internal' ? 'error' : 'debug';
    this.logger[level]({ err, connection_id: connectionId }, 'the provider did not confirm a revocation');
    return failure;
  }
}
