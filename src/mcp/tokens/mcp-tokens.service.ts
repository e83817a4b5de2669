import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { AuditLog } from '../../audit/index.js';
import { Cluster, FreshCache } from '../../cluster/index.js';
import {
  canUseGpt,
  Clock,
  digest,
  isSameDigest,
  newId,
  NotFoundError,
  RecurringJobs,
  type TenantCaller,
} from '../../common/index.js';
import { Database, LONG } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { ApiKey } from '../../tenants/index.js';
import { McpSettingsService } from '../settings/mcp-settings.service.js';
import { McpToken } from './mcp-token.entity.js';
import { DEFAULT_LIFETIME_SECONDS, type CreateMcpTokenDto, type McpTokenDto } from './mcp-tokens.dto.js';
import { mintToken, parseToken } from './token-format.js';

/** A user token, and the API key that created it. */
export interface TokenWithKey {
  token: McpToken;
  key: ApiKey;
}

const SWEEP_INTERVAL_MS = 600_000;

/** Compared with the presented digest if the id is unknown, so that a miss takes as long as a hit. */
const NO_MATCH_DIGEST = digest('no match');

/** Creates, verifies and revokes the tokens with which MCP clients act for one end user. */
@Injectable()
export class McpTokens {
  /** By id and digest: a wrong secret is never answered from the cache, and cannot evict a token. */
  private readonly cache: FreshCache<TokenWithKey>;

  constructor(
    private readonly database: Database,
    private readonly settings: McpSettingsService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    jobs: RecurringJobs,
  ) {
    this.cache = new FreshCache(cluster, ['mcp-token'], 10_000);
    // The tokens of a key end with it.
    cluster.on('key', () => this.cache.clear());
    jobs.add('expired MCP tokens', SWEEP_INTERVAL_MS, () => this.sweep());
  }

  /** @throws {NotFoundError} the tenant has no such GPT, or the caller's key does not cover it */
  async create(caller: TenantCaller, { gpt_id: gptId, user, expires_in }: CreateMcpTokenDto): Promise<McpTokenDto> {
    if (!canUseGpt(caller, gptId)) throw new NotFoundError('GPT');
    const id = newId('mcpt');
    const { token, secret } = mintToken(id);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + (expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000);
    const row = { id, gptId, keyId: caller.keyId, user, digest: digest(secret), createdAt, expiresAt };
    await this.database.tenant(caller.tenantId).write(async (store) => {
      await store.get(Gpt, { id: gptId }, 'GPT');
      await store.insert(McpToken, [row]);
      const details = { gpt_id: gptId, user };
      await this.audit.record(store, { type: 'mcp_token.created', actor: caller, targetId: id, details });
    });
    return { id, token, url: this.settings.urlOf(gptId), expires_at: expiresAt.toISOString() };
  }

  /** @throws {NotFoundError} the tenant has no such token, or the caller's key does not cover its GPT */
  async revoke(caller: TenantCaller, id: string): Promise<void> {
    const row = await this.database.tenant(caller.tenantId).write(async (store) => {
      const token = await store.get(McpToken, { id }, 'MCP token');
      if (!canUseGpt(caller, token.gptId)) throw new NotFoundError('MCP token');
      await store.delete(McpToken, { id });
      const details = { gpt_id: token.gptId, user: token.user };
      await this.audit.record(store, { type: 'mcp_token.revoked', actor: caller, targetId: id, details });
      return token;
    });
    this.cluster.publish('mcp-token', topicIdOf(row));
  }

  /** @returns `undefined` if the token is malformed, unknown, expired or revoked, or its key no longer works */
  async verify(text: string): Promise<TokenWithKey | undefined> {
    const parsed = parseToken(text);
    if (!parsed) return undefined;
    const presented = { id: parsed.id, digest: digest(parsed.secret) };
    const found = await this.cache.get(topicIdOf(presented), () => this.find(presented));
    if (!found) return undefined;
    const { token, key } = found;
    const now = this.clock.now();
    const isExpired = token.expiresAt <= now || (key.expiresAt !== null && key.expiresAt <= now);
    return isExpired || key.revokedAt ? undefined : found;
  }

  private async find({ id, digest: presented }: Pick<McpToken, 'id' | 'digest'>): Promise<TokenWithKey | undefined> {
    return this.database.read(async (manager) => {
      const token = await manager.findOneBy(McpToken, { id });
      const matches = isSameDigest(presented, token?.digest ?? NO_MATCH_DIGEST);
      const key = await manager.findOneBy(ApiKey, { tenantId: token?.tenantId ?? '', id: token?.keyId ?? '' });
      return token && key && matches ? { token, key } : undefined;
    });
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write((manager) => manager.delete(McpToken, { expiresAt: LessThanOrEqual(now) }), LONG);
  }
}

function topicIdOf({ id, digest: of }: Pick<McpToken, 'id' | 'digest'>): string {
  return `${id} ${of}`;
}
