import { Injectable } from '@nestjs/common';
import { HIDDEN, authSecretsContext, type Action, type AuthFields, type CompletedFields } from '../../actions/index.js';
import type { Caller, FieldError } from '../../common/index.js';
import type { TenantStore } from '../../database/index.js';
import { ConnectionsService } from '../../oauth/index.js';
import { Vault } from '../../vault/index.js';
import type { Credential, Obtained, PlannedCall } from '../credential.js';
import { CredentialStrategy } from '../credential.strategy.js';
import { isHeaderName, isHeaderValue, staticHeaders } from '../static-headers.js';
import { UserCredentials } from '../user-credentials.js';
import { ApiKeySchemaInput, ApiKeySchemaOutput, type ApiKeySettings } from './api-key.settings.js';
import { placeKey, type KeySecrets } from './authorization.js';
import { completeKey } from './completion.js';

/** One key for all users of the action, or one of each user's own; in a header or in the query. */
@Injectable()
export class ApiKeyStrategy extends CredentialStrategy {
  readonly type = 'api_key';
  readonly input = ApiKeySchemaInput;
  readonly output = ApiKeySchemaOutput;
  override readonly secretFields = ['api_key', 'password'];

  constructor(
    private readonly vault: Vault,
    private readonly credentials: UserCredentials,
    private readonly connections: ConnectionsService,
  ) {
    super();
  }

  async obtain(call: PlannedCall): Promise<Obtained> {
    const { action } = call;
    if (!isPerUser(action.authSettings)) return placed(action, await this.shared(action));
    return this.credentials.obtain(call, ({ accessToken }) => placed(action, { api_key: accessToken }));
  }

  override async complete(input: AuthFields, suggestion?: Record<string, unknown>): Promise<CompletedFields> {
    return { fields: suggestion ? completeKey(input, suggestion) : input };
  }

  override check(fields: ApiKeySchemaInput): FieldError[] {
    return [...(fields.per_user ? checkPerUser(fields) : checkKey(fields)), ...checkPlacement(fields)];
  }

  /** Keys that users gave go with the promise that they were given for. */
  override endpoints({ per_user }: ApiKeySchemaInput): string[] {
    return per_user ? ['per_user'] : [];
  }

  override async unbind(store: TenantStore, action: Action, actor: Caller): Promise<void> {
    if (isPerUser(action.authSettings)) await this.connections.endForAction(store, action, actor);
  }

  /** @throws {UnsealError} */
  private shared(action: Action): Promise<KeySecrets> {
    return this.vault.unsealJson<KeySecrets>(authSecretsContext(action), action.authSecrets ?? '');
  }
}

function isPerUser(settings: Record<string, unknown>): boolean {
  return settings['per_user'] === true;
}

function placed({ authSettings }: Action, secrets: KeySecrets): Credential {
  const key = placeKey(authSettings as unknown as ApiKeySettings, secrets);
  return { ...key, headers: { ...staticHeaders(authSettings), ...key.headers } };
}

/** Each user gives their own on the sign-in page. */
function checkPerUser(fields: ApiKeySchemaInput): FieldError[] {
  return (['api_key', 'username', 'password'] as const)
    .filter((name) => fields[name] !== undefined)
    .flatMap((name) => wrong(name, `with per_user each user gives their own: no ${name} is stored`));
}

function checkKey(fields: ApiKeySchemaInput): FieldError[] {
  const { auth_type, location, api_key, username, password } = fields;
  if (fields.check_operation !== undefined) return wrong('check_operation', 'check_operation goes with per_user');
  if (username !== undefined || password !== undefined) {
    if (auth_type !== 'basic' || location !== 'header')
      return wrong('username', 'username and password go with auth_type basic');
    if (api_key !== undefined) return wrong('api_key', 'give either api_key, or username and password');
    if (username === undefined) return wrong('username', 'username is missing');
    return username.includes(':')
      ? wrong('username', 'username must not contain a colon (RFC 7617)')
      : needed('password', password);
  }
  if (api_key === undefined) return needed('api_key', api_key);
  const isEncoded = auth_type === 'basic' && api_key.includes(':');
  const fits = location === 'query' || isEncoded || api_key === HIDDEN || isHeaderValue(api_key);
  return fits ? [] : wrong('api_key', 'api_key has characters that do not fit into a header');
}

function checkPlacement({ auth_type, location, custom_header_name, parameter_name }: ApiKeySchemaInput): FieldError[] {
  if (location === 'query') return needed('parameter_name', parameter_name);
  if (parameter_name !== undefined) return wrong('parameter_name', 'parameter_name goes with location query');
  if (auth_type !== 'custom') {
    return custom_header_name === undefined
      ? []
      : wrong('custom_header_name', 'custom_header_name goes with auth_type custom');
  }
  if (custom_header_name === undefined) return needed('custom_header_name', custom_header_name);
  return isHeaderName(custom_header_name)
    ? []
    : wrong('custom_header_name', 'custom_header_name is no header name, or a reserved one');
}

function needed(field: string, value: unknown): FieldError[] {
  return value === undefined ? wrong(field, `${field} is missing`) : [];
}

function wrong(field: string, message: string): FieldError[] {
  return [{ pointer: `/${field}`, message }];
}
