import { grantedScopes } from '../oauth/index.js';

/**
 * Tells whether a schema asks for scope that a sign-in did not ask for, so that another sign-in can grant more. What the provider granted does
 * not count: providers rename and drop scopes, and would do so again.
 *
 * @param requested the scope that the sign-in asked for; `null` if it asked for none
 */
export function needsConsent({ scope }: Record<string, unknown>, requested: string | null): boolean {
  const asked = new Set(grantedScopes(requested ?? ''));
  return typeof scope === 'string' && grantedScopes(scope).some((each) => !asked.has(each));
}
