import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache } from '../cluster/index.js';
import { Clock } from '../common/index.js';
import { Database, isDuplicate } from '../database/index.js';
import { decrypt, encrypt } from './envelope.js';
import { TokenKey, tokenKeyContext } from './token-key.entity.js';
import { Vault } from './vault.js';

/** What a token is for. A token for one use is invalid for every other. */
export type TokenUse =
  | 'tool_calls.resume'
  | 'mcp.cursor'
  | 'mcp.request_state'
  | 'mcp.session'
  | 'mcp.client'
  | 'mcp.refresh'
  | 'mcp.user_cookie';

/** Where a token is valid: its use, and the ids that it is bound to, such as a GPT, a user and a key. */
export interface TokenScope {
  tenantId: string;
  use: TokenUse;
  boundTo: readonly string[];
}

interface Envelope {
  /** Milliseconds since the epoch. */
  expiresAt?: number;
  content: unknown;
}

interface Key {
  bytes: Buffer;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;

/**
 * Seals state that a client keeps and sends back, so that no replica has to store it. A token is encrypted with AES-256-GCM under a key of its
 * tenant, and authenticated with its scope: one that was altered, has expired, or is sent elsewhere cannot be opened.
 */
@Injectable()
export class SealedTokens {
  private readonly keys: FreshCache<Key>;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    cluster: Cluster,
  ) {
    this.keys = new FreshCache(cluster, ['tenant', 'data-key'], 10_000);
  }

  /**
   * Seals content as JSON.
   *
   * @param lifetimeMs milliseconds until the token expires; without it, the token is valid as long as the tenant's key
   * @returns base64url
   */
  async seal(scope: TokenScope, content: unknown, lifetimeMs?: number): Promise<string> {
    const { bytes: key } = await this.key(scope.tenantId);
    const envelope: Envelope = { content, ...(lifetimeMs !== undefined && { expiresAt: this.now() + lifetimeMs }) };
    const nonce = randomBytes(NONCE_BYTES);
    const { body, tag } = encrypt(key, nonce, associatedData(scope), Buffer.from(JSON.stringify(envelope)));
    return Buffer.concat([Buffer.from([VERSION]), nonce, body, tag]).toString('base64url');
  }

  /** @returns the content; `undefined` if the token is invalid in this scope or has expired */
  async open<T>(scope: TokenScope, token: string): Promise<T | undefined> {
    const bytes = Buffer.from(token, 'base64url');
    const isComplete = bytes.length > 1 + NONCE_BYTES + TAG_BYTES && bytes.toString('base64url') === token;
    if (!isComplete || bytes[0] !== VERSION) return undefined;
    const { bytes: key } = await this.key(scope.tenantId);
    const envelope = opened(key, bytes, associatedData(scope));
    if (envelope === undefined || (envelope.expiresAt ?? Infinity) <= this.now()) return undefined;
    return envelope.content as T;
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  private async key(tenantId: string): Promise<Key> {
    const key = await this.keys.get(tenantId, async () => (await this.find(tenantId)) ?? this.add(tenantId));
    if (!key) throw new Error('the tenant has no key for its tokens');
    return key;
  }

  private async find(tenantId: string): Promise<Key | undefined> {
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(TokenKey, {}));
    if (!row?.sealedKey) return undefined;
    return { bytes: Buffer.from(await this.vault.unseal(tokenKeyContext(tenantId), row.sealedKey), 'base64') };
  }

  private async add(tenantId: string): Promise<Key | undefined> {
    const key = randomBytes(KEY_BYTES).toString('base64');
    const sealedKey = await this.vault.seal(tokenKeyContext(tenantId), key);
    try {
      await this.database.tenant(tenantId).write((store) => store.insert(TokenKey, [{ sealedKey }]));
    } catch (error) {
      // Another request has added one at the same time.
      if (!isDuplicate(error)) throw error;
    }
    return this.find(tenantId);
  }
}

function opened(key: Buffer, token: Buffer, aad: Buffer): Envelope | undefined {
  const nonce = token.subarray(1, 1 + NONCE_BYTES);
  const body = token.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  try {
    return JSON.parse(decrypt(key, nonce, aad, { body, tag: token.subarray(-TAG_BYTES) }).toString()) as Envelope;
  } catch {
    return undefined;
  }
}

/** JSON keeps the parts apart: `["ab","c"]` and `["a","bc"]` differ. */
function associatedData({ tenantId, use, boundTo }: TokenScope): Buffer {
  return Buffer.from(JSON.stringify([VERSION, tenantId, use, ...boundTo]));
}
