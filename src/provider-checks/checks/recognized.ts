import { EgressError } from '../../egress/index.js';
import { RULES, type Facts, OTHERS, endpointOf, textOf, type Rule, SETTINGS } from '../../traces/index.js';
import { failure, warning, type Finding } from '../finding.js';

/**
 * What the traces of sign-ins recognize in an answer. The settings are judged once and not with each answer; and what is said of words
 * that are not known speaks of a trace.
 */
const ANSWERS: readonly Rule[] = RULES.filter((rule) => !SETTINGS.includes(rule) && !OTHERS.includes(rule));

/** The fields that are to be changed, where that is not the one whose URL was asked. */
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

/** What may be over the next time. */
const PASSING = new Set(['rate_limited', 'provider_failing']);

/** What the diagnosis of a trace would say, as a finding. */
export function recognized(facts: Facts, rules = ANSWERS): Finding | undefined {
  const rule = rules.find(({ matches }) => matches(facts));
  if (!rule) return undefined;
  const field = FIELDS[rule.code] ?? endpointOf(facts).field;
  const found = PASSING.has(rule.code) ? warning : failure;
  return found(rule.code, field, textOf(rule.wrong, facts), textOf(rule.change, facts));
}

/** Why there was no answer. @param facts phase and settings */
export function unanswered(facts: Facts, error: EgressError): Finding {
  const { code, message } = error;
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  const known = recognized({ ...facts, failure: { code, reason, message } });
  return known ?? failure('no_answer', endpointOf(facts).field, `There was no answer: ${message}.`, 'Check again.');
}
