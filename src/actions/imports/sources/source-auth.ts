import { isObject, type Finding, type JsonObject, type Located, member, stringMember } from '@countersign/openapi';
import { readCredentials } from './credentials.js';
import { invalidImport, readAll } from './invalid-import.js';
import { readTexts } from './texts.js';

/** Fields of our authentication schema, each with its pointer into the source. */
export type SourceFields = Record<string, Located<string | boolean>>;

/** The authentication settings of a source, mapped to our authentication schemas. */
export interface SourceAuth {
  type: 'none' | 'api_key' | 'oauth';
  fields: SourceFields;
  /** Fields that the schema requires. */
  needs: readonly string[];
  /** Credentials that the source has but does not reveal. */
  withheld: readonly string[];
  /** Points to the settings in the source. */
  pointer: string;
  warnings: Finding[];
}

/** The source's names of the authorization URL and the token URL. */
export interface UrlNames {
  authorization_url: string;
  token_url: string;
}

type AuthObject = Located<JsonObject>;

/**
 * Reads the `auth` object of plugin manifests, ChatGPT actions and LibreChat actions. They differ only in the meaning of its two URLs.
 *
 * @param holder the object with `auth` and the credentials, if any
 * @throws {CountersignError} `invalid_import`
 */
export function readSourceAuth(holder: Located<JsonObject>, urls: UrlNames): SourceAuth {
  const pointer = `${holder.pointer}/auth`;
  const value = member(holder.value, 'auth');
  if (!isObject(value)) throw invalidImport([{ pointer, message: 'auth must be an object with a type' }]);
  const auth = { value, pointer };
  const warnings = verificationTokens(auth);
  const places = [holder, auth];
  switch (stringMember(value, 'type')) {
    case 'none':
      return { type: 'none', fields: {}, needs: [], withheld: [], pointer, warnings };
    case 'service_http':
      return {
        ...withCredentials(places, () => apiKeySettings(auth), warnings, API_KEY),
        withheld: [],
      };
    case 'user_http':
      return {
        ...apiKeySettings(auth, { per_user: { value: true, pointer: `${pointer}/type` } }),
        withheld: [],
        warnings,
      };
    case 'oauth': {
      const source = withCredentials(places, () => oauthSettings(auth, urls), warnings, OAUTH_CLIENT);
      // Both platforms require a secret, so one that is not there was left out.
      return { ...source, withheld: Object.keys(OAUTH_CLIENT).filter((name) => !(name in source.fields)) };
    }
    default: {
      const message =
        'type must be one of none, service_http, user_http, oauth; to send a schema of Countersign, use POST /v1/gpts/{gpt_id}/actions';
      throw invalidImport([{ pointer: `${pointer}/type`, message }]);
    }
  }
}

/** The names of credentials beside `auth`, or in it, by our field names. */
const API_KEY = { api_key: ['api_key'] };
const OAUTH_CLIENT = {
  client_id: ['oauth_client_id', 'client_id'],
  client_secret: ['oauth_client_secret', 'client_secret'],
};

/** Unambiguous names, which exports written by hand use. */
const PLAIN_URLS: UrlNames = { authorization_url: 'authorization_url', token_url: 'token_url' };

/** Members whose names match ours. */
const SAME_NAMES = {
  scope: 'scope',
  token_exchange_method: 'token_exchange_method',
  authorization_content_type: 'authorization_content_type',
};

type Settings = Omit<SourceAuth, 'withheld' | 'warnings'>;

function apiKeySettings(auth: AuthObject, more: SourceFields = {}): Settings {
  const type = readTexts(auth, { auth_type: 'authorization_type' })['auth_type'];
  const placement: SourceFields = { auth_type: type ?? { value: 'bearer', pointer: auth.pointer }, ...more };
  const needs = 'per_user' in more ? [] : ['api_key'];
  if (type?.value !== 'custom') return { type: 'api_key', fields: placement, needs, pointer: auth.pointer };
  const header = readTexts(auth, { custom_header_name: 'custom_auth_header' });
  const fields = { ...placement, ...header };
  return { type: 'api_key', fields, needs: [...needs, 'custom_header_name'], pointer: auth.pointer };
}

function oauthSettings(auth: AuthObject, urls: UrlNames): Settings {
  const { authorization_url, token_url } = member(auth.value, 'token_url') === undefined ? urls : PLAIN_URLS;
  const scope = member(auth.value, 'scope');
  const fields = {
    ...readTexts(auth, { authorization_url, token_url, ...SAME_NAMES }),
    // An empty scope is intended: request no scope, even if the document suggests some.
    ...(scope === '' && { scope: { value: scope, pointer: `${auth.pointer}/scope` } }),
  };
  const needs = ['client_id', 'client_secret', 'authorization_url', 'token_url'];
  return { type: 'oauth', fields, needs, pointer: auth.pointer };
}

function withCredentials(
  places: readonly Located<JsonObject>[],
  readSettings: () => Settings,
  warnings: Finding[],
  names: Record<string, readonly string[]>,
): SourceAuth {
  const [settings, credentials] = readAll(readSettings, () => readCredentials(places, names));
  const { fields, withheld, warnings: found } = credentials;
  return { ...settings, fields: { ...settings.fields, ...fields }, withheld, warnings: [...warnings, ...found] };
}

function verificationTokens({ value, pointer }: AuthObject): Finding[] {
  const tokens = member(value, 'verification_tokens');
  if (!isObject(tokens) || Object.keys(tokens).length === 0) return [];
  const message = 'verification_tokens prove the ownership of the API to another platform; they are not used or stored';
  return [{ code: 'verification_tokens_ignored', message, pointer: `${pointer}/verification_tokens` }];
}
