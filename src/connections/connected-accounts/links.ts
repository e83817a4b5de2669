import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual } from 'typeorm';
import { AuditLog } from '../../audit/index.js';
import {
  Clock,
  digest,
  InvalidRequestError,
  newId,
  randomSecret,
  RecurringJobs,
  isSameDigest,
  type TenantCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, LONG } from '../../database/index.js';
import { ApiKey, TenantsService } from '../../tenants/index.js';
import { ConnectedAccountsLink } from './link.entity.js';
import type { ConnectedAccountsLinkDto, CreateConnectedAccountsLinkDto } from './links.dto.js';
import { ConnectedAccountsRefusedError } from './refused.error.js';

const LIFETIME_MS = 3_600_000;

const SWEEP_INTERVAL_MS = 600_000;

/** Links to the connected-accounts page. Each is for one user, is bound to the first browser that opens it, and expires after an hour. */
@Injectable()
export class ConnectedAccountsLinks {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly settings: Settings,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('expired connected-accounts links', SWEEP_INTERVAL_MS, () => this.sweep());
  }

  /**
   * Creates a link. Only the digest of its ticket is stored.
   *
   * @throws {InvalidRequestError} the tenant does not allow `return_url`
   */
  async create(
    caller: TenantCaller,
    { user, return_url: returnUrl }: CreateConnectedAccountsLinkDto,
  ): Promise<ConnectedAccountsLinkDto> {
    const { tenantId, keyId, gptIds } = caller;
    if (returnUrl !== undefined && !(await this.tenants.allowsReturnTo(tenantId, returnUrl))) {
      throw InvalidRequestError.at('/return_url', "the URL's origin is not one of the tenant's return_url_origins");
    }
    const ticket = randomSecret();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + LIFETIME_MS);
    const row: Omit<ConnectedAccountsLink, 'tenantId'> = {
      id: newId('cal'),
      keyId,
      gptIds: gptIds ? [...gptIds] : null,
      user,
      ticketDigest: digest(ticket),
      browserDigest: null,
      returnUrl: returnUrl ?? null,
      createdAt,
      expiresAt,
      endedAt: null,
    };
    await this.database.tenant(tenantId).write(async (store) => {
      await store.insert(ConnectedAccountsLink, [row]);
      const event = { type: 'connected_accounts.link_created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store, { ...event, details: { user } });
    });
    return { url: `${this.settings.publicUrl}/connected/${ticket}`, expires_at: expiresAt.toISOString() };
  }

  /** @throws {ConnectedAccountsRefusedError} the link does not exist or has expired, or its API key was revoked */
  async find(ticket: string): Promise<ConnectedAccountsLink> {
    const { row, key } = await this.database.read(async (manager) => {
      const found = await manager.findOneBy(ConnectedAccountsLink, { ticketDigest: digest(ticket) });
      const where = { tenantId: found?.tenantId ?? '', id: found?.keyId ?? '' };
      return { row: found, key: found && (await manager.findOneBy(ApiKey, where)) };
    });
    if (!row || !key || key.revokedAt) throw new ConnectedAccountsRefusedError('unknown', row ?? undefined);
    if (row.expiresAt <= this.clock.now()) throw new ConnectedAccountsRefusedError('expired', row);
    return row;
  }

  /**
   * Finds a link that this browser has opened (security rules C3 and C4).
   *
   * @throws {ConnectedAccountsRefusedError} as `find`, or the link was not opened in this browser
   */
  async findFor(ticket: string, browserDigest: string | undefined): Promise<ConnectedAccountsLink> {
    const row = await this.find(ticket);
    if (isOpenIn(row, browserDigest)) return row;
    throw new ConnectedAccountsRefusedError('other_browser', row);
  }

  /** Binds the link to a browser in one atomic write. @throws {ConnectedAccountsRefusedError} the link is bound to another browser */
  async open(ticket: string, browserDigest: string | undefined): Promise<void> {
    const row = await this.find(ticket);
    const { tenantId, id } = row;
    if (browserDigest === undefined) throw new ConnectedAccountsRefusedError('other_browser', row);
    if (isOpenIn(row, browserDigest)) return;
    const bound = await this.database
      .tenant(tenantId)
      .write((store) => store.update(ConnectedAccountsLink, { id, browserDigest: IsNull() }, { browserDigest }));
    if (bound === 0) throw new ConnectedAccountsRefusedError('other_browser', row);
  }

  /** Closes the link: the page no longer shows connections. */
  async end({ tenantId, id }: ConnectedAccountsLink): Promise<void> {
    const changes = { endedAt: this.clock.now() };
    await this.database
      .tenant(tenantId)
      .write((store) => store.update(ConnectedAccountsLink, { id, endedAt: IsNull() }, changes));
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write(
      (manager) => manager.delete(ConnectedAccountsLink, { expiresAt: LessThanOrEqual(now) }),
      LONG,
    );
  }
}

function isOpenIn({ browserDigest: own }: Pick<ConnectedAccountsLink, 'browserDigest'>, other?: string): boolean {
  return own !== null && other !== undefined && isSameDigest(own, other);
}
