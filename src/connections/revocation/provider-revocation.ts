import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/index.js';
import { OAuthClients, type OAuthClient, TokenEndpoint } from '../../oauth/index.js';
import { TokenSeal, type Tokens } from '../store/token-seal.js';
import { attemptResult, failureOf, UNSUPPORTED, type AttemptResult, type RevocationFailure } from './attempt-result.js';
import { RevocationQueue, type TakenItem } from './revocation-queue.js';
import type { RevocationItem, TokenKind } from './store/revocation-item.entity.js';

/** Revokes the tokens of ended connections at their providers (RFC 7009). */
@Injectable()
export class ProviderRevocation {
  constructor(
    private readonly clients: OAuthClients,
    private readonly seal: TokenSeal,
    private readonly endpoint: TokenEndpoint,
    private readonly queue: RevocationQueue,
    private readonly logger: Logger,
  ) {}

  /** Makes one attempt for both tokens of a connection. It does not throw: failures are in the result. */
  async attempt(item: TakenItem): Promise<AttemptResult> {
    const failures = await this.revokeItem(item).catch((error: unknown) => [this.logFailure(item, error)]);
    const result = attemptResult(failures, item.attempts + 1, Math.random());
    if (result.status === 'failed') {
      const about = { connection_id: item.connectionId, error_code: result.code, status: result.responseStatus };
      this.logger.warn(about, 'the provider did not confirm the revocation of an ended connection; giving up');
    }
    return result;
  }

  private async revokeItem(item: TakenItem): Promise<RevocationFailure[]> {
    const { tenantId, connectionId, actionId, authSettings, authSecrets, tokens } = item;
    const client = await this.clients.of({ tenantId, id: actionId, authSettings, authSecrets });
    const unsealed = await this.seal.unseal({ tenantId, id: connectionId, tokens: tokens ?? '' });
    return this.revokeTokens(client, tokensToRevoke(unsealed), item);
  }

  /**
   * Revokes the access token first, because some providers reject it once the refresh token has ended the grant. The refresh token is
   * revoked even if that fails. A settled token is stored at once, so that neither a retry nor a crash sends it again.
   */
  private async revokeTokens(
    client: OAuthClient,
    tokens: [TokenKind, string][],
    item: TakenItem,
  ): Promise<RevocationFailure[]> {
    const failures: RevocationFailure[] = [];
    for (const [index, [kind, token]] of tokens.entries()) {
      if (kind === item.settledToken) continue;
      const failure = await this.endpoint
        .revoke(client, token, kind)
        .then(() => undefined)
        .catch((error: unknown) => this.logFailure(item, error));
      const hasMore = index < tokens.length - 1;
      // Providers need not support the revocation of access tokens (RFC 7009, section 2).
      const isSettled = !failure || (failure.code === UNSUPPORTED && hasMore);
      if (!isSettled) failures.push(failure);
      else if (hasMore || failures.length > 0) await this.queue.settle(item, kind);
    }
    return failures;
  }

  private logFailure({ connectionId }: RevocationItem, err: unknown): RevocationFailure {
    const failure = failureOf(err);
    // Thousands of items may fail for the same reason. The item and the metrics have it too.
    const level = failure.code === 'internal' ? 'error' : 'debug';
    const { code, status } = failure;
    this.logger[level](
      { err, connection_id: connectionId, error_code: code, status },
      'the provider did not confirm a revocation',
    );
    return failure;
  }
}

/** Returns the tokens in the order of their requests. Providers that exchange an access token for a newer one use one token as both. */
function tokensToRevoke({ accessToken, refreshToken }: Tokens): [TokenKind, string][] {
  const access: [TokenKind, string] = ['access_token', accessToken];
  return refreshToken === undefined || refreshToken === accessToken
    ? [access]
    : [access, ['refresh_token', refreshToken]];
}
