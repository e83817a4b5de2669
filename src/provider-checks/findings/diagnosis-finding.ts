import type { EgressError } from '../../egress/index.js';
import { RULES, type Facts, OTHERS, endpointOf, textOf, type Rule, SETTINGS } from '../../traces/index.js';
import type { Finding } from './finding.js';
import { errorFinding, warningFinding } from './finding.js';

/**
 * Rules of diagnoses that apply to a response. Settings are checked once, not for each response, and the texts of {@link OTHERS} refer to a
 * trace.
 */
const RESPONSE_RULES: readonly Rule[] = RULES.filter((rule) => !SETTINGS.includes(rule) && !OTHERS.includes(rule));

/** Fields that findings refer to, if not the field of the URL that was requested. */
const FIELDS: Readonly<Record<string, string>> = {
  redirect_uri_not_registered: 'callback_url',
  redirect_uri_not_https: 'callback_url',
  pkce_required: 'pkce',
  pkce_refused: 'pkce',
  pkce_verifier_mismatch: 'pkce',
  scope_invalid: 'scope',
  resource_unknown: 'resource',
  login_required: 'authorization_params',
  client_unknown: 'client_id',
  client_not_allowed: 'client_id',
  client_id_is_placeholder: 'client_id',
  client_auth_unsupported: 'token_exchange_method',
  client_secret_unwanted: 'client_secret',
  client_secret_missing: 'client_secret',
  client_secret_expired: 'client_secret',
  client_secret_wrong: 'client_secret',
  client_secret_lost: 'token_exchange_method',
  client_method_unsupported: 'token_exchange_method',
  client_refused: 'token_exchange_method',
  content_type_refused: 'authorization_content_type',
  form_expected: 'authorization_content_type',
  json_expected: 'authorization_content_type',
  token_elsewhere: 'token_path',
};

/** Problems that may be temporary. */
const TEMPORARY = new Set(['rate_limited', 'provider_failing']);

/** Returns the diagnosis of the facts as a finding; `undefined` if no rule matches. */
export function diagnosisFinding(facts: Facts, rules = RESPONSE_RULES): Finding | undefined {
  const rule = rules.find(({ matches }) => matches(facts));
  if (!rule) return undefined;
  const field = FIELDS[rule.code] ?? endpointOf(facts).field;
  const create = TEMPORARY.has(rule.code) ? warningFinding : errorFinding;
  return create(rule.code, field, textOf(rule.problem, facts), textOf(rule.change, facts));
}

/**
 * Returns the finding for a request that got no response.
 *
 * @param facts phase and settings
 */
export function noResponseFinding(facts: Facts, error: EgressError): Finding {
  const { code, message } = error;
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  const known = diagnosisFinding({ ...facts, failure: { code, reason, message } });
  return (
    known ?? errorFinding('no_answer', endpointOf(facts).field, `There was no response: ${message}.`, 'Check again.')
  );
}
