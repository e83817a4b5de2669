import type { FieldsCheck } from '../../auth-registry/index.js';
import { HIDDEN, parseUrl, type FieldError } from '../../common/index.js';
import { isHeaderName, isHeaderValue } from '../../credentials/index.js';
import { fieldErrors, keyProblem } from '../pasted-credentials.js';
import type { ApiKeySchemaInput } from './api-key.fields.js';

const CREDENTIAL = ['api_key', 'username', 'password'] as const;
/** Fields about the keys of users. */
const FOR_USERS = ['check_operation', 'help_text', 'help_url'] as const;

/** The checks of fields that depend on each other. */
export const CHECKS: FieldsCheck[] = [
  { reads: ['per_user', ...CREDENTIAL], find: checkPresence },
  { reads: ['per_user', 'auth_type', 'location', ...CREDENTIAL], find: checkContent },
  { reads: ['per_user', ...FOR_USERS], find: checkFieldsForUsers },
  { reads: ['help_url'], find: checkHelpUrl },
  { reads: ['auth_type', 'location', 'custom_header_name', 'parameter_name'], find: checkPlacement },
];

function checkPresence(fields: ApiKeySchemaInput): FieldError[] {
  const { per_user, api_key, username, password } = fields;
  const given = CREDENTIAL.filter((name) => fields[name] !== undefined);
  if (per_user) {
    return given.flatMap((name) => error(name, `${name} cannot be stored with per_user: each user enters their own`));
  }
  if (given.length === 0) return required('api_key', api_key);
  if (api_key === undefined) return [...required('username', username), ...required('password', password)];
  return given.length === 1 ? [] : error('api_key', 'give either api_key or username and password, not both');
}

function checkContent({ per_user, auth_type, location, api_key, username, password }: ApiKeySchemaInput): FieldError[] {
  if (per_user) return [];
  const isBasic = auth_type === 'basic' && location === 'header';
  const isPair = username !== undefined || password !== undefined;
  const isEncoded = auth_type === 'basic' && api_key?.includes(':');
  const problem = api_key === undefined ? undefined : keyProblem(api_key, { auth_type, location });
  const fits =
    problem !== undefined || location === 'query' || isEncoded || api_key === undefined || api_key === HIDDEN;
  return [
    ...(isPair && !isBasic ? error('username', 'username and password require auth_type basic in a header') : []),
    ...fieldErrors('api_key', problem),
    ...controlErrors('username', username),
    ...controlErrors('password', password),
    ...(username?.includes(':') ? error('username', 'username must not contain a colon (RFC 7617)') : []),
    ...(fits || isHeaderValue(api_key)
      ? []
      : error('api_key', 'api_key contains characters that a header cannot carry')),
  ];
}

function checkFieldsForUsers(fields: ApiKeySchemaInput): FieldError[] {
  const given = FOR_USERS.filter((name) => fields[name] !== undefined);
  return fields.per_user ? [] : given.flatMap((name) => error(name, `${name} requires per_user`));
}

function checkHelpUrl({ help_url }: ApiKeySchemaInput): FieldError[] {
  if (help_url === undefined) return [];
  const { protocol, username, password } = parseUrl(help_url) ?? {};
  const isUsable = protocol === 'https:' && !username && !password;
  return isUsable ? [] : error('help_url', 'help_url must be an https URL without a user name');
}

/** User names and passwords contain no control characters (RFC 7617, section 2). */
function controlErrors(field: string, text: string | undefined): FieldError[] {
  return text !== undefined && /\p{Cc}/u.test(text) ? error(field, `${field} must not contain control characters`) : [];
}

function checkPlacement({ auth_type, location, custom_header_name, parameter_name }: ApiKeySchemaInput): FieldError[] {
  if (location === 'query') return required('parameter_name', parameter_name);
  return [
    ...(parameter_name === undefined ? [] : error('parameter_name', 'parameter_name requires location query')),
    ...checkHeaderName(auth_type, custom_header_name),
  ];
}

function checkHeaderName(auth_type: string, name: string | undefined): FieldError[] {
  if (auth_type === 'custom') {
    if (name === undefined) return required('custom_header_name', name);
    const message = 'custom_header_name must be a valid header name that is not reserved';
    return isHeaderName(name) ? [] : error('custom_header_name', message);
  }
  return name === undefined ? [] : error('custom_header_name', 'custom_header_name requires auth_type custom');
}

function required(field: string, value: unknown): FieldError[] {
  return value === undefined ? error(field, `${field} is required`) : [];
}

function error(field: string, message: string): FieldError[] {
  return [{ pointer: `/${field}`, message }];
}
