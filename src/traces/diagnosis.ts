import type { Facts } from './facts/facts.js';
import { withFormLabels } from './form-labels.js';
import { AUTHORIZATION } from './rules/authorization.js';
import { CLIENT } from './rules/client.js';
import { ENDPOINT, UNREADABLE } from './rules/endpoint.js';
import { GRANTED } from './rules/granted.js';
import { GRANTS, OTHERS } from './rules/grants.js';
import { NETWORK } from './rules/network.js';
import { REJECTIONS } from './rules/rejections.js';
import { quotedCode, textOf, type Rule } from './rules/rule.js';
import { SETTINGS } from './rules/settings.js';

/** A recognized problem: what is wrong, in plain words, and what to change. */
export interface Diagnosis {
  code: string;
  text: string;
}

/** All rules by priority: our own observations before the provider's words, specific rules before general ones. */
export const RULES: readonly Rule[] = [
  ...REJECTIONS,
  ...NETWORK,
  ...SETTINGS,
  ...AUTHORIZATION,
  ...ENDPOINT,
  ...CLIENT,
  ...GRANTS,
  ...UNREADABLE,
  ...OTHERS,
  ...GRANTED,
];

/**
 * Diagnoses a step: says what is wrong and what to change.
 *
 * The text contains no secrets. Of the provider's response it quotes only an error code; the rest is in the step itself.
 *
 * @returns `undefined` if nothing is wrong, or no rule matches
 */
export function diagnose(facts: Facts): Diagnosis | undefined {
  // If tokens were granted, only the rules for granted tokens apply.
  const rule = (facts.granted ? GRANTED : RULES).find(({ matches }) => matches(facts));
  if (!rule) return undefined;
  const advice = withFormLabels(textOf(rule.change, facts));
  const text = withProviderCode(`${textOf(rule.problem, facts)} ${advice}`, facts);
  return { code: rule.code, text: facts.rejection === 'no_state' ? withProviderError(text, facts) : text };
}

/** Puts the error that came without `state` first, because it is why the sign-in failed. */
function withProviderError(text: string, facts: Facts): string {
  if (facts.error === undefined) return text;
  const reason = diagnose({ ...facts, rejection: undefined })?.text ?? '';
  return `The provider responded with the error ${quotedCode(facts)}. ${reason} Besides: ${text}`;
}

/** Appends the provider's error code, which its documentation explains (provider quirk 3), if the text lacks it. */
function withProviderCode(text: string, { providerCode }: Facts): string {
  return providerCode === undefined || text.includes(providerCode)
    ? text
    : `${text} The provider's error code: ${providerCode}.`;
}
