import { isObject } from '@countersign/openapi';
import { Injectable } from '@nestjs/common';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import { Clock, CountersignError, Logger, parseObject } from '../../common/index.js';
import { Egress, EgressError } from '../../egress/index.js';
import type { McpSettings } from '../../mcp/index.js';
import { metadataUrls } from '../../oauth/index.js';

export type KeyResolver = ReturnType<typeof createLocalJWKSet>;

/** How long keys are used before they are fetched again, so that a withdrawn key is not accepted for longer. */
const MAX_AGE_MS = 600_000;

/** The least time between two fetches, for unknown key ids and after failures. */
const MIN_INTERVAL_MS = 30_000;

/** How long the last keys are used while the provider does not answer. */
const MAX_STALE_MS = 3_600_000;

const MAX_SETS = 1000;
const MAX_SETS_PER_TENANT = 50;
const MAX_KEYS = 100;

const REQUEST = { timeoutMs: 5000, maxResponseBytes: 131_072, redirects: 0, trafficClass: 'oauth' } as const;

/** The keys of an issuer as they were fetched last. */
interface KeySet {
  tenantId: string;
  resolve?: KeyResolver;
  kids: ReadonlySet<string>;
  /** Milliseconds since the epoch of the last success, and of the last attempt. */
  fetchedAt: number;
  attemptedAt: number;
  /** Why the last attempt failed. */
  problem?: string;
}

/** The signature keys (JWKS, RFC 7517) of the tenants' identity providers, fetched through the egress policy and cached. */
@Injectable()
export class IssuerKeys {
  private readonly sets = new LRUCache<string, KeySet>({ max: MAX_SETS });
  private readonly fetches = new Map<string, Promise<KeySet>>();

  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Returns the keys of a GPT's issuer. Keys are fetched again when they are old, or when the key id is unknown, at most every 30 seconds.
   *
   * @param kid the key id of the token that is to be verified
   * @throws {CountersignError} `unavailable`: the keys cannot be fetched
   */
  async find(settings: McpSettings, kid: string | undefined): Promise<KeyResolver> {
    const key = JSON.stringify([settings.tenantId, settings.issuer, settings.jwksUri]);
    const known = this.sets.get(key);
    const set = known && !this.isFetchDue(known, kid) ? known : await this.fetchOnce(key, settings, known);
    if (set.resolve && this.now() - set.fetchedAt <= MAX_STALE_MS) return set.resolve;
    throw new CountersignError('unavailable', `the keys of the token's issuer cannot be fetched: ${set.problem}`);
  }

  private isFetchDue({ fetchedAt, attemptedAt, kids }: KeySet, kid: string | undefined): boolean {
    if (this.now() - attemptedAt < MIN_INTERVAL_MS) return false;
    return this.now() - fetchedAt >= MAX_AGE_MS || (kid !== undefined && !kids.has(kid));
  }

  /** Fetches the keys; concurrent requests share one fetch. */
  private fetchOnce(key: string, settings: McpSettings, known: KeySet | undefined): Promise<KeySet> {
    const fetching =
      this.fetches.get(key) ?? this.fetchSet(key, settings, known).finally(() => this.fetches.delete(key));
    this.fetches.set(key, fetching);
    return fetching;
  }

  private async fetchSet(key: string, settings: McpSettings, known: KeySet | undefined): Promise<KeySet> {
    const { tenantId } = settings;
    const attemptedAt = this.now();
    let set: KeySet;
    try {
      const jwks = await this.fetchKeys(settings);
      const kids = new Set(jwks.keys.map(({ kid }) => kid).filter((kid) => kid !== undefined));
      set = { tenantId, resolve: createLocalJWKSet(jwks), kids, fetchedAt: this.now(), attemptedAt };
    } catch (error) {
      if (!(error instanceof EgressError || error instanceof KeysError)) throw error;
      const problem = error instanceof EgressError ? error.publicMessage : error.message;
      this.logger.warn(
        { tenant_id: tenantId, gpt_id: settings.gptId },
        `fetching keys of an issuer failed: ${problem}`,
      );
      set = { kids: new Set(), fetchedAt: 0, ...known, tenantId, attemptedAt, problem };
    }
    this.store(key, set);
    return set;
  }

  private async fetchKeys(settings: McpSettings): Promise<JSONWebKeySet> {
    const url = settings.jwksUri ?? (await this.discover(settings));
    const { keys } = await this.fetchJson(settings.tenantId, url);
    const isList = Array.isArray(keys) && keys.length <= MAX_KEYS && keys.every(isObject);
    if (!isList) throw new KeysError(`the document is not a JWK set of at most ${MAX_KEYS} keys`);
    return { keys } as unknown as JSONWebKeySet;
  }

  /** Returns the issuer's `jwks_uri` (RFC 8414, section 2). @throws {KeysError} no metadata of the issuer names one */
  private async discover({ tenantId, issuer }: McpSettings): Promise<string> {
    for (const url of metadataUrls(issuer ?? '')) {
      const metadata = await this.fetchJson(tenantId, url).catch((error: unknown) => {
        if (error instanceof KeysError) return undefined; // The issuer has its metadata at another URL.
        throw error;
      });
      const jwksUri = metadata?.['issuer'] === issuer ? metadata?.['jwks_uri'] : undefined;
      if (typeof jwksUri === 'string') return jwksUri;
    }
    throw new KeysError('no metadata of the issuer has a jwks_uri; set jwks_uri');
  }

  private async fetchJson(tenantId: string, url: string): Promise<Record<string, unknown>> {
    const headers = { accept: 'application/json, application/jwk-set+json' };
    const { status, body } = await this.egress.request({ ...REQUEST, tenantId, url, headers });
    if (status !== 200) throw new KeysError(`the server answered ${status}`);
    const value = parseObject(body.toString());
    if (value) return value;
    throw new KeysError('the response is not a JSON object');
  }

  private store(key: string, set: KeySet): void {
    this.sets.set(key, set);
    const own = [...this.sets.entries()].filter(([, { tenantId }]) => tenantId === set.tenantId);
    // Least recently used last.
    for (const [old] of own.slice(MAX_SETS_PER_TENANT)) this.sets.delete(old);
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** The provider's answer cannot be used. */
class KeysError extends Error {}
