import { Injectable } from '@nestjs/common';
import { Clock, CountersignError, Logger } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { Statistics } from '../../statistics/index.js';
import { SealBrokenError } from '../../vault/index.js';
import { Connection } from '../connection.entity.js';
import { TokenSeal, type Tokens } from '../token-seal.js';
import { TokenError, TokenEndpoint } from '../../oauth/index.js';
import { traceExchanges, TraceLog } from '../../traces/index.js';
import { RefreshLease } from './lease.js';
import { RefreshResults, type Renewal } from './refresh-results.js';
import { Registrations } from './registrations.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** How often somebody who waits for another's refresh looks at the row. */
const LOOK_MS = 100;

/** Beyond the token request's timeout, for another replica to store what it was granted. */
const WAIT_MS = 3000;

/**
 * How a refresh went: `skipped` where the provider was not asked, since somebody else has been there or is to be waited for; `refused`
 * where the grant has gone or the client is not accepted; `unusable` where what is stored is broken; `failed` where we have.
 */
export type RefreshResult = 'renewed' | 'skipped' | TokenError['kind'] | 'unusable' | 'failed';

interface Refreshed {
  row: Connection;
  result: RefreshResult;
}

/**
 * Renews the tokens of connections. The promise: a token that is still good is never lost or overwritten, and a provider sees one
 * refresh however many callers and replicas want it.
 */
@Injectable()
export class Refresher {
  private readonly running = new Map<string, Promise<Refreshed>>();

  constructor(
    private readonly database: Database,
    private readonly lease: RefreshLease,
    private readonly seal: TokenSeal,
    private readonly registrations: Registrations,
    private readonly endpoint: TokenEndpoint,
    private readonly results: RefreshResults,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly statistics: Statistics,
    private readonly logger: Logger,
  ) {}

  /**
   * Renews the tokens of a connection, or waits for whoever is doing it.
   *
   * @param row as it was read; where it has been renewed meanwhile, nothing is asked
   * @returns the row afterwards: of a higher version where there are new tokens, `reconnect_required` where the provider took
   *   the grant back, else unchanged, `retryAt` saying how long the provider is left alone
   */
  async refresh(row: Connection): Promise<Connection> {
    const refreshed = await (this.running.get(keyOf(row)) ?? this.track(row, this.refreshOnce(row)));
    return refreshed.row;
  }

  /** Renews the tokens of a connection whose lease this process has just taken. */
  async renew(row: Connection): Promise<RefreshResult> {
    return (await this.track(row, this.renewOnce(row))).result;
  }

  /** Waits for what this process has begun, so that no answer of a token endpoint is lost when it stops. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  private track(row: Connection, work: Promise<Refreshed>): Promise<Refreshed> {
    const key = keyOf(row);
    const tracked = work.finally(() => {
      if (this.running.get(key) === tracked) this.running.delete(key);
    });
    this.running.set(key, tracked);
    return tracked;
  }

  private async refreshOnce(seen: Connection): Promise<Refreshed> {
    // Whoever waits longer for another replica than that replica may take goes without.
    const patience = this.clock.in(this.settings.refresh.tokenTimeoutMs + WAIT_MS);
    for (let row: Connection = seen; ; row = await this.reload(row)) {
      const now = this.clock.now();
      const isDone = row.version !== seen.version || row.status !== 'active' || !row.hasRefreshToken;
      if (isDone || now > patience || (row.retryAt && row.retryAt > now)) return { row, result: 'skipped' };
      if (!this.lease.isHeld(row) && (await this.lease.take(row))) return this.renewOnce(row);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Holds the lease. @param row from before it was taken */
  private async renewOnce(row: Connection): Promise<Refreshed> {
    if (row.leaseUntil)
      this.logger.warn({ connection_id: row.id }, 'an earlier refresh was cut off; its token is tried once more');
    const log = new TraceLog();
    const refreshed = await this.ask(row, log)
      .then(async (renewal) => ({ row: await this.results.renewed(row, renewal, log), result: 'renewed' as const }))
      .catch((error: unknown) => this.failed(row, error, log));
    this.metrics.refreshes.inc({ result: refreshed.result });
    this.statistics.count(row, refreshed.result === 'renewed' ? 'renewed' : 'refreshFailed');
    return refreshed;
  }

  private async ask(row: Connection, log: TraceLog): Promise<Renewal> {
    const { action, client } = await this.registrations.of(row);
    const { refreshToken } = await this.tokensOf(row);
    if (!refreshToken) throw new TokenError('refused', 'invalid_grant', 'there is no refresh token');
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken } as const;
    return { action, refreshToken, granted: await this.endpoint.grant(client, grant, traceExchanges(log, this.clock)) };
  }

  /** @throws {UnusableConnectionError} */
  private async tokensOf(row: Connection): Promise<Tokens> {
    try {
      return await this.seal.open({ ...row, tokens: row.tokens ?? '' });
    } catch (error) {
      if (!(error instanceof CountersignError && error.cause instanceof SealBrokenError)) throw error;
      throw new UnusableConnectionError('its tokens do not open', { cause: error });
    }
  }

  private async failed(row: Connection, error: unknown, log: TraceLog): Promise<Refreshed> {
    if (error instanceof TokenError && error.isInvalidGrant) {
      return { row: await this.results.refused(row, error, log), result: 'refused' };
    }
    this.logger.warn({ err: error, connection_id: row.id }, 'a token could not be renewed; it is kept');
    return { row: await this.results.failed(row, error, log), result: resultOf(error) };
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
