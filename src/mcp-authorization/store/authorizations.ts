import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual } from 'typeorm';
import { AuditLog, type Actor } from '../../audit/index.js';
import { Clock, digest, newId, RecurringJobs } from '../../common/index.js';
import { Database, LONG, type TenantStore } from '../../database/index.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { McpAccessToken } from './mcp-access-token.entity.js';
import { McpAuthorization, type AuthorizationStatus } from './mcp-authorization.entity.js';

/** Time to sign in at the tenant, and then again to answer the consent page. */
export const STEP_MS = 600_000;

const SWEEP_INTERVAL_MS = 600_000;

/** The most open requests of a GPT. Further ones are rejected until some expire. */
const MAX_OPEN_PER_GPT = 5000;

const OPEN = ['pending', 'verified', 'approved'] as const;

/** An authorization request that was checked. */
export type NewAuthorization = Pick<
  McpAuthorization,
  'gptId' | 'authorizationVersion' | 'clientId' | 'client' | 'redirectUri' | 'state' | 'codeChallenge' | 'scope'
> & { tenantId: string; browserDigest: string; browserToken: string };

/** What a change depends on. */
interface Expected {
  status: AuthorizationStatus;
  consentKeyDigest?: string;
  codeDigest?: string;
  generation?: number;
}

type AuthorizationEvent = 'verified' | 'approved' | 'denied' | 'refused' | 'granted' | 'revoked';

/** Stores authorizations; each change is one atomic write. */
@Injectable()
export class Authorizations {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('expired MCP authorizations', SWEEP_INTERVAL_MS, () => this.sweep());
  }

  /**
   * Stores an authorization request. Returns its id.
   *
   * @throws {OAuthError} `temporarily_unavailable`: the GPT has too many open requests
   */
  async create({ tenantId, browserToken, ...request }: NewAuthorization): Promise<string> {
    const createdAt = this.clock.now();
    const id = newId('az');
    const row: Omit<McpAuthorization, 'tenantId'> = {
      ...request,
      id,
      status: 'pending',
      browserTokenDigest: digest(browserToken),
      user: null,
      consentKeyDigest: null,
      codeDigest: null,
      codeExpiresAt: null,
      generation: 0,
      rotatedAt: null,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + STEP_MS),
    };
    await this.database.tenant(tenantId).write(async (store) => {
      const open = await store.count(McpAuthorization, { gptId: request.gptId, status: In(OPEN) });
      if (open >= MAX_OPEN_PER_GPT)
        throw new OAuthError('temporarily_unavailable', 'too many authorizations are in progress; retry later', 503);
      await store.insert(McpAuthorization, [row]);
    });
    return id;
  }

  async find(tenantId: string, id: string): Promise<McpAuthorization | undefined> {
    return (await this.read(tenantId, (store) => store.findOne(McpAuthorization, { id }))) ?? undefined;
  }

  async findByCode(tenantId: string, gptId: string, code: string): Promise<McpAuthorization | undefined> {
    const where = { gptId, codeDigest: digest(code) };
    return (await this.read(tenantId, (store) => store.findOne(McpAuthorization, where))) ?? undefined;
  }

  /** Finds an access token with its authorization, whatever their states. */
  findByAccessToken(
    tenantId: string,
    token: string,
  ): Promise<{ token: McpAccessToken; authorization: McpAuthorization } | undefined> {
    return this.read(tenantId, async (store) => {
      const found = await store.findOne(McpAccessToken, { digest: digest(token) });
      const authorization = found && (await store.findOne(McpAuthorization, { id: found.authorizationId }));
      return authorization ? { token: found, authorization } : undefined;
    });
  }

  /**
   * Changes an authorization if it still has the expected values. Returns whether it had.
   *
   * @param then further writes of the same transaction
   */
  change(
    { tenantId, id }: McpAuthorization,
    expected: Expected,
    changes: Partial<McpAuthorization>,
    then?: (store: TenantStore) => Promise<void>,
  ): Promise<boolean> {
    return this.database.tenant(tenantId).write(async (store) => {
      if ((await store.update(McpAuthorization, { id, ...expected }, changes)) === 0) return false;
      await then?.(store);
      return true;
    });
  }

  /** Deletes a grant with its tokens, or a request. Returns `false` if it was already deleted. */
  end(row: McpAuthorization, actor: Actor, reason: string): Promise<boolean> {
    return this.database.tenant(row.tenantId).write(async (store) => {
      if ((await store.delete(McpAuthorization, { id: row.id })) === 0) return false;
      await this.record(store, row, 'revoked', actor, { reason });
      return true;
    });
  }

  async deleteAccessToken({ tenantId, digest: tokenDigest }: McpAccessToken): Promise<void> {
    await this.database.tenant(tenantId).write((store) => store.delete(McpAccessToken, { digest: tokenDigest }));
  }

  record(
    store: TenantStore,
    { id, gptId, user, client, redirectUri }: McpAuthorization,
    what: AuthorizationEvent,
    actor: Actor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const about = { gpt_id: gptId, user, client_name: client.name, client_host: client.publisher };
    const { protocol, host } = new URL(redirectUri);
    const entry = { type: `mcp_authorization.${what}` as const, actor, targetId: id };
    return this.audit.record(store, { ...entry, details: { ...about, redirect: `${protocol}//${host}`, ...details } });
  }

  private read<T>(tenantId: string, work: (store: TenantStore) => Promise<T>): Promise<T> {
    return this.database.tenant(tenantId).read(work);
  }

  private async sweep(): Promise<void> {
    const expired = { expiresAt: LessThanOrEqual(this.clock.now()) };
    await this.database.write(async (manager) => {
      await manager.delete(McpAccessToken, expired);
      await manager.delete(McpAuthorization, expired);
    }, LONG);
  }
}
