import { Injectable } from '@nestjs/common';
import { callbackUrl, type Action, type AuthFields, type CompletedFields } from '../../actions/index.js';
import type { Caller, FieldError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import type { TenantStore } from '../../database/index.js';
import { Egress, EgressDeniedError } from '../../egress/index.js';
import { ConnectionsService, foreignEndpoints, type OAuthSettings } from '../../oauth/index.js';
import { TenantsService } from '../../tenants/index.js';
import type { Obtained, PlannedCall } from '../credential.js';
import { CredentialStrategy } from '../credential.strategy.js';
import { staticHeaders } from '../static-headers.js';
import { UserCredentials } from '../user-credentials.js';
import { OAuthCompletion } from './completion.js';
import { OAuthSchemaInput, OAuthSchemaOutput } from './oauth.settings.js';

const REQUIRED = ['authorization_url', 'token_url'] as const;
const ENDPOINTS = [...REQUIRED, 'revocation_url', 'refresh_url'] as const;

/** Each user signs in at the provider; the call carries that user's access token. */
@Injectable()
export class OAuthStrategy extends CredentialStrategy {
  readonly type = 'oauth';
  readonly input = OAuthSchemaInput;
  readonly output = OAuthSchemaOutput;
  override readonly secretFields = ['client_secret'];

  constructor(
    private readonly credentials: UserCredentials,
    private readonly connections: ConnectionsService,
    private readonly completion: OAuthCompletion,
    private readonly tenants: TenantsService,
    private readonly egress: Egress,
    private readonly settings: Settings,
  ) {
    super();
  }

  obtain(call: PlannedCall): Promise<Obtained> {
    const { authSettings } = call.action;
    const { token_scheme } = authSettings as unknown as OAuthSettings;
    return this.credentials.obtain(call, ({ connection, accessToken }) => {
      const authorization = `${schemeOf(token_scheme, connection.tokenType)} ${accessToken}`;
      return { headers: { ...staticHeaders(authSettings), authorization }, secrets: [accessToken] };
    });
  }

  override complete(input: AuthFields, suggestion?: Record<string, unknown>): Promise<CompletedFields> {
    return this.completion.complete(input, suggestion);
  }

  override check(fields: OAuthSchemaInput): FieldError[] {
    const missing = REQUIRED.filter((name) => !fields[name]);
    const errors = [
      ...missing.map((name) => ({
        pointer: `/${name}`,
        message: `${name} is missing: type it, or give an issuer`,
      })),
      // The issuer has been checked where its metadata was asked for.
      ...ENDPOINTS.flatMap((name) => this.checkUrl(name, fields[name])),
    ];
    if (fields.token_exchange_method === 'basic_auth_header' && !fields.client_secret) {
      errors.push({ pointer: '/client_secret', message: 'basic_auth_header needs a client_secret' });
    }
    return errors;
  }

  /** The root-domain rule, where the tenant has made it one. */
  override async admit(fields: AuthFields, action: Pick<Action, 'tenantId' | 'domain'>): Promise<FieldError[]> {
    if ((await this.tenants.oauthDomainRuleOf(action.tenantId)) === 'warn') return [];
    return foreignEndpoints(action.domain, fields as OAuthSchemaInput).map(({ field, host }) => {
      const message = `${field}: ${host} is on another root domain than ${action.domain}, which the tenant does not allow`;
      return { pointer: `/${field}`, message };
    });
  }

  override endpoints(fields: OAuthSchemaInput): string[] {
    return [...ENDPOINTS, 'issuer' as const].map((name) => fields[name] ?? '');
  }

  override extraFields(action: Action): Record<string, unknown> {
    return { callback_url: callbackUrl(this.settings, action) };
  }

  override unbind(store: TenantStore, action: Action, actor: Caller): Promise<void> {
    return this.connections.endForAction(store, action, actor);
  }

  /** Endpoints get secrets and users: https, or what the operator has allowed (SECURITY C17). */
  private checkUrl(name: string, url: string | undefined): FieldError[] {
    if (!url) return [];
    try {
      if (name === 'authorization_url') this.egress.checkForBrowser(url);
      else this.egress.check(url);
      return new URL(url).hash ? [{ pointer: `/${name}`, message: `${name} must have no fragment` }] : [];
    } catch (error) {
      if (!(error instanceof EgressDeniedError)) throw error;
      return [{ pointer: `/${name}`, message: `${name}: ${error.message}` }];
    }
  }
}

/** `Bearer`, unless the schema or, asked to decide, the provider says `basic`. A missing or odd type is a bearer token (PROVIDERS 18). */
function schemeOf(setting: OAuthSettings['token_scheme'], tokenType: string): 'Bearer' | 'Basic' {
  const scheme = setting === 'auto' ? tokenType.toLowerCase() : setting;
  return scheme === 'basic' ? 'Basic' : 'Bearer';
}
