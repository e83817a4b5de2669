import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/index.js';
import { Cluster, FreshCache } from '../../cluster/index.js';
import { Clock, InvalidRequestError, type FieldError, type TenantCaller } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Gpt, gptTopicId } from '../../gpts/index.js';
import { TenantsService } from '../../tenants/index.js';
import type { McpSettingsDto, McpSettingsInput } from './mcp-settings.dto.js';
import { McpSettings } from './mcp-settings.entity.js';
import { mcpUrl } from './mcp-url.js';

type Fields = Omit<McpSettings, 'tenantId' | 'gptId' | 'gpt' | 'authorizationVersion' | 'updatedAt'>;

/** Reads and changes how GPTs are offered to MCP clients. */
@Injectable()
export class McpSettingsService {
  /** By the id of the GPT. */
  private readonly cache: FreshCache<McpSettings>;

  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly settings: Settings,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
  ) {
    this.cache = new FreshCache(cluster, [], 10_000);
    cluster.on('gpt', (topicId) => this.cache.invalidate(topicId.slice(topicId.indexOf(' ') + 1)));
  }

  urlOf(gptId: string): string {
    return mcpUrl(this.settings.publicUrl, gptId);
  }

  /**
   * Returns the settings of a GPT of any tenant, before a caller is known. What it returns must not be shown to a caller of another tenant.
   *
   * @returns `undefined` if there is no such GPT, or nothing was set
   */
  async ofGpt(gptId: string): Promise<McpSettings | undefined> {
    const find = () => this.database.read((manager) => manager.findOneBy(McpSettings, { gptId }));
    return this.cache.get(gptId, async () => (await find()) ?? undefined);
  }

  /** @throws {NotFoundError} the tenant has no such GPT */
  get({ tenantId }: TenantCaller, gptId: string): Promise<McpSettingsDto> {
    return this.database.tenant(tenantId).read(async (store) => {
      await store.get(Gpt, { id: gptId }, 'GPT');
      const row = await store.findOne(McpSettings, { gptId });
      return this.view(gptId, row ?? DEFAULTS, row?.updatedAt);
    });
  }

  /**
   * Replaces the settings of a GPT. Fields that are left out get their defaults.
   *
   * @throws {NotFoundError} the tenant has no such GPT
   * @throws {InvalidRequestError} a field that the authorization requires is missing, or `PUBLIC_URL` does not allow it
   */
  async put(caller: TenantCaller, gptId: string, body: McpSettingsInput): Promise<McpSettingsDto> {
    const { tenantId } = caller;
    const fields = fieldsOf(body);
    const updatedAt = this.clock.now();
    await this.get(caller, gptId);
    await this.requireUsable(tenantId, fields);
    await this.database.tenant(tenantId).write(async (store) => {
      await store.lockTenant();
      await store.get(Gpt, { id: gptId }, 'GPT');
      await this.replace(store, caller, gptId, { ...fields, updatedAt });
    });
    this.cluster.publish('gpt', gptTopicId(tenantId, gptId));
    return this.view(gptId, fields, updatedAt);
  }

  private async replace(
    store: TenantStore,
    actor: TenantCaller,
    gptId: string,
    fields: Fields & Pick<McpSettings, 'updatedAt'>,
  ): Promise<void> {
    const row = await store.findOne(McpSettings, { gptId });
    const before = row ?? { ...DEFAULTS, authorizationVersion: 0 };
    const isNewMode = before.authorization !== fields.authorization;
    const authorizationVersion = before.authorizationVersion + (isNewMode ? 1 : 0);
    const next = { ...fields, authorizationVersion };
    if (row) await store.update(McpSettings, { gptId }, next);
    else await store.insert(McpSettings, [{ gptId, ...next }]);
    const changed = Object.keys(NAMES).filter((name) => !isSame(before, fields, NAMES[name as keyof typeof NAMES]));
    const details = { fields: changed, enabled: fields.enabled, authorization: fields.authorization };
    await this.audit.record(store, { type: 'gpt.mcp_changed', actor, targetId: gptId, details });
  }

  private async requireUsable(tenantId: string, fields: Fields): Promise<void> {
    const errors: FieldError[] = [];
    const { authorization, issuer, loginUrl } = fields;
    if (authorization === 'jwt' && issuer === null)
      errors.push({ pointer: '/issuer', message: 'issuer is required if authorization is jwt' });
    if (authorization === 'builtin' && loginUrl === null)
      errors.push({ pointer: '/login_url', message: 'login_url is required if authorization is builtin' });
    if (issuer?.includes('?')) errors.push({ pointer: '/issuer', message: 'issuer must have no query' });
    if (authorization !== 'keys' && !(await this.areLinksSafe(tenantId)))
      errors.push({ pointer: '/authorization', message: UNSAFE_LINKS });
    if (errors.length > 0) throw new InvalidRequestError(errors);
  }

  /** Without `redirect` the tenant's server does not verify who opens a link. Such links must not travel over http. */
  private async areLinksSafe(tenantId: string): Promise<boolean> {
    if (this.settings.publicUrl.startsWith('https:')) return true;
    return (await this.tenants.verificationUrlOf(tenantId)) !== undefined;
  }

  private view(gptId: string, fields: Fields, updatedAt?: Date): McpSettingsDto {
    return {
      url: this.urlOf(gptId),
      enabled: fields.enabled,
      authorization: fields.authorization,
      issuer: fields.issuer,
      jwks_uri: fields.jwksUri,
      user_claim: fields.userClaim,
      required_scope: fields.requiredScope,
      login_url: fields.loginUrl,
      confirmation: fields.confirmation,
      client_hosts: fields.clientHosts,
      structured_content: fields.structuredContent,
      updated_at: updatedAt?.toISOString() ?? null,
    };
  }
}

const UNSAFE_LINKS =
  'jwt and builtin send users links that act for them: set user_verification of the tenant to redirect, or PUBLIC_URL to an https URL';

const DEFAULTS: Fields = {
  enabled: false,
  authorization: 'keys',
  issuer: null,
  jwksUri: null,
  userClaim: 'sub',
  requiredScope: null,
  loginUrl: null,
  confirmation: 'ask',
  clientHosts: null,
  structuredContent: false,
};

/** The properties of the fields, by their names in the API. */
const NAMES = {
  enabled: 'enabled',
  authorization: 'authorization',
  issuer: 'issuer',
  jwks_uri: 'jwksUri',
  user_claim: 'userClaim',
  required_scope: 'requiredScope',
  login_url: 'loginUrl',
  confirmation: 'confirmation',
  client_hosts: 'clientHosts',
  structured_content: 'structuredContent',
} as const satisfies Record<string, keyof Fields>;

function fieldsOf(body: McpSettingsInput): Fields {
  return {
    enabled: body.enabled ?? DEFAULTS.enabled,
    authorization: body.authorization ?? DEFAULTS.authorization,
    issuer: body.issuer ?? null,
    jwksUri: body.jwks_uri ?? null,
    userClaim: body.user_claim ?? DEFAULTS.userClaim,
    requiredScope: body.required_scope ?? null,
    loginUrl: body.login_url ?? null,
    confirmation: body.confirmation ?? DEFAULTS.confirmation,
    clientHosts: body.client_hosts ?? null,
    structuredContent: body.structured_content ?? DEFAULTS.structuredContent,
  };
}

function isSame(before: Fields, after: Fields, property: keyof Fields): boolean {
  return JSON.stringify(before[property]) === JSON.stringify(after[property]);
}
