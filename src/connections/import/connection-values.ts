import type { Action } from '../../actions/index.js';
import type { FieldError } from '../../common/index.js';
import {
  ConnectionValueRefusedError,
  connectionServerUrl,
  readConnectionValues,
  type ConnectionValues,
  type ValueRules,
} from '../../oauth/index.js';

/**
 * Reads the values of an imported connection, under the same rules as those of a sign-in.
 *
 * @param values as the provider returns them, before the pattern takes a part of them
 * @returns the values to store, or errors with pointers into the request
 */
export function readImportedValues(
  { authSettings, serverUrl }: Pick<Action, 'authSettings' | 'serverUrl'>,
  values: Record<string, string> | null | undefined,
): { values?: ConnectionValues; errors: FieldError[] } {
  const rules: ValueRules = { ...authSettings, serverUrl };
  const defined = rules.connection_values ?? [];
  const names = Object.keys(values ?? {});
  const errors = names
    .filter((name) => !defined.some((value) => value.name === name))
    .map(() => error("the action's authentication schema defines no value of this name"));
  const read: Record<string, string> = {};
  for (const value of defined) {
    const wanted = { ...value, from: 'token', pointer: `/${value.name}` } as const;
    try {
      Object.assign(read, readConnectionValues({ connection_values: [wanted] }, 'token', values ?? {}));
    } catch (refused) {
      errors.push(errorOf(refused));
    }
  }
  if (errors.length > 0 || defined.length === 0) return { errors };
  try {
    connectionServerUrl(rules, read);
    return { values: read, errors };
  } catch (refused) {
    return { errors: [errorOf(refused)] };
  }
}

function errorOf(refused: unknown): FieldError {
  if (!(refused instanceof ConnectionValueRefusedError)) throw refused;
  return error(refused.message);
}

function error(message: string): FieldError {
  return { pointer: '/values', message };
}
