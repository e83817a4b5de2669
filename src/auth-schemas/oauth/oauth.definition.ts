import { Injectable } from '@nestjs/common';
import {
  AuthSchemaDefinition,
  type ActionAuth,
  type AuthFields,
  type CompletedFields,
  type FieldsCheck,
  type UserTokens,
} from '../../auth-registry/index.js';
import { parseUrl, type Caller, type FieldError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { ConnectionsService } from '../../connections/index.js';
import type { TenantStore } from '../../database/index.js';
import { Egress, EgressDeniedError } from '../../egress/index.js';
import {
  callbackUrl,
  crossDomainEndpoints,
  isAccessToken,
  isStorableToken,
  unmetDemands,
  type OAuthSettings,
} from '../../oauth/index.js';
import { TenantsService } from '../../tenants/index.js';
import { OAuthCompletion } from './completion.js';
import { OAuthSchemaInput, OAuthSchemaOutput } from './oauth.fields.js';

const REQUIRED = ['authorization_url', 'token_url'] as const;
const RESPONSE_MODES = ['query', 'form_post'];
const ENDPOINTS = [...REQUIRED, 'revocation_url', 'refresh_url'] as const;

/** Each end user signs in at the provider. */
@Injectable()
export class OAuthDefinition extends AuthSchemaDefinition {
  readonly type = 'oauth';
  readonly input = OAuthSchemaInput;
  readonly output = OAuthSchemaOutput;
  override readonly secretFields = ['client_secret'];
  override readonly checks: FieldsCheck[] = [
    ...REQUIRED.map((name) => ({ reads: [name, 'issuer'], find: (fields: AuthFields) => required(name, fields) })),
    // The issuer is checked when its metadata is requested.
    ...ENDPOINTS.map((name) => ({
      reads: [name],
      find: (fields: OAuthSchemaInput) => this.checkUrl(name, fields[name]),
    })),
    { reads: ['token_exchange_method', 'client_secret'], find: checkClientSecret },
    { reads: ['authorization_url', 'authorization_params'], find: checkResponseMode },
  ];

  constructor(
    private readonly connections: ConnectionsService,
    private readonly completion: OAuthCompletion,
    private readonly tenants: TenantsService,
    private readonly egress: Egress,
    private readonly settings: Settings,
  ) {
    super();
  }

  override complete(
    input: AuthFields,
    tenantId: string,
    suggestion?: Record<string, unknown>,
  ): Promise<CompletedFields> {
    return this.completion.complete(input, tenantId, suggestion);
  }

  /** Enforces that endpoints share the action's root domain if the tenant demands it. */
  override async checkForAction(
    fields: AuthFields,
    { tenantId, domain }: Pick<ActionAuth, 'tenantId' | 'domain'>,
  ): Promise<FieldError[]> {
    if ((await this.tenants.oauthDomainRuleOf(tenantId)) === 'warn') return [];
    return crossDomainEndpoints(domain, fields as OAuthSchemaInput).map(({ field, host }) => ({
      pointer: `/${field}`,
      message: `${field}: ${host} must share the root domain of ${domain}; the tenant's oauth_domain_rule requires it`,
    }));
  }

  override credentialDestinations(fields: OAuthSchemaInput): string[] {
    return [...ENDPOINTS, 'issuer' as const].map((name) => fields[name] ?? '');
  }

  override derivedFields(action: ActionAuth): Record<string, unknown> {
    const { metadata } = action.authSettings as Partial<OAuthSettings>;
    const warnings = metadata ? unmetDemands(metadata) : [];
    return { callback_url: callbackUrl(this.settings, action), ...(warnings.length > 0 && { warnings }) };
  }

  override retryAfterChange(store: TenantStore, action: ActionAuth): Promise<void> {
    return this.connections.retryForAction(store, action.id);
  }

  override checkUserTokens(
    _settings: Record<string, unknown>,
    { access_token, refresh_token }: UserTokens,
  ): FieldError[] {
    const unfit = 'contains characters that a header cannot carry, or is too long';
    return [
      ...(isAccessToken(access_token) ? [] : [{ pointer: '/access_token', message: `access_token ${unfit}` }]),
      ...(isStorableToken(refresh_token ?? '')
        ? []
        : [{ pointer: '/refresh_token', message: 'refresh_token is too long' }]),
    ];
  }

  override endUserCredentials(store: TenantStore, action: ActionAuth, actor: Caller): Promise<void> {
    return this.connections.endForAction(store, action, actor);
  }

  /** Requires https, or an address that the operator allowed: endpoints receive secrets and end users (security rule C17). */
  private checkUrl(name: string, url: string | undefined): FieldError[] {
    if (!url) return [];
    const pointer = `/${name}`;
    const hasFragment = (parseUrl(url)?.hash ?? '') !== '';
    const errors = hasFragment ? [{ pointer, message: `${name} must not have a fragment` }] : [];
    try {
      if (name === 'authorization_url') this.egress.checkForBrowser(url);
      else this.egress.check(url);
    } catch (error) {
      if (!(error instanceof EgressDeniedError)) throw error;
      errors.push({ pointer, message: `${name}: ${error.message}` });
    }
    return errors;
  }
}

function required(name: string, fields: AuthFields): FieldError[] {
  return fields[name] ? [] : [{ pointer: `/${name}`, message: `${name} is required unless issuer is given` }];
}

/** Rejects response modes that do not reach the server, or that need a key of the client (OAuth 2.0 Multiple Response Types, section 2.1; JARM). */
function checkResponseMode({ authorization_url, authorization_params }: OAuthSchemaInput): FieldError[] {
  const given = {
    authorization_url: parseUrl(authorization_url ?? '')?.searchParams.get('response_mode'),
    authorization_params: authorization_params?.['response_mode'],
  };
  const unsupported = Object.entries(given).filter(([, mode]) => mode && !RESPONSE_MODES.includes(mode));
  const message = 'response_mode must be query or form_post; remove it for the default, query';
  return unsupported.map(([name]) => ({ pointer: `/${name}`, message: `${name}: ${message}` }));
}

function checkClientSecret({ token_exchange_method, client_secret }: AuthFields): FieldError[] {
  if (token_exchange_method !== 'basic_auth_header' || client_secret) return [];
  return [{ pointer: '/client_secret', message: 'client_secret is required with basic_auth_header' }];
}
