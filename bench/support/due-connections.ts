import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Like } from 'typeorm';
import { createApp } from '../../src/app.js';
import { createLogger, digest, mintKey, newId, randomSecret } from '../../src/common/index.js';
import { readSettings } from '../../src/config/index.js';
import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/connection.entity.js';
import { TokenSeal } from '../../src/connections/token-seal.js';

/** How many rows one statement inserts. */
const BATCH = 500;

/** That ids are made of. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Whose connections are made. */
export interface Owner {
  tenantId: string;
  gptId: string;
  actionId: string;
}

/** Writes connections past the sign-in, with what the server seals them with: a second app on the same database, that serves nobody. */
export class DueConnections {
  private constructor(private readonly app: NestFastifyApplication) {}

  /** @param environment that of the server */
  static async open(environment: Record<string, string>): Promise<DueConnections> {
    // Its own background is to find nothing.
    const settings = readSettings({ ...environment, REFRESH_INTERVAL_SECONDS: '3600' });
    const operatorKey = mintKey('operator', newId('key')).key;
    return new DueConnections(await createApp({ settings, operatorKey, logger: createLogger('silent') }));
  }

  /** Inserts connections that are not due for long. */
  async insert(owner: Owner, count: number): Promise<void> {
    for (let left = count; left > 0; left -= BATCH) {
      const rows = await Promise.all(Array.from({ length: Math.min(BATCH, left) }, () => this.row(owner)));
      const tenant = this.app.get(Database).tenant(owner.tenantId);
      await tenant.write((store) => store.insert(Connection, rows));
    }
  }

  /** Inserts connections whose access tokens have expired. @returns whose they are */
  async insertExpired(owner: Owner, count: number): Promise<string[]> {
    const rows = await Promise.all(Array.from({ length: count }, () => this.row(owner)));
    const past = new Date(Date.now() - 1000);
    for (const row of rows) Object.assign(row, { expiresAt: past, dueAt: past });
    const tenant = this.app.get(Database).tenant(owner.tenantId);
    await tenant.write((store) => store.insert(Connection, rows));
    return rows.map(({ user }) => user);
  }

  /** Makes all of them due at once, since moments that lie as close together as jitter leaves them. */
  async makeDue(): Promise<void> {
    const now = Date.now();
    await this.app.get(Database).write(async (manager) => {
      for (const [index, letter] of [...LETTERS].entries()) {
        const refreshAt = new Date(now - index * 1000);
        await manager.update(Connection, { id: Like(`conn-${letter}%`) }, { refreshAt });
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
      binding: 1,
      status: 'active',
      tokens: await this.app.get(TokenSeal).seal({ tenantId, id }, tokens),
      hasRefreshToken: true,
      tokenType: 'bearer',
      scope: 'notes:read',
      expiresAt: later,
      dueAt: later,
      refreshAt: later,
      version: 1,
      leaseOwner: null,
      leaseUntil: null,
      failures: 0,
      retryAt: null,
      createdAt: now,
      lastRefreshedAt: null,
      lastUsedAt: now,
    };
  }
}
