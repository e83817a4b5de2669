import { CountersignError, type FieldError } from '../../common/index.js';
import type { AuthFields } from '../../auth-registry/index.js';
import type { SourceAuth } from './sources/source-auth.js';
import { invalidImport } from './sources/invalid-import.js';

/** An authentication schema merged from a source and the client's own fields. */
export interface MergedAuth {
  fields: AuthFields;
  /** The source; `undefined` if the client selected another schema type. */
  source?: SourceAuth;
}

/** Merges a source with the client's fields, which take precedence. Another schema type replaces the source entirely. */
export function mergeAuth(source: SourceAuth, own: Record<string, unknown>): MergedAuth {
  const type = own['type'] ?? source.type;
  if (type !== source.type) return { fields: own as AuthFields };
  const values = Object.entries(source.fields).map(([name, { value }]) => [name, value]);
  return { fields: { ...Object.fromEntries(values), ...own, type: source.type }, source };
}

/**
 * Returns the missing fields if they are the only reason why a schema was rejected.
 *
 * @param error the rejection, with pointers below `/auth`
 * @returns the names of the missing fields; `undefined` if other fields are invalid
 */
export function absentFields(error: CountersignError, fields: AuthFields): string[] | undefined {
  if (error.code !== 'invalid_request' || error.errors.length === 0) return undefined;
  const names = error.errors.map(({ pointer }) => fieldOf(pointer) ?? 'type');
  return names.every((name) => isAbsent(fields, name)) ? names : undefined;
}

export function isAbsent(fields: AuthFields, name: string): boolean {
  return fields[name] === undefined || fields[name] === null;
}

/**
 * Points errors at the source if the invalid fields come from there, or if the client sent no fields. An invalid request is then
 * `invalid_import`.
 */
export function pointErrorsAtSource(error: CountersignError, { source }: MergedAuth, own: object): CountersignError {
  if (source === undefined || error.errors.length === 0) return error;
  const isAlone = Object.keys(own).length === 0;
  let isFromSource = false;
  const errors = error.errors.map(({ pointer, message }): FieldError => {
    const name = fieldOf(pointer) ?? '';
    const place = Object.hasOwn(own, name) ? undefined : (source.fields[name]?.pointer ?? (isAlone && source.pointer));
    isFromSource ||= Boolean(place);
    return { pointer: place || pointer, message };
  });
  if (!isFromSource) return error;
  if (error.code === 'invalid_request') return invalidImport(errors);
  return new CountersignError(error.code, error.message, errors, { cause: error.cause });
}

function fieldOf(pointer: string): string | undefined {
  return /^\/auth\/([^/]+)/.exec(pointer)?.[1];
}
