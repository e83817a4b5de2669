import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { AuditLog } from '../../audit/index.js';
import { Clock, digest, randomSecret, type Caller } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Keyring, type KeyHolder } from '../keyring.js';
import { ConsoleSession } from './console-session.entity.js';

/** A working day: nobody is asked again before lunch, and a browser that was left open ends by itself. */
export const SESSION_SECONDS = 12 * 3600;

/** What a browser's secret stands for. */
export interface FoundSession {
  holder: KeyHolder;
  expiresAt: Date;
}

/**
 * Lets a browser act for a key without keeping the key: it holds a secret of its own, which ends in hours, when it signs out, and with
 * the key.
 */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @returns the secret for the browser's cookie */
  async start(caller: Caller): Promise<{ secret: string; expiresAt: Date }> {
    const secret = randomSecret();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + SESSION_SECONDS * 1000);
    const { keyId, tenantId = null } = caller;
    await this.database.write(async (manager) => {
      await manager.delete(ConsoleSession, { expiresAt: LessThanOrEqual(createdAt) });
      await manager.insert(ConsoleSession, { digest: digest(secret), tenantId, keyId, createdAt, expiresAt });
      await this.audit.record(
        { manager, tenantId },
        { type: 'console_session.started', actor: caller, targetId: keyId },
      );
    });
    return { secret, expiresAt };
  }

  /** @returns `undefined` for a session that was never there, has ended, or whose key has */
  async find(secret: string): Promise<FoundSession | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(ConsoleSession, { digest: digest(secret) }));
    if (!row || row.expiresAt <= this.clock.now()) return undefined;
    const holder = await this.keyring.holderById(row.keyId);
    return holder && { holder, expiresAt: row.expiresAt };
  }

  /** Ends it on every replica: sessions are not kept in memory. */
  async end(caller: Caller, secret: string): Promise<void> {
    const { keyId, tenantId = null } = caller;
    await this.database.write(async (manager) => {
      const { affected } = await manager.delete(ConsoleSession, { digest: digest(secret) });
      if (!affected) return;
      await this.audit.record({ manager, tenantId }, { type: 'console_session.ended', actor: caller, targetId: keyId });
    });
  }
}
