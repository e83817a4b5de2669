import { Injectable } from '@nestjs/common';
import { HIDDEN, secretsPlace } from '../../actions/index.js';
import { CountersignError, type FieldError } from '../../common/index.js';
import { SealBrokenError, Vault } from '../../vault/index.js';
import type { Obtained, PlannedCall } from '../credential.js';
import { CredentialStrategy } from '../credential.strategy.js';
import { isHeaderName, isHeaderValue, staticHeaders } from '../static-headers.js';
import { ApiKeySchemaInput, ApiKeySchemaOutput } from './api-key.settings.js';
import { placeKey, type KeyPlacement, type KeySecrets } from './authorization.js';

/** One key for all users of the action, in a header or in the query. */
@Injectable()
export class ApiKeyStrategy extends CredentialStrategy {
  readonly type = 'api_key';
  readonly input = ApiKeySchemaInput;
  readonly output = ApiKeySchemaOutput;
  override readonly secretFields = ['api_key', 'password'];

  constructor(private readonly vault: Vault) {
    super();
  }

  async obtain({ action }: PlannedCall): Promise<Obtained> {
    const { authSettings, authSecrets } = action;
    try {
      const secrets = await this.vault.openJson<KeySecrets>(secretsPlace(action), authSecrets ?? '');
      const placed = placeKey(authSettings as unknown as KeyPlacement, secrets);
      return { ...placed, headers: { ...staticHeaders(authSettings), ...placed.headers } };
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      throw new CountersignError('credential_unavailable', "the action's API key does not open", [], { cause: error });
    }
  }

  override check(fields: ApiKeySchemaInput): FieldError[] {
    return [...checkKey(fields), ...checkPlacement(fields)];
  }
}

function checkKey({ auth_type, location, api_key, username, password }: ApiKeySchemaInput): FieldError[] {
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
