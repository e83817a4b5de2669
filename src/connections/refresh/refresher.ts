import { Injectable } from '@nestjs/common';
import { Clock, Logger } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Activity } from '../../statistics/index.js';
import { UnsealError } from '../../vault/index.js';
import { Connection } from '../store/connection.entity.js';
import { TokenSeal, type Tokens } from '../store/token-seal.js';
import { mergedConnectionValues, TokenError, TokenEndpoint } from '../../oauth/index.js';
import { traceTokenRequests, TraceLog } from '../../traces/index.js';
import { RefreshLease } from './lease.js';
import { HeldResults } from './held-results.js';
import { RefreshResults, type Renewal } from './refresh-results.js';
import { ActionClients } from './action-clients.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** How often a caller that waits for a refresh by another replica reads the row. */
const POLL_INTERVAL_MS = 100;

/** Time for another replica to store its result, in addition to the timeout of the token request. */
const STORE_MS = 3000;

/**
 * The result of a refresh. `skipped`: no request was made, because another caller has refreshed the token or a backoff applies. `refused`: the
 * provider rejected the refresh token or the client. `unusable`: the stored data cannot be used. `failed`: an internal error.
 */
export type RefreshResult = 'renewed' | 'skipped' | TokenError['kind'] | 'unusable' | 'failed';

interface Refreshed {
  row: Connection;
  result: RefreshResult;
}

/**
 * Refreshes the tokens of connections. It guarantees that a valid token is never lost or overwritten, and that concurrent callers and
 * replicas cause one request to the provider.
 */
@Injectable()
export class Refresher {
  private readonly running = new Map<string, Promise<Refreshed>>();

  constructor(
    private readonly database: Database,
    private readonly lease: RefreshLease,
    private readonly seal: TokenSeal,
    private readonly clients: ActionClients,
    private readonly endpoint: TokenEndpoint,
    private readonly results: RefreshResults,
    private readonly held: HeldResults,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly activity: Activity,
    private readonly logger: Logger,
  ) {}

  /**
   * Refreshes the tokens of a connection, or waits for a refresh in flight.
   *
   * @param row the row as read; if its version is outdated, no request is made
   * @param rejectedOperation the operation whose rejected call causes the refresh
   * @returns the row afterwards: with a higher version if there are new tokens; otherwise with the old tokens and `refreshConcern`, and with
   *   status `reconnect_required` if the provider rejected the refresh token and the access token has expired. It is unchanged while tokens
   *   that were granted cannot be stored: no refresh begins then
   */
  async refresh(row: Connection, rejectedOperation?: string): Promise<Connection> {
    const running = this.running.get(keyOf(row)) ?? this.track(row, this.refreshOnce(row, rejectedOperation));
    return (await running).row;
  }

  /** Refreshes the tokens of a connection whose lease this process holds. */
  async refreshLeased(row: Connection): Promise<RefreshResult> {
    if (this.held.has(row)) return 'skipped';
    return (await this.track(row, this.requestTokens(row))).result;
  }

  /** Tells whether a refresh of this row may begin now. */
  canBegin(row: Pick<Connection, 'tenantId' | 'id'>): boolean {
    return this.held.canBegin(row);
  }

  /** Waits for the refreshes in flight and stores their results, so that no token response is lost at shutdown. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.running.values());
    await this.held.close();
  }

  private track(row: Connection, work: Promise<Refreshed>): Promise<Refreshed> {
    const key = keyOf(row);
    const tracked = work.finally(() => {
      if (this.running.get(key) === tracked) this.running.delete(key);
    });
    this.running.set(key, tracked);
    return tracked;
  }

  private async refreshOnce(seen: Connection, rejectedOperation: string | undefined): Promise<Refreshed> {
    // By then another replica has stored its result, or its request has timed out.
    const deadline = this.clock.in(this.settings.refresh.tokenTimeoutMs + STORE_MS);
    for (let row: Connection = seen; ; row = await this.reload(row)) {
      const now = this.clock.now();
      const isOver = row.status !== 'active' || !row.hasRefreshToken || row.refreshConcern === 'grant';
      if (row.version !== seen.version || isOver || now > deadline || (row.retryAt && row.retryAt > now))
        return { row, result: 'skipped' };
      if (this.held.has(row) || !this.held.canBegin(row)) return { row, result: 'skipped' };
      if (!this.lease.isHeld(row) && (await this.lease.take(row))) return this.requestTokens(row, rejectedOperation);
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
  }

  /** Requires the lease. @param row the row as it was before the lease was taken */
  private async requestTokens(row: Connection, rejectedOperation?: string): Promise<Refreshed> {
    if (row.leaseUntil)
      this.logger.warn(
        { connection_id: row.id },
        'an earlier refresh was interrupted; retrying with the same refresh token',
      );
    const log = new TraceLog();
    const granted = await this.requestGrant(row, log).catch((error: unknown) => ({ error }));
    const refreshed =
      'error' in granted
        ? await this.storeFailure(row, granted.error, log, rejectedOperation !== undefined)
        : await this.storeTokens(row, { ...granted, rejectedOperation }, log);
    this.activity.countRefresh(row, refreshed.result);
    return refreshed;
  }

  private async storeTokens(row: Connection, renewal: Renewal, log: TraceLog): Promise<Refreshed> {
    return { row: await this.results.storeTokens(row, renewal, log), result: 'renewed' };
  }

  private async requestGrant(row: Connection, log: TraceLog): Promise<Renewal> {
    const { action, client } = await this.clients.get(row);
    const { refreshToken, values } = await this.tokensOf(row);
    if (!refreshToken) throw new TokenError('refused', 'invalid_grant', 'the connection has no refresh token');
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken } as const;
    const granted = await this.endpoint.grant(client, grant, traceTokenRequests(log, this.clock));
    granted.values = mergedConnectionValues(client, values, granted.values);
    return { action, refreshToken, granted };
  }

  /** @throws {UnusableConnectionError} */
  private async tokensOf(row: Connection): Promise<Tokens> {
    try {
      return await this.seal.unseal({ ...row, tokens: row.tokens ?? '' });
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      throw new UnusableConnectionError('the tokens of the connection cannot be decrypted', { cause: error });
    }
  }

  private async storeFailure(row: Connection, error: unknown, log: TraceLog, isRejected: boolean): Promise<Refreshed> {
    if (!(error instanceof TokenError && error.rejectsGrant))
      this.logger.warn({ err: error, connection_id: row.id }, 'token refresh failed; the stored tokens are kept');
    return { row: await this.results.storeFailure(row, error, log, isRejected), result: resultOf(error) };
  }

  private reload({ tenantId, id }: Connection): Promise<Connection> {
    return this.database.tenant(tenantId).read((store) => store.get(Connection, { id }, 'connection'));
  }
}

function keyOf({ id, version }: Connection): string {
  return `${id} ${version}`;
}

function resultOf(error: unknown): RefreshResult {
  if (error instanceof TokenError) return error.kind;
  return error instanceof UnusableConnectionError ? 'unusable' : 'failed';
}
