import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { Clock, Logger } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { OAuthClients } from '../clients.js';
import { TokenError } from '../protocol/errors.js';
import type { GrantedTokens } from '../protocol/token-answer.js';
import { TokenEndpoint } from '../token-endpoint.js';
import { TraceLog } from '../trace/trace-log.js';
import { Traces } from '../trace/traces.js';
import { Connection } from './connection.entity.js';
import { ConnectionWriter } from './connection-writer.js';
import { RefreshLease } from './lease.js';
import { backoffMs } from './lifetime.js';
import { TokenSeal } from './token-seal.js';

/** How often somebody who waits for another's refresh looks at the row. */
const LOOK_MS = 100;

/** Beyond the token request's timeout, for another replica to store what it was granted. */
const WAIT_MS = 3000;

/** How often the new tokens are tried to be stored: losing them may lose the connection. */
const STORE_ATTEMPTS = 6;

/**
 * Renews the tokens of connections. The promise: a token that is still good is never lost or overwritten, and a provider sees one
 * refresh however many callers and replicas want it.
 */
@Injectable()
export class Refresher {
  private readonly running = new Map<string, Promise<Connection>>();

  constructor(
    private readonly database: Database,
    private readonly lease: RefreshLease,
    private readonly seal: TokenSeal,
    private readonly writer: ConnectionWriter,
    private readonly clients: OAuthClients,
    private readonly endpoint: TokenEndpoint,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly traces: Traces,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Renews the tokens of a connection, or waits for whoever is doing it.
   *
   * @param row as it was read; where it has been renewed meanwhile, nothing is asked
   * @returns the row afterwards: of a higher version where there are new tokens, `reconnect_required` where the provider took
   *   the grant back, else unchanged, `retryAt` saying how long the provider is left alone
   */
  refresh(row: Connection): Promise<Connection> {
    const key = `${row.id} ${row.version}`;
    const running = this.running.get(key);
    if (running) return running;
    const mine = this.refreshOnce(row).finally(() => this.running.delete(key));
    this.running.set(key, mine);
    return mine;
  }

  /** Waits for what this process has begun, so that no answer of a token endpoint is lost when it stops. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  private async refreshOnce(seen: Connection): Promise<Connection> {
    // Whoever waits longer for another replica than that replica may take goes without.
    const patience = this.clock.in(this.settings.refresh.tokenTimeoutMs + WAIT_MS);
    for (let row: Connection = seen; ; row = await this.reload(row)) {
      if (this.clock.now() > patience) return row;
      const isDone = row.version !== seen.version || row.status !== 'active' || !row.hasRefreshToken;
      if (isDone || (row.retryAt && row.retryAt > this.clock.now())) return row;
      if (!this.lease.isHeld(row) && (await this.lease.take(row))) return this.renew(row);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Holds the lease. */
  private async renew(row: Connection): Promise<Connection> {
    if (row.leaseUntil)
      this.logger.warn({ connection_id: row.id }, 'an earlier refresh was cut off; its token is tried once more');
    const log = new TraceLog();
    try {
      const { refreshToken, granted } = await this.ask(row, log);
      await this.store(row, granted, refreshToken, log);
      this.metrics.refreshes.inc({ result: 'renewed' });
    } catch (error) {
      await this.failed(row, error, log);
    }
    return this.reload(row);
  }

  private async ask(row: Connection, log: TraceLog): Promise<{ refreshToken: string; granted: GrantedTokens }> {
    const { tenantId, actionId } = row;
    const action = await this.database.tenant(tenantId).read((store) => store.get(Action, { id: actionId }, 'action'));
    const client = await this.clients.of(action);
    const { refreshToken } = await this.seal.open({ ...row, tokens: row.tokens ?? '' });
    if (!refreshToken) throw new TokenError('refused', 'invalid_grant', 'there is no refresh token');
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken } as const;
    return { refreshToken, granted: await this.endpoint.grant(client, grant, log) };
  }

  /**
   * Stores what was granted, against every passing fault of the database, as long as nobody else has written. Only the version
   * decides: while it stands, nobody has newer tokens, even where the lease has run out and is another's.
   */
  private async store(row: Connection, granted: GrantedTokens, refreshToken: string, log: TraceLog): Promise<void> {
    const columns = await this.writer.columns(row, granted, { scope: row.scope, refreshToken });
    const changes = { ...columns, version: row.version + 1, lastRefreshedAt: this.clock.now() };
    const write = () =>
      this.database.tenant(row.tenantId).write(async (store) => {
        await this.traces.write(store, row.id, log);
        return store.update(Connection, { id: row.id, version: row.version }, changes);
      });
    for (let attempt = 1; ; attempt++) {
      try {
        if ((await write()) === 0)
          this.logger.warn({ connection_id: row.id }, 'a refresh came too late and was dropped');
        return;
      } catch (error) {
        if (attempt === STORE_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
      }
    }
  }

  private async failed(row: Connection, error: unknown, log: TraceLog): Promise<void> {
    if (error instanceof TokenError && error.isGrantGone) {
      this.metrics.refreshes.inc({ result: 'refused' });
      // On the version that was asked for: where another has renewed it meanwhile, this changes nothing (SECURITY C30).
      await this.database.tenant(row.tenantId).write(async (store) => {
        await this.traces.write(store, row.id, log);
        await this.writer.end(store, row, 'reconnect_required', 'system', error.code);
      });
      return;
    }
    this.metrics.refreshes.inc({ result: error instanceof TokenError ? error.kind : 'failed' });
    this.logger.warn({ err: error, connection_id: row.id }, 'a token could not be renewed; it is kept');
    const failures = row.failures + 1;
    const retryAt = this.clock.in(backoffMs(failures, Math.random()));
    const changes = { failures, retryAt, refreshAt: retryAt, leaseOwner: null, leaseUntil: null };
    await this.database.tenant(row.tenantId).write(async (store) => {
      await this.traces.write(store, row.id, log);
      await store.update(Connection, this.mine(row), changes);
    });
  }

  private mine({ id, version }: Connection): { id: string; version: number; leaseOwner: string } {
    return { id, version, leaseOwner: this.lease.owner };
  }

  private reload({ tenantId, id }: Connection): Promise<Connection> {
    return this.database.tenant(tenantId).read((store) => store.get(Connection, { id }, 'connection'));
  }
}
