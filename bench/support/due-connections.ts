import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Like } from 'typeorm';
import { createApp } from '../../src/app.js';
import { createLogger, digest, mintKey, newId, randomSecret } from '../../src/common/index.js';
import { readSettings } from '../../src/config/index.js';
import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { TokenSeal } from '../../src/connections/store/token-seal.js';

/** Number of rows that one statement inserts. */
const BATCH = 500;

/** Alphabet of ids. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Owner of the connections. */
export interface Owner {
  tenantId: string;
  gptId: string;
  actionId: string;
}

/** Inserts connections without sign-ins, sealed by a second app on the same database that serves no requests. */
export class DueConnections {
  private constructor(private readonly app: NestFastifyApplication) {}

  /** @param environment of the server */
  static async open(environment: Record<string, string>): Promise<DueConnections> {
    // The second app's own background refresh must find nothing.
    const settings = readSettings({ ...environment, REFRESH_INTERVAL_SECONDS: '3600' });
    const operatorKey = mintKey('operator', newId('key')).key;
    return new DueConnections(await createApp({ settings, operatorKey, logger: createLogger('silent') }));
  }

  /** Inserts connections that are not due soon. */
  async insert(owner: Owner, count: number): Promise<void> {
    for (let left = count; left > 0; left -= BATCH) {
      const rows = await Promise.all(Array.from({ length: Math.min(BATCH, left) }, () => this.row(owner)));
      const tenant = this.app.get(Database).tenant(owner.tenantId);
      await tenant.write((store) => store.insert(Connection, rows));
    }
  }

  /** Inserts connections whose access tokens have expired. @returns their owner */
  async insertExpired(owner: Owner, count: number): Promise<string[]> {
    const rows = await Promise.all(Array.from({ length: count }, () => this.row(owner)));
    const past = new Date(Date.now() - 1000);
    for (const row of rows) Object.assign(row, { expiresAt: past, callRefreshAt: past });
    const tenant = this.app.get(Database).tenant(owner.tenantId);
    await tenant.write((store) => store.insert(Connection, rows));
    return rows.map(({ user }) => user);
  }

  /** Makes all connections due, at times that differ as much as with jitter. */
  async makeDue(): Promise<void> {
    const now = Date.now();
    await this.app.get(Database).write(async (manager) => {
      for (const [index, letter] of [...LETTERS].entries()) {
        const backgroundRefreshAt = new Date(now - index * 1000);
        await manager.update(Connection, { id: Like(`conn-${letter}%`) }, { backgroundRefreshAt });
      }
    });
  }

  close(): Promise<void> {
    return this.app.close();
  }

  private async row({ tenantId, gptId, actionId }: Owner): Promise<Connection> {
    const id = newId('conn');
    const user = `user ${id}`;
    const now = new Date();
    const later = new Date(now.getTime() + 3_600_000);
    const tokens = { accessToken: randomSecret(), refreshToken: randomSecret() };
    return {
      tenantId,
      id,
      gptId,
      actionId,
      user,
      userDigest: digest(user),
      domain: 'bench',
      bindingVersion: 1,
      epoch: 0,
      status: 'active',
      tokens: await this.app.get(TokenSeal).seal({ tenantId, id }, tokens),
      hasRefreshToken: true,
      tokenType: 'bearer',
      scope: 'notes:read',
      expiresAt: later,
      callRefreshAt: later,
      backgroundRefreshAt: later,
      version: 1,
      leaseOwner: null,
      leaseUntil: null,
      refreshFailures: 0,
      requestedScope: null,
      refreshConcern: null,
      unreadableSince: null,
      unreadableResponses: 0,
      rejectedOperations: null,
      retryAt: null,
      createdAt: now,
      lastRefreshedAt: null,
      lastUsedAt: now,
    };
  }
}
