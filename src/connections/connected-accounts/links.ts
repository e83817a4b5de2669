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
  sameDigest,
  type TenantCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { ApiKey, TenantsService } from '../../tenants/index.js';
import { ConnectedAccountsLink } from './link.entity.js';
import type { ConnectedAccountsLinkDto, CreateConnectedAccountsLinkDto } from './links.dto.js';
import { ConnectedAccountsRefusedError } from './refused.error.js';

const LIFETIME_MS = 3_600_000;

const SWEEP_MS = 600_000;

/** Links to the users' own page: made for a user, bound to the browser that opens one first, gone after an hour. */
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
    jobs.add('old links to connected accounts', SWEEP_MS, () => this.sweep());
  }

  /**
   * Only the digest of the ticket is kept.
   *
   * @throws {InvalidRequestError} the tenant allows no return to that URL
   */
  async create(
    caller: TenantCaller,
    { user, return_url: returnUrl }: CreateConnectedAccountsLinkDto,
  ): Promise<ConnectedAccountsLinkDto> {
    const { tenantId, keyId, gptIds } = caller;
    if (returnUrl !== undefined && !(await this.tenants.allowsReturnTo(tenantId, returnUrl))) {
      throw InvalidRequestError.at('/return_url', "the tenant's return_url_origins do not allow this URL");
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
      const event = { tenantId, type: 'connected_accounts.link_created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store.manager, { ...event, details: { user } });
    });
    return { url: `${this.settings.publicUrl}/connected/${ticket}`, expires_at: expiresAt.toISOString() };
  }

  /** @throws {ConnectedAccountsRefusedError} there is no such link, its hour is over, or its key has been revoked */
  async find(ticket: string): Promise<ConnectedAccountsLink> {
    const { row, key } = await this.database.read(async (manager) => {
      const found = await manager.findOneBy(ConnectedAccountsLink, { ticketDigest: digest(ticket) });
      const where = { tenantId: found?.tenantId ?? '', id: found?.keyId ?? '' };
      return { row: found, key: found && (await manager.findOneBy(ApiKey, where)) };
    });
    if (!row || !key || key.revokedAt) throw new ConnectedAccountsRefusedError('unknown');
    if (row.expiresAt <= this.clock.now()) throw new ConnectedAccountsRefusedError('expired', row.tenantId);
    return row;
  }

  /**
   * Of a browser that has opened it (SECURITY C3, C4).
   *
   * @throws {ConnectedAccountsRefusedError} it is another browser's, nobody's yet, or not there
   */
  async findFor(ticket: string, browserDigest: string | undefined): Promise<ConnectedAccountsLink> {
    const row = await this.find(ticket);
    if (isOpenIn(row, browserDigest)) return row;
    throw new ConnectedAccountsRefusedError('other_browser', row.tenantId);
  }

  /** Binds it to a browser by one atomic write. @throws {ConnectedAccountsRefusedError} another browser was first */
  async open(ticket: string, browserDigest: string | undefined): Promise<void> {
    const { tenantId, id, ...row } = await this.find(ticket);
    if (browserDigest === undefined) throw new ConnectedAccountsRefusedError('other_browser', tenantId);
    if (isOpenIn(row, browserDigest)) return;
    const bound = await this.database
      .tenant(tenantId)
      .write((store) => store.update(ConnectedAccountsLink, { id, browserDigest: IsNull() }, { browserDigest }));
    if (bound === 0) throw new ConnectedAccountsRefusedError('other_browser', tenantId);
  }

  /** Its user is done: it shows nothing any more. */
  async end({ tenantId, id }: ConnectedAccountsLink): Promise<void> {
    const changes = { endedAt: this.clock.now() };
    await this.database
      .tenant(tenantId)
      .write((store) => store.update(ConnectedAccountsLink, { id, endedAt: IsNull() }, changes));
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write((manager) => manager.delete(ConnectedAccountsLink, { expiresAt: LessThanOrEqual(now) }));
  }
}

function isOpenIn({ browserDigest: own }: Pick<ConnectedAccountsLink, 'browserDigest'>, other?: string): boolean {
  return own !== null && other !== undefined && sameDigest(own, other);
}
