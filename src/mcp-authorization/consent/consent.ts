import { Injectable } from '@nestjs/common';
import { Clock, digest, isSameDigest, randomSecret } from '../../common/index.js';
import type { Actor } from '../../audit/index.js';
import { AuthorizationRefusedError } from '../protocol/authorization-refused.error.js';
import { redirectWith } from '../protocol/redirect-uri.js';
import { BuiltInServers } from '../servers/built-in-servers.js';
import { Authorizations, STEP_MS } from '../store/authorizations.js';
import type { McpAuthorization } from '../store/mcp-authorization.entity.js';

/** Lifetime of authorization codes (RFC 6749, section 4.1.2, allows ten minutes). */
const CODE_LIFETIME_MS = 60_000;

/** The browser at the consent page. */
export interface ConsentVisitor {
  /** Digest of its cookie. */
  browserDigest: string | undefined;
  /** The one-time key that it sends. */
  key: string | undefined;
  address: string;
  requestId: string;
}

/** An authorization that its browser may answer. */
export interface OpenConsent {
  row: McpAuthorization & { user: string; consentKeyDigest: string };
  issuer: string;
}

/** The user's answer to the consent page. */
@Injectable()
export class Consent {
  constructor(
    private readonly servers: BuiltInServers,
    private readonly authorizations: Authorizations,
    private readonly clock: Clock,
  ) {}

  /**
   * Finds an authorization for a browser that has both the cookie from the authorization request and the key from the verification. A browser
   * that has only the key did not start the authorization, so it ends.
   *
   * @throws {AuthorizationRefusedError}
   */
  async open(gptId: string, id: string, visitor: ConsentVisitor): Promise<OpenConsent> {
    const server = await this.servers.find(gptId);
    const row = server && (await this.authorizations.find(server.settings.tenantId, id));
    if (!server || row?.gptId !== server.settings.gptId) throw new AuthorizationRefusedError('unknown');
    const { tenantId, user, consentKeyDigest } = row;
    if (row.expiresAt <= this.clock.now()) throw new AuthorizationRefusedError('expired', tenantId);
    if (user === null || consentKeyDigest === null || !isDigestOf(consentKeyDigest, visitor.key))
      throw new AuthorizationRefusedError('link', tenantId);
    const open = { ...row, user, consentKeyDigest };
    if (visitor.browserDigest === undefined || !isSameDigest(row.browserDigest, visitor.browserDigest)) {
      await this.refuse(open, visitor);
      throw new AuthorizationRefusedError('other_browser', tenantId);
    }
    if (row.status !== 'verified' && row.status !== 'approved') throw new AuthorizationRefusedError('ended', tenantId);
    if (row.authorizationVersion !== server.settings.authorizationVersion)
      throw new AuthorizationRefusedError('changed', tenantId);
    return { row: open, issuer: server.issuer };
  }

  /**
   * Approves an authorization. A second press of the button replaces a code that was not redeemed.
   *
   * @returns the authorization response (RFC 6749, section 4.1.2; RFC 9207, section 2)
   * @throws {AuthorizationRefusedError} the authorization was answered by another request
   */
  async approve({ row, issuer }: OpenConsent, visitor: ConsentVisitor): Promise<string> {
    const code = randomSecret();
    const { status, consentKeyDigest } = row;
    const changes = {
      status: 'approved' as const,
      codeDigest: digest(code),
      codeExpiresAt: this.clock.in(CODE_LIFETIME_MS),
      expiresAt: this.clock.in(STEP_MS),
    };
    const isApproved = await this.authorizations.change(row, { status, consentKeyDigest }, changes, async (store) => {
      if (status === 'verified') await this.authorizations.record(store, row, 'approved', actorOf(row, visitor));
    });
    if (!isApproved) throw new AuthorizationRefusedError('ended', row.tenantId);
    return redirectWith(row.redirectUri, { code, state: row.state, iss: issuer });
  }

  /** @returns the error response (RFC 6749, section 4.1.2.1) @throws {AuthorizationRefusedError} as `approve` */
  async deny({ row, issuer }: OpenConsent, visitor: ConsentVisitor): Promise<string> {
    const { status, consentKeyDigest } = row;
    const changes = { status: 'denied' as const, codeDigest: null };
    const isDenied = await this.authorizations.change(row, { status, consentKeyDigest }, changes, (store) =>
      this.authorizations.record(store, row, 'denied', actorOf(row, visitor)),
    );
    if (!isDenied) throw new AuthorizationRefusedError('ended', row.tenantId);
    return redirectWith(row.redirectUri, { error: 'access_denied', state: row.state, iss: issuer });
  }

  private async refuse(row: OpenConsent['row'], visitor: ConsentVisitor): Promise<void> {
    const { status, consentKeyDigest } = row;
    if (status !== 'verified') return;
    const details = { reason: 'the consent page was opened in another browser than the authorization was started in' };
    await this.authorizations.change(row, { status, consentKeyDigest }, { status: 'refused' }, (store) =>
      this.authorizations.record(store, row, 'refused', actorOf(row, visitor), details),
    );
  }
}

function isDigestOf(expected: string, secret: string | undefined): boolean {
  return secret !== undefined && isSameDigest(expected, digest(secret));
}

function actorOf({ user }: OpenConsent['row'], { address, requestId }: ConsentVisitor): Actor {
  return { user, address, requestId };
}
