import { AUTHORIZATION } from './rules/authorization.js';
import { CLIENT } from './rules/client.js';
import { ENDPOINT, UNREADABLE } from './rules/endpoint.js';
import type { Facts } from './rules/facts.js';
import { GRANTED } from './rules/granted.js';
import { GRANTS, OTHERS } from './rules/grants.js';
import { NETWORK } from './rules/network.js';
import { REFUSALS } from './rules/refusals.js';
import { textOf, type Rule } from './rules/rule.js';
import { SETTINGS } from './rules/settings.js';

export type { Facts } from './rules/facts.js';

/** A mistake that was recognized: what is wrong, in plain words, and what to change. */
export interface Diagnosis {
  code: string;
  text: string;
}

/** All mistakes that are recognized, the surest first: what is nobody's words before the provider's, the special before the general. */
export const RULES: readonly Rule[] = [
  ...REFUSALS,
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
 * Says what is wrong in a step, and what to change.
 *
 * The text has no secret in it and nothing of the provider's words but an error code: these stand in the step itself.
 *
 * @returns `undefined` where nothing is wrong, or nothing that is known
 */
export function diagnose(facts: Facts): Diagnosis | undefined {
  // Where tokens were granted, only what will not go as it is thought is wrong.
  const rule = (facts.granted ? GRANTED : RULES).find(({ matches }) => matches(facts));
  return (
    rule && { code: rule.code, text: quoting(facts, `${textOf(rule.wrong, facts)} ${textOf(rule.change, facts)}`) }
  );
}

/** Builders look a provider's own error code up in its documentation (PROVIDERS 3). */
function quoting({ said }: Facts, text: string): string {
  return said === undefined || text.includes(said) ? text : `${text} The provider's own word for it: ${said}.`;
}
