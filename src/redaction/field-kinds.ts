import { HIDDEN } from '../common/index.js';
import { isWordy } from './mask.js';

/**
 * Kinds of values that are shown: `id` unchanged, `scope` and `url` by their parts, `prose` without text that looks like a secret, `code` if
 * it is an error code, `time` if it is a valid time.
 */
export type Kind = 'id' | 'scope' | 'url' | 'prose' | 'code' | 'time';

/** Names whose values are useful and not secret. The values of all other names are hidden. */
const KINDS: Readonly<Record<Kind, string>> = {
  id: 'client_id',
  scope: 'scope scopes user_scope',
  url: 'redirect_uri resource audience iss error_uri',
  prose: `response_type response_mode grant_type token_type token_type_hint code_challenge_method access_type prompt approval_prompt
    display duration include_granted_scopes token_access_type error error_description error_message error_msg error_hint error_reason
    error_summary error_type error_codes error_subcode error_code message msg reason status title detail hint type object ok`,
  code: 'code',
  time: `expires_in ext_expires_in refresh_expires_in refresh_token_expires_in x_refresh_token_expires_in expires_at expires_on expires
    not_before created_at issued_at iat exp timestamp`,
};

const KIND_OF = new Map(
  Object.entries(KINDS).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind as Kind])),
);

/** Returns the kind of a name; `undefined` if its value is hidden. `errorSummary` counts as `error_summary`. */
export function kindOf(name: string): Kind | undefined {
  return KIND_OF.get(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase());
}

/** Returns whether a value with this name may be a secret, in contexts where values are shown by default. */
export function isSecretName(name: string): boolean {
  return /token|secret|passw|pwd|verif|assert|ticket|session|cookie|nonce|key|code|state|otp|pin$|sid$|jwt|sig|cred|auth/i.test(
    name,
  );
}

/** Returns the name, or `[HIDDEN]` if it might be something other than a name, such as a token. */
export function redactFieldName(name: string): string {
  const isName = /^[a-z_$@][\w.:$@[\]-]{0,59}$/i.test(name) && (name.length < 20 || isWordy(name));
  return isName ? name : HIDDEN;
}
