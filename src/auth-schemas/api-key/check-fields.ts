import { HIDDEN, type FieldError } from '../../common/index.js';
import { isHeaderName, isHeaderValue } from '../../credentials/index.js';
import type { ApiKeySchemaInput } from './api-key.fields.js';

/** Returns the errors of fields that depend on each other; pointers are relative to the schema. */
export function checkFields(fields: ApiKeySchemaInput): FieldError[] {
  return [...(fields.per_user ? checkPerUser(fields) : checkKey(fields)), ...checkPlacement(fields)];
}

function checkPerUser(fields: ApiKeySchemaInput): FieldError[] {
  return (['api_key', 'username', 'password'] as const)
    .filter((name) => fields[name] !== undefined)
    .flatMap((name) => error(name, `${name} cannot be stored with per_user: each user enters their own`));
}

function checkKey(fields: ApiKeySchemaInput): FieldError[] {
  const { auth_type, location, api_key, username, password } = fields;
  if (fields.check_operation !== undefined) return error('check_operation', 'check_operation requires per_user');
  if (username !== undefined || password !== undefined) {
    if (auth_type !== 'basic' || location !== 'header')
      return error('username', 'username and password require auth_type basic in a header');
    if (api_key !== undefined) return error('api_key', 'give either api_key or username and password, not both');
    if (username === undefined) return error('username', 'username is required');
    return username.includes(':')
      ? error('username', 'username must not contain a colon (RFC 7617)')
      : required('password', password);
  }
  if (api_key === undefined) return required('api_key', api_key);
  const isEncoded = auth_type === 'basic' && api_key.includes(':');
  const fits = location === 'query' || isEncoded || api_key === HIDDEN || isHeaderValue(api_key);
  return fits ? [] : error('api_key', 'api_key contains characters that a header cannot carry');
}

function checkPlacement({ auth_type, location, custom_header_name, parameter_name }: ApiKeySchemaInput): FieldError[] {
  if (location === 'query') return required('parameter_name', parameter_name);
  if (parameter_name !== undefined) return error('parameter_name', 'parameter_name requires location query');
  if (auth_type !== 'custom') {
    return custom_header_name === undefined
      ? []
      : error('custom_header_name', 'custom_header_name requires auth_type custom');
  }
  if (custom_header_name === undefined) return required('custom_header_name', custom_header_name);
  return isHeaderName(custom_header_name)
    ? []
    : error('custom_header_name', 'custom_header_name must be a valid header name that is not reserved');
}

function required(field: string, value: unknown): FieldError[] {
  return value === undefined ? error(field, `${field} is required`) : [];
}

function error(field: string, message: string): FieldError[] {
  return [{ pointer: `/${field}`, message }];
}
