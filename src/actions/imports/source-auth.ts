import { isObject, type Finding, type JsonObject, type Located, member, stringMember } from '../../openapi/index.js';
import { readCredentials } from './credentials.js';
import { invalidForm } from './invalid-import.js';

/** A value by our name of it, and where the form has it. */
export type ForeignFields = Record<string, Located<string | boolean>>;

/** What a form says of authentication, in the fields of a schema of ours. */
export interface ForeignAuth {
  type: 'none' | 'api_key' | 'oauth';
  fields: ForeignFields;
  /** What its schema cannot do without. */
  needs: readonly string[];
  /** What its schema could do without, but the form says it has, and does not show. */
  withheld: readonly string[];
  /** Where the form has it. */
  pointer: string;
  warnings: Finding[];
}

/** What a form calls the URL that users are sent to, and the one where codes are exchanged. */
export interface UrlNames {
  authorization_url: string;
  token_url: string;
}

type AuthObject = Located<JsonObject>;

/**
 * The `auth` object that plugin manifests, ChatGPT's actions and LibreChat's share but for the meaning of its two URLs.
 *
 * @param holder the object that has `auth` and, beside it, the credentials if any
 * @throws {CountersignError} `invalid_import`
 */
export function readAuthForm(holder: Located<JsonObject>, urls: UrlNames): ForeignAuth {
  const pointer = `${holder.pointer}/auth`;
  const value = member(holder.value, 'auth');
  if (!isObject(value)) throw invalidForm([{ pointer, message: 'auth must be an object with a type' }]);
  const auth = { value, pointer };
  const warnings = verificationTokens(auth);
  switch (stringMember(value, 'type')) {
    case 'none':
      return { type: 'none', fields: {}, needs: [], withheld: [], pointer, warnings };
    case 'service_http':
      return { ...withCredentials(holder, keyForm(auth), warnings, { api_key: 'api_key' }), withheld: [] };
    case 'user_http':
      return { ...keyForm(auth, { per_user: { value: true, pointer: `${pointer}/type` } }), withheld: [], warnings };
    case 'oauth':
      return withCredentials(holder, oauthForm(auth, urls), warnings, {
        client_id: 'oauth_client_id',
        client_secret: 'oauth_client_secret',
      });
    default: {
      const message = 'type must be one of none, service_http, user_http, oauth';
      throw invalidForm([{ pointer: `${pointer}/type`, message }]);
    }
  }
}

/** What forms call as we do. */
const SAME_NAMES = {
  scope: 'scope',
  token_exchange_method: 'token_exchange_method',
  authorization_content_type: 'authorization_content_type',
};

type Settings = Omit<ForeignAuth, 'withheld' | 'warnings'>;

function keyForm(auth: AuthObject, more: ForeignFields = {}): Settings {
  const type = texts(auth, { auth_type: 'authorization_type' })['auth_type'];
  const placement: ForeignFields = { auth_type: type ?? { value: 'bearer', pointer: auth.pointer }, ...more };
  const needs = 'per_user' in more ? [] : ['api_key'];
  if (type?.value !== 'custom') return { type: 'api_key', fields: placement, needs, pointer: auth.pointer };
  const header = texts(auth, { custom_header_name: 'custom_auth_header' });
  const fields = { ...placement, ...header };
  return { type: 'api_key', fields, needs: [...needs, 'custom_header_name'], pointer: auth.pointer };
}

function oauthForm(auth: AuthObject, { authorization_url, token_url }: UrlNames): Settings {
  const scope = member(auth.value, 'scope');
  const fields = {
    ...texts(auth, { authorization_url, token_url, ...SAME_NAMES }),
    // An empty one is meant: nothing is asked for, whatever the document offers.
    ...(scope === '' && { scope: { value: scope, pointer: `${auth.pointer}/scope` } }),
  };
  const needs = ['client_id', 'client_secret', 'authorization_url', 'token_url'];
  return { type: 'oauth', fields, needs, pointer: auth.pointer };
}

function withCredentials(
  holder: Located<JsonObject>,
  settings: Settings,
  warnings: Finding[],
  names: Record<string, string>,
): ForeignAuth {
  const { fields, withheld, warnings: found } = readCredentials(holder, names);
  return { ...settings, fields: { ...settings.fields, ...fields }, withheld, warnings: [...warnings, ...found] };
}

/** Members that are text, by our names of them; empty ones are as good as absent. */
function texts({ value, pointer }: AuthObject, names: Record<string, string>): Record<string, Located<string>> {
  const fields: Record<string, Located<string>> = {};
  for (const [ours, theirs] of Object.entries(names)) {
    const found = member(value, theirs) ?? '';
    const place = `${pointer}/${theirs}`;
    if (typeof found !== 'string') throw invalidForm([{ pointer: place, message: `${theirs} must be text` }]);
    if (found !== '') fields[ours] = { value: found, pointer: place };
  }
  return fields;
}

function verificationTokens({ value, pointer }: AuthObject): Finding[] {
  const tokens = member(value, 'verification_tokens');
  if (!isObject(tokens) || Object.keys(tokens).length === 0) return [];
  const message =
    'verification_tokens prove to another platform whose the API is; they are not needed here, nor stored';
  return [{ code: 'verification_tokens_ignored', message, pointer: `${pointer}/verification_tokens` }];
}
