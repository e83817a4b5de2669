import { Injectable } from '@nestjs/common';
import {
  AuthSchemaDefinition,
  type ActionAuth,
  type ChangedAction,
  type ActionServer,
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
import { isHeaderName } from '../../credentials/index.js';
import {
  callbackUrl,
  connectionValueNames,
  crossDomainEndpoints,
  isAccessToken,
  isStorableToken,
  unmetDemands,
  usesConnectionValues,
  type OAuthSettings,
} from '../../oauth/index.js';
import { urlProblem } from '../pasted-credentials.js';
import { TenantsService } from '../../tenants/index.js';
import { cleanOAuthFields, PASTED_CHECKS } from './pasted-fields.js';
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
  override readonly secretMaps = ['token_headers'];
  override readonly learnedSettings = ['learned_raw_basic'];
  override readonly checks: FieldsCheck[] = [
    ...REQUIRED.map((name) => ({ reads: [name, 'issuer'], find: (fields: AuthFields) => required(name, fields) })),
    // The issuer is checked when its metadata is requested.
    ...ENDPOINTS.map((name) => ({
      reads: [name, 'token_request_method'],
      find: (fields: OAuthSchemaInput) => this.checkUrl(name, fields),
    })),
    { reads: ['token_exchange_method', 'client_secret'], find: checkClientSecret },
    { reads: ['authorization_url', 'authorization_params'], find: checkResponseMode },
    { reads: ['static_headers', 'connection_values'], find: checkHeaderValues },
    ...PASTED_CHECKS,
    { reads: ['token_header_name', 'token_prefix', 'token_scheme', 'static_headers'], find: checkTokenHeader },
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

  override clean(input: AuthFields): AuthFields {
    return cleanOAuthFields(input);
  }

  override complete(
    input: AuthFields,
    tenantId: string,
    suggestion?: Record<string, unknown>,
  ): Promise<CompletedFields> {
    return this.completion.complete(input, tenantId, suggestion);
  }

  /** Enforces the rules on values in the server URL, and that endpoints share the action's root domain if the tenant demands it. */
  override async checkForAction(
    fields: AuthFields,
    { tenantId, domain, serverUrl, declaresHeader }: ActionServer,
  ): Promise<FieldError[]> {
    const errors = serverValueErrors(fields as OAuthSchemaInput, serverUrl);
    const header = fields['token_header_name'] as string | undefined;
    if (header !== undefined && (await declaresHeader(header))) {
      const message = 'token_header_name must not be a header parameter of the document';
      errors.push({ pointer: '/token_header_name', message });
    }
    if (errors.length > 0 || (await this.tenants.oauthDomainRuleOf(tenantId)) === 'warn') return errors;
    return crossDomainEndpoints(domain, fields as OAuthSchemaInput).map(({ field, host }) => ({
      pointer: `/${field}`,
      message: `${field}: ${host} must share the root domain of ${domain}; the tenant's oauth_domain_rule requires it`,
    }));
  }

  override credentialDestinations(fields: OAuthSchemaInput): string[] {
    const { connection_values, allowed_hosts } = fields;
    // With other rules for values, tokens could go to other hosts; and stored values may be missing.
    const rules = connection_values || allowed_hosts ? [JSON.stringify([connection_values, allowed_hosts])] : [];
    return [...[...ENDPOINTS, 'issuer' as const].map((name) => fields[name] ?? ''), ...rules];
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

  override endUserCredentials(store: TenantStore, action: ChangedAction, actor: Caller): Promise<void> {
    return this.connections.endForAction(store, action, actor);
  }

  override deleteUserCredentials(store: TenantStore, action: ChangedAction, actor: Caller): Promise<void> {
    return this.connections.endWithAction(store, action, actor);
  }

  override drainUserCredentials(action: ChangedAction, actor: Caller): Promise<void> {
    return this.connections.drainAction(action, actor);
  }

  /** Requires https, or an address that the operator allowed: endpoints receive secrets and end users (security rule C17). */
  private checkUrl(name: (typeof ENDPOINTS)[number], fields: OAuthSchemaInput): FieldError[] {
    const url = fields[name];
    // `urlProblem` says more about placeholders than the URL's syntax.
    if (!url || urlProblem(url) !== undefined) return [];
    // With GET, the secrets are in the URL. The rule for browsers does not wait for the address of the host to reject plain http.
    const isStrict = name === 'authorization_url' || fields.token_request_method === 'GET';
    const pointer = `/${name}`;
    const hasFragment = (parseUrl(url)?.hash ?? '') !== '';
    const errors = hasFragment ? [{ pointer, message: `${name} must not have a fragment` }] : [];
    try {
      if (isStrict) this.egress.checkForBrowser(url);
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
  const pointer = '/client_secret';
  if (token_exchange_method === 'default_post') {
    return client_secret === '' ? [{ pointer, message: 'client_secret is empty; omit it for a public client' }] : [];
  }
  if (client_secret !== undefined) return [];
  const message = `client_secret is required with ${String(token_exchange_method)}; send "" if the client has an empty one`;
  return [{ pointer, message }];
}

/** Values in the server URL are defined, and their hosts are limited. */
function serverValueErrors(fields: OAuthSchemaInput, serverUrl: string): FieldError[] {
  const { connection_values = [], allowed_hosts } = fields;
  const errors = undefinedNames(serverUrl, connection_values).map((name) => ({
    pointer: '/connection_values',
    message: `connection_values must define ${name}, which the server URL of the document uses`,
  }));
  const [, host = ''] = /^[a-z]+:\/\/([^/]*)/i.exec(serverUrl) ?? [];
  if (usesConnectionValues(host) && !allowed_hosts) {
    const message = 'allowed_hosts is required, because the host of the server URL contains a value of the connection';
    errors.push({ pointer: '/allowed_hosts', message });
  }
  return errors;
}

function checkHeaderValues({ static_headers = {}, connection_values = [] }: OAuthSchemaInput): FieldError[] {
  return Object.values(static_headers)
    .flatMap((value) => undefinedNames(value, connection_values))
    .map((name) => ({ pointer: '/static_headers', message: `connection_values must define ${name}` }));
}

function undefinedNames(text: string, defined: readonly { name: string }[]): string[] {
  const known = new Set(defined.map(({ name }) => name.toLowerCase()));
  return connectionValueNames(text).filter((name) => !known.has(name));
}

/** The header of the token is not one that something else sets, and has one prefix. */
function checkTokenHeader(fields: OAuthSchemaInput): FieldError[] {
  const { token_header_name: name, token_prefix, token_scheme, static_headers = {} } = fields;
  const errors: FieldError[] = [];
  const pointer = '/token_header_name';
  if (name !== undefined && !isHeaderName(name)) {
    errors.push({ pointer, message: 'token_header_name must be a valid header name that is not reserved' });
  } else if (Object.keys(static_headers).some((other) => other.toLowerCase() === name?.toLowerCase())) {
    errors.push({ pointer, message: 'token_header_name must not be one of static_headers' });
  }
  if (token_prefix !== undefined && token_scheme !== 'auto') {
    const message = 'give either token_prefix or token_scheme, not both';
    errors.push({ pointer: '/token_prefix', message });
  }
  return errors;
}
