import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import { Clock, newId } from '../../common/index.js';
import type { TenantStore } from '../../database/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import { TokenSeal } from '../store/token-seal.js';
import { Revoker } from './revoker.js';
import { RevocationWorker } from './revocation-worker.js';
import { addTokens, revocationHost } from './store/copy-tokens.js';

/** Tokens that belong to no connection, sealed for a revocation. */
export interface UnstoredTokens {
  /** The id of a connection that was never created. */
  connectionId: string;
  tokens: string;
  action: Action;
  user: string;
}

/** Revokes tokens that a provider granted and that no connection has, because their sign-in could not be completed. */
@Injectable()
export class UnstoredTokenRevoker {
  constructor(
    private readonly seal: TokenSeal,
    private readonly revoker: Revoker,
    private readonly worker: RevocationWorker,
    private readonly clock: Clock,
  ) {}

  /** Seals the tokens. Call it before the transaction. @returns `undefined` if the provider has no revocation endpoint */
  async prepare(action: Action, user: string, granted: GrantedTokens): Promise<UnstoredTokens | undefined> {
    if (revocationHost(action) === undefined) return undefined;
    const connectionId = newId('conn');
    const tokens = await this.seal.seal({ tenantId: action.tenantId, id: connectionId }, granted);
    return { connectionId, tokens, action, user };
  }

  /** Adds the revocation. It is sent after the transaction has committed and {@link wake} was called. */
  async add(store: TenantStore, { connectionId, tokens, action, user }: UnstoredTokens): Promise<void> {
    const scope = { action_id: action.id, gpt_id: action.gptId, user };
    const revocationId = await this.revoker.begin(store, { scope, reason: 'sign_in_failed' }, 0);
    await addTokens(store, { connectionId, version: 1, revocationId, tokens }, action, this.clock.now());
  }

  /** Sends due revocations now. */
  wake(): void {
    this.worker.wake();
  }
}
