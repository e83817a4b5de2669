import type { StoredAuth } from '../queries/actions';

/** The placeholder of a stored secret. Sent back, it keeps the secret. */
export const HIDDEN = '[HIDDEN]';

export type AuthType = 'none' | 'api_key' | 'oauth';

/** A name and a value, as they are typed. */
export interface Pair {
  id: number;
  name: string;
  value: string;
}

/** The values of the form: the fields of all types, so that switching between types loses nothing. */
export interface Draft {
  type: AuthType;
  static_headers: Pair[];
  auth_type: string;
  api_key: string;
  custom_header_name: string;
  location: string;
  parameter_name: string;
  /** Whether Basic credentials are entered as one value or as username and password. */
  basic: 'key' | 'pair';
  username: string;
  password: string;
  per_user: boolean;
  check_operation: string;
  help_text: string;
  help_url: string;
  client_id: string;
  client_secret: string;
  issuer: string;
  authorization_url: string;
  token_url: string;
  scope: string;
  token_exchange_method: string;
  token_request_method: string;
  authorization_content_type: string;
  pkce: string;
  scope_separator: string;
  authorization_params: Pair[];
  token_params: Pair[];
  token_headers: Pair[];
  /** `prefix` stands for a `token_prefix`, which may be empty. */
  token_scheme: string;
  token_prefix: string;
  token_header_name: string;
  /** As JSON text. */
  connection_values: string;
  /** Separated by spaces. */
  allowed_hosts: string;
  token_path: string;
  error_path: string;
  /** As JSON text. */
  token_refused_when: string;
  refresh_url: string;
  refresh_params: Pair[];
  revocation_url: string;
  resource: string;
}

type NamesOf<Value> = { [Name in keyof Draft]: Draft[Name] extends Value ? Name : never }[keyof Draft];

export type PairsName = NamesOf<Pair[]>;
export type TextName = Exclude<keyof Draft, PairsName | 'per_user' | 'type' | 'basic'>;
export type SecretName = 'api_key' | 'password' | 'client_secret';

export const EMPTY: Draft = {
  type: 'none',
  static_headers: [],
  auth_type: 'bearer',
  api_key: '',
  custom_header_name: '',
  location: 'header',
  parameter_name: '',
  basic: 'key',
  username: '',
  password: '',
  per_user: false,
  check_operation: '',
  help_text: '',
  help_url: '',
  client_id: '',
  client_secret: '',
  issuer: '',
  authorization_url: '',
  token_url: '',
  scope: '',
  token_exchange_method: 'default_post',
  token_request_method: 'POST',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  authorization_params: [],
  token_params: [],
  token_headers: [],
  token_scheme: 'auto',
  token_prefix: '',
  token_header_name: '',
  connection_values: '',
  allowed_hosts: '',
  token_path: '',
  error_path: '',
  token_refused_when: '',
  refresh_url: '',
  refresh_params: [],
  revocation_url: '',
  resource: '',
};

/** The fields that say how a key is sent. A suggestion has all of them or none. */
export const PLACEMENT = ['auth_type', 'custom_header_name', 'location', 'parameter_name'] as const;

export const OPTIONAL_OAUTH = [
  'scope',
  'refresh_url',
  'resource',
  'token_path',
  'error_path',
  'token_header_name',
] as const;
export const OAUTH_PAIRS = ['authorization_params', 'token_params', 'refresh_params', 'token_headers'] as const;
/** The fields that are typed as JSON. */
export const JSON_FIELDS = ['connection_values', 'token_refused_when'] as const;
export const OAUTH_CHOICES = [
  'token_exchange_method',
  'token_request_method',
  'authorization_content_type',
  'pkce',
  'scope_separator',
  'token_scheme',
] as const;

/** The OAuth fields that depend on the provider: all but the client. */
export const PROVIDER_FIELDS = [
  'issuer',
  'authorization_url',
  'token_url',
  'revocation_url',
  'token_prefix',
  'allowed_hosts',
  ...JSON_FIELDS,
  ...OPTIONAL_OAUTH,
  ...OAUTH_PAIRS,
  ...OAUTH_CHOICES,
] as const;

let lastId = 0;

export function pair(name = '', value = ''): Pair {
  return { id: ++lastId, name, value };
}

/** Converts the fields of a schema, or of a part of one, to values of the form. */
export function fromFields(fields: object): Partial<Draft> {
  const known = Object.entries(fields).filter(
    ([name, value]) => Object.hasOwn(EMPTY, name) && value !== null && value !== undefined,
  );
  return {
    ...Object.fromEntries(known.map(([name, value]) => [name, toText(name, value)])),
    ...('token_prefix' in fields && { token_scheme: 'prefix' }),
  };
}

function toText(name: string, value: unknown): unknown {
  if ((JSON_FIELDS as readonly string[]).includes(name)) return JSON.stringify(value, null, 2);
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value !== 'object') return value;
  return Object.entries(value as Record<string, string>).map(([key, text]) => pair(key, text));
}

export function fromStored(stored: StoredAuth): Draft {
  const draft = { ...EMPTY, ...fromFields(stored) };
  return draft.username ? { ...draft, basic: 'pair' } : draft;
}
