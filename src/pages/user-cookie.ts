import { Injectable } from '@nestjs/common';
import { digest, HostCookie, type HttpReply, type HttpRequest } from '../common/index.js';
import { Settings } from '../config/index.js';
import { SealedTokens, type TokenScope } from '../vault/index.js';

/** 400 days; browsers keep no cookie for longer. */
const MAX_AGE_SECONDS = 34_560_000;

/** Tenants whose user a browser remembers. */
const MAX_TENANTS = 5;

/** Sealed entries, newest first. */
const FORMAT = /^[\w-]{100,300}(?:\.[\w-]{100,300}){0,4}$/;

/** Whom a browser belongs to: the user in question, or another user of the tenant. `unknown`: its cookie has no entry of the tenant. */
export type BrowserOwner = 'user' | 'other_user' | 'unknown';

/**
 * Remembers in a cookie which user of a tenant has approved an MCP authorization in a browser, so that links that MCP clients show work in
 * that user's browser only (security rule C46). The cookie grants no access without a link.
 *
 * It has an entry for each tenant, sealed with that tenant's key: only this server can read or make one, and it is valid for that tenant only.
 */
@Injectable()
export class UserCookie {
  private readonly cookie: HostCookie;

  constructor(
    private readonly tokens: SealedTokens,
    { publicUrl }: Settings,
  ) {
    // Lax, because links in messages and the provider's redirect are top-level navigations.
    const options = { name: 'countersign-user', sameSite: 'lax', maxAgeSeconds: MAX_AGE_SECONDS } as const;
    this.cookie = new HostCookie({ publicUrl, ...options, format: FORMAT });
  }

  /** @returns the cookie of a browser for {@link ownerOf}; `undefined` if it has none */
  read(request: Pick<HttpRequest, 'headers'>): string | undefined {
    return this.cookie.read(request);
  }

  /** Returns whom a browser with this cookie belongs to. @param user the user in question, of this tenant */
  async ownerOf(cookie: string | undefined, tenantId: string, user: string): Promise<BrowserOwner> {
    for (const entry of entriesOf(cookie)) {
      const userDigest = await this.tokens.open<string>(scopeOf(tenantId), entry);
      if (userDigest !== undefined) return userDigest === digest(user) ? 'user' : 'other_user';
    }
    return 'unknown';
  }

  /** Sets the cookie after a user has approved an authorization. It replaces the tenant's earlier user, and at most the oldest other tenant. */
  async remember(request: HttpRequest, reply: HttpReply, tenantId: string, user: string): Promise<void> {
    const scope = scopeOf(tenantId);
    const others: string[] = [];
    for (const entry of entriesOf(this.read(request)))
      if ((await this.tokens.open(scope, entry)) === undefined) others.push(entry);
    // A digest, so that entries have one length and five of them fit.
    const entry = await this.tokens.seal(scope, digest(user), MAX_AGE_SECONDS * 1000);
    this.cookie.write(reply, [entry, ...others].slice(0, MAX_TENANTS).join('.'));
  }
}

function entriesOf(cookie: string | undefined): string[] {
  return cookie?.split('.') ?? [];
}

function scopeOf(tenantId: string): TokenScope {
  return { tenantId, use: 'mcp.user_cookie', boundTo: [] };
}
