import { HIDDEN } from '../common/index.js';
import { isWordy } from './mask.js';

/**
 * How the value of a parameter or field is shown: `id` as it is, `scope` and `url` by their parts, `prose` without what looks like a
 * secret, `code` where it is an error's, `time` where it is one.
 */
export type Kind = 'id' | 'scope' | 'url' | 'prose' | 'code' | 'time';

/** Names whose values are worth showing and are no secrets. Every other is hidden. */
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

/** @returns `undefined` for a name whose value is hidden; `errorSummary` is the same name as `error_summary` */
export function kindOf(name: string): Kind | undefined {
  return KIND_OF.get(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase());
}

/** Whether a short value under this name may be a secret, where all the others are shown. */
export function isSecretName(name: string): boolean {
  return /token|secret|passw|pwd|verif|assert|ticket|session|cookie|nonce|key|code|state|otp|pin$|sid$|jwt|sig|cred|auth/i.test(
    name,
  );
}

/** The name itself, unless it is something else than a name. */
export function safeName(name: string): string {
  const isName = /^[a-z_$@][\w.:$@[\]-]{0,59}$/i.test(name) && (name.length < 20 || isWordy(name));
  return isName ? name : HIDDEN;
}
