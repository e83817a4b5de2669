import type { Schema } from '../api/api';

/** What stands where a secret is stored; written back, it keeps the secret. */
export const HIDDEN = '[HIDDEN]';

export type AuthType = 'none' | 'api_key' | 'oauth';

/** The schema as the API shows it. */
export type Stored = Schema<'AuthSchemaOutput'>;

/** A name and a value, as somebody types them. */
export interface Pair {
  id: number;
  name: string;
  value: string;
}

/** What the form holds: the fields of every schema side by side, so that going to another type and back loses nothing. */
export interface Draft {
  type: AuthType;
  static_headers: Pair[];
  auth_type: string;
  api_key: string;
  custom_header_name: string;
  location: string;
  parameter_name: string;
  /** How Basic credentials are typed. */
  basic: 'key' | 'pair';
  username: string;
  password: string;
  per_user: boolean;
  check_operation: string;
  client_id: string;
  client_secret: string;
  issuer: string;
  authorization_url: string;
  token_url: string;
  scope: string;
  token_exchange_method: string;
  authorization_content_type: string;
  pkce: string;
  scope_separator: string;
  authorization_params: Pair[];
  token_params: Pair[];
  token_scheme: string;
  token_path: string;
  error_path: string;
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
  client_id: '',
  client_secret: '',
  issuer: '',
  authorization_url: '',
  token_url: '',
  scope: '',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  authorization_params: [],
  token_params: [],
  token_scheme: 'auto',
  token_path: '',
  error_path: '',
  refresh_url: '',
  refresh_params: [],
  revocation_url: '',
  resource: '',
};

/** Where a key goes; a suggestion says all of it or nothing. */
export const PLACEMENT = ['auth_type', 'custom_header_name', 'location', 'parameter_name'] as const;

/** Where users and tokens go: a change ends connections, and asks for the client's secret again. */
const ENDPOINTS = ['authorization_url', 'token_url', 'revocation_url', 'refresh_url', 'issuer'] as const;

const OPTIONAL_OAUTH = ['scope', 'refresh_url', 'resource', 'token_path', 'error_path'] as const;
const OAUTH_PAIRS = ['authorization_params', 'token_params', 'refresh_params'] as const;
const OAUTH_CHOICES = [
  'token_exchange_method',
  'authorization_content_type',
  'pkce',
  'scope_separator',
  'token_scheme',
] as const;

/** Every field of the `oauth` schema but the client, which no provider and no document knows. */
export const PROVIDER_FIELDS = [
  'issuer',
  'authorization_url',
  'token_url',
  'revocation_url',
  ...OPTIONAL_OAUTH,
  ...OAUTH_PAIRS,
  ...OAUTH_CHOICES,
] as const;

let lastId = 0;

export function pair(name = '', value = ''): Pair {
  return { id: ++lastId, name, value };
}

/** The fields of a schema, or of a part of one, that the form has. */
export function fromFields(fields: object): Partial<Draft> {
  const known = Object.entries(fields).filter(
    ([name, value]) => Object.hasOwn(EMPTY, name) && value !== null && value !== undefined,
  );
  return Object.fromEntries(
    known.map(([name, value]) => [
      name,
      typeof value === 'object'
        ? Object.entries(value as Record<string, string>).map(([key, text]) => pair(key, text))
        : value,
    ]),
  );
}

export function fromStored(stored: Stored): Draft {
  const draft = { ...EMPTY, ...fromFields(stored) };
  return draft.username ? { ...draft, basic: 'pair' } : draft;
}

/**
 * The schema as it is written.
 *
 * Fields that are left out are taken from what the document suggests; so a field that somebody has emptied is written as `null`. Endpoints
 * are left out all the same: the issuer's metadata may fill them.
 */
export function toBody(draft: Draft, suggestion: Record<string, unknown> | null): Record<string, unknown> {
  const { type } = draft;
  const body = { type, static_headers: asObject(draft.static_headers) };
  if (type === 'none') return present(body);
  if (type === 'api_key') return present({ ...body, ...keyFields(draft) });
  const texts = pick(draft, [
    'client_id',
    'client_secret',
    'issuer',
    'authorization_url',
    'token_url',
    'revocation_url',
  ]);
  const optional = pick(draft, OPTIONAL_OAUTH);
  const emptied = OPTIONAL_OAUTH.filter((name) => draft[name] === '' && suggestion?.[name] !== undefined);
  const pairs = Object.fromEntries(OAUTH_PAIRS.map((name) => [name, asObject(draft[name])]));
  return {
    ...present({ ...body, ...texts, ...optional, ...pairs }),
    ...pick(draft, OAUTH_CHOICES),
    ...Object.fromEntries(emptied.map((name) => [name, null])),
  };
}

function keyFields(draft: Draft): Record<string, unknown> {
  const { auth_type, location, basic, per_user } = draft;
  const isPair = takesPair(draft) && basic === 'pair';
  const given = isPair ? ['username', 'password'] : ['api_key'];
  const credentials = per_user ? pick(draft, ['check_operation']) : pick(draft, given as TextName[]);
  return {
    auth_type,
    location,
    per_user,
    ...(location === 'query' && pick(draft, ['parameter_name'])),
    ...(location === 'header' && auth_type === 'custom' && pick(draft, ['custom_header_name'])),
    ...credentials,
  };
}

/** Whether a user name and a password can stand in place of a key. */
export function takesPair({ auth_type, location, per_user }: Draft): boolean {
  return auth_type === 'basic' && location === 'header' && !per_user;
}

/** Whether saving ends what users have given: tokens and keys go nowhere else than where they were given for. */
export function endsConnections(before: Draft, after: Draft): boolean {
  if (before.type !== after.type) return true;
  if (after.type === 'api_key') return before.per_user !== after.per_user;
  return after.type === 'oauth' && ENDPOINTS.some((name) => before[name] !== after[name]);
}

/** What no answer of the API could tell: a list of pairs is an object by the time that it gets there. */
export function pairMistakes(draft: Draft): Record<string, string> {
  const shown = draft.type === 'oauth' ? [...OAUTH_PAIRS, 'static_headers' as const] : ['static_headers' as const];
  return Object.fromEntries(
    shown.flatMap((name) => {
      const names = named(draft[name]).map((each) => each.name.trim());
      const isUnnamed = draft[name].some((each) => each.name.trim() === '' && each.value !== '');
      const twice = names.find((each, index) => names.indexOf(each) !== index);
      if (isUnnamed) return [[name, 'A value has no name.']];
      return twice === undefined ? [] : [[name, `${twice} stands here twice.`]];
    }),
  );
}

/** Whether both would be written the same. */
export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(toBody(one, null)) === JSON.stringify(toBody(other, null));
}

function named(pairs: Pair[]): Pair[] {
  return pairs.filter(({ name }) => name.trim() !== '');
}

function asObject(pairs: Pair[]): Record<string, string> | undefined {
  const entries = named(pairs).map(({ name, value }) => [name.trim(), value] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function pick(draft: Draft, names: readonly TextName[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, draft[name]]));
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined));
}
