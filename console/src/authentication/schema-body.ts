import type { Schema } from '../api/types';
import {
  EMPTY,
  JSON_FIELDS,
  OAUTH_CHOICES,
  OAUTH_PAIRS,
  OPTIONAL_OAUTH,
  type Draft,
  type Pair,
  type TextName,
} from './draft';

/** The endpoints. Changing one ends connections and requires the client secret again. */
const ENDPOINTS = ['authorization_url', 'token_url', 'revocation_url', 'refresh_url', 'issuer'] as const;

/** Selected rather than typed: losing them costs a click. */
const CHOICES: readonly (keyof Draft)[] = ['type', 'basic', 'auth_type', 'location', ...OAUTH_CHOICES];

/**
 * Converts the form to a request body.
 *
 * The server fills omitted fields from the document's suggestion, so an emptied field is sent as `null`. Empty endpoints are omitted: the
 * server fills them from the issuer's metadata.
 */
export function toBody(draft: Draft, suggestion: Record<string, unknown> | null): Schema<'AuthSchemaInput'> {
  return bodyOf(draft, suggestion) as Schema<'AuthSchemaInput'>;
}

function bodyOf(draft: Draft, suggestion: Record<string, unknown> | null): Record<string, unknown> {
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
  const json = Object.fromEntries(JSON_FIELDS.map((name) => [name, parsed(draft[name])]));
  return {
    ...present({ ...body, ...texts, ...optional, ...pairs, ...json, allowed_hosts: hostsOf(draft) }),
    ...pick(draft, OAUTH_CHOICES),
    ...(draft.token_scheme === 'prefix' && { token_scheme: 'auto', token_prefix: draft.token_prefix }),
    ...Object.fromEntries(emptied.map((name) => [name, null])),
  };
}

function hostsOf({ allowed_hosts }: Draft): string[] | undefined {
  const hosts = allowed_hosts.split(/[\s,]+/).filter(Boolean);
  return hosts.length === 0 ? undefined : hosts;
}

/** Parses JSON. Other text is sent as it is, and the server says what is wrong with it. */
function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function keyFields(draft: Draft): Record<string, unknown> {
  const { auth_type, location, basic, per_user } = draft;
  const isPair = takesPair(draft) && basic === 'pair';
  const given = isPair ? ['username', 'password'] : ['api_key'];
  const credentials = per_user
    ? pick(draft, ['check_operation', 'help_text', 'help_url'])
    : pick(draft, given as TextName[]);
  return {
    auth_type,
    location,
    per_user,
    ...(location === 'query' && pick(draft, ['parameter_name'])),
    ...(location === 'header' && auth_type === 'custom' && pick(draft, ['custom_header_name'])),
    ...credentials,
  };
}

/** Whether the key can be entered as username and password. */
export function takesPair({ auth_type, location, per_user }: Draft): boolean {
  return auth_type === 'basic' && location === 'header' && !per_user;
}

/** Whether saving ends connections: credentials are never sent to other endpoints than the user agreed to. */
export function endsConnections(before: Draft, after: Draft): boolean {
  if (before.type !== after.type) return true;
  if (after.type === 'api_key') return before.per_user !== after.per_user;
  const rules = ['connection_values', 'allowed_hosts'] as const;
  return after.type === 'oauth' && [...ENDPOINTS, ...rules].some((name) => before[name] !== after[name]);
}

/** Finds unnamed and duplicate pairs. The API cannot: it receives them as an object. */
export function pairErrors(draft: Draft): Record<string, string> {
  const shown = draft.type === 'oauth' ? [...OAUTH_PAIRS, 'static_headers' as const] : ['static_headers' as const];
  return Object.fromEntries(
    shown.flatMap((name) => {
      const names = named(draft[name]).map((each) => each.name.trim());
      const isUnnamed = draft[name].some((each) => each.name.trim() === '' && each.value !== '');
      const duplicate = names.find((each, index) => names.indexOf(each) !== index);
      if (isUnnamed) return [[name, 'Every value needs a name.']];
      return duplicate === undefined ? [] : [[name, `${duplicate} is duplicated.`]];
    }),
  );
}

/** Whether two drafts result in the same request. */
export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(toBody(one, null)) === JSON.stringify(toBody(other, null));
}

/** Whether the draft has typed values that the stored schema does not have, in any of the types. */
export function hasMoreThan(draft: Draft, stored: Draft): boolean {
  const isTyped = (name: keyof Draft) => {
    const [now, before] = [draft[name], stored[name]];
    if (Array.isArray(now)) return JSON.stringify(asObject(now)) !== JSON.stringify(asObject(before as Pair[]));
    return typeof now === 'string' && now !== '' && now !== before && !CHOICES.includes(name);
  };
  return (Object.keys(EMPTY) as (keyof Draft)[]).some(isTyped);
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
