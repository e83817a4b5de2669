import type { ActionAuth } from './auth-schema-definition.js';
import type { AuthSelection } from './auth-selections.js';

/** The setting of the schema `none` that names the fields which the intended schema lacks. */
const MISSING_FIELDS = 'missing_fields';

/**
 * Marks the schema `none` as standing in for one that is incomplete: calls that need a credential are refused until it is replaced.
 *
 * @param fields the names of what the intended schema lacks
 */
export function markIncomplete(none: AuthSelection, fields: readonly string[]): AuthSelection {
  return { ...none, authSettings: { ...none.authSettings, [MISSING_FIELDS]: fields } };
}

/** Returns the names of what the intended schema lacks; `undefined` if the action's schema is complete. */
export function missingFields({
  authType,
  authSettings,
}: Pick<ActionAuth, 'authType' | 'authSettings'>): string[] | undefined {
  return authType === 'none' ? (authSettings[MISSING_FIELDS] as string[] | undefined) : undefined;
}
