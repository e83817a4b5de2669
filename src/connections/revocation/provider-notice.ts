import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/index.js';
import { OAuthClients, type OAuthClient, TokenEndpoint } from '../../oauth/index.js';
import { TokenSeal, type Tokens } from '../token-seal.js';
import type { RevocationItem } from './revocation-item.entity.js';
import { obstacleOf, verdictOf, type Obstacle, type Verdict } from './verdict.js';

/** Tells a provider that tokens are to be good no more (RFC 7009). */
@Injectable()
export class ProviderNotice {
  constructor(
    private readonly clients: OAuthClients,
    private readonly seal: TokenSeal,
    private readonly endpoint: TokenEndpoint,
    private readonly logger: Logger,
  ) {}

  /** One attempt for both tokens of a connection. Whatever goes wrong is in the verdict: others are told all the same. */
  async give(item: RevocationItem): Promise<Verdict> {
    const obstacles = await this.attempt(item).catch((error: unknown) => [this.obstacle(item, error)]);
    const verdict = verdictOf(obstacles, item.attempts + 1, Math.random());
    if (verdict.status === 'failed') {
      const about = { connection_id: item.connectionId, code: verdict.code };
      this.logger.warn(about, 'a connection has ended here; its provider did not confirm, and is told no more');
    }
    return verdict;
  }

  private async attempt(item: RevocationItem): Promise<Obstacle[]> {
    const { tenantId, connectionId, actionId, settings, secrets, tokens } = item;
    const client = await this.clients.of({ tenantId, id: actionId, authSettings: settings, authSecrets: secrets });
    const opened = await this.seal.open({ tenantId, id: connectionId, tokens: tokens ?? '' });
    return this.revoke(client, opened, item);
  }

  /** The refresh token first: with it goes the whole grant. That it is not revoked is no reason to leave the access token be. */
  private async revoke(client: OAuthClient, tokens: Tokens, item: RevocationItem): Promise<Obstacle[]> {
    const { accessToken, refreshToken } = tokens;
    const tell = (token: string, hint: 'access_token' | 'refresh_token') =>
      this.endpoint.revoke(client, token, hint).catch((error: unknown) => this.obstacle(item, error));
    // Where access tokens are exchanged for newer ones, they are the same.
    const isPair = refreshToken !== undefined && refreshToken !== accessToken;
    const refresh = isPair ? await tell(refreshToken, 'refresh_token') : undefined;
    const access = await tell(accessToken, 'access_token');
    // A provider need not revoke access tokens (RFC 7009, 2): there is no more to be had than the end of the refresh token.
    const isEnough = isPair && !refresh && access?.code === 'unsupported_token_type';
    return [refresh, isEnough ? undefined : access].filter((obstacle) => obstacle !== undefined);
  }

  private obstacle({ connectionId }: RevocationItem, err: unknown): Obstacle {
    const obstacle = obstacleOf(err);
    // Thousands may meet the same one, and again: it is in the item and in the metrics.
    const level = obstacle.code === 'internal' ? 'error' : 'debug';
    this.logger[level]({ err, connection_id: connectionId }, 'a provider did not confirm that tokens are revoked');
    return obstacle;
  }
}
