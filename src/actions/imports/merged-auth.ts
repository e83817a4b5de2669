import { CountersignError, type FieldError } from '../../common/index.js';
import type { AuthFields } from '../../auth-registry/index.js';
import type { ForeignAuth } from './auth-form.js';
import { invalidForm } from './invalid-form.js';

/** A schema put together from a form and from what the client wants otherwise. */
export interface MergedAuth {
  fields: AuthFields;
  /** The form that it still speaks for; `undefined` where the client selected another schema altogether. */
  form?: ForeignAuth;
}

/** @param own the client's fields, which win; where they name another schema, nothing of the form's is left */
export function mergeAuth(form: ForeignAuth, own: Record<string, unknown>): MergedAuth {
  const type = own['type'] ?? form.type;
  if (type !== form.type) return { fields: own as AuthFields };
  const values = Object.entries(form.fields).map(([name, { value }]) => [name, value]);
  return { fields: { ...Object.fromEntries(values), ...own, type: form.type }, form };
}

/**
 * What keeps a schema from being selected although nothing that is there is wrong.
 *
 * @param error why it was refused, with pointers below `/auth`
 * @returns the names of fields that are absent; `undefined` where something else is wrong
 */
export function absentFields(error: CountersignError, fields: AuthFields): string[] | undefined {
  if (error.code !== 'invalid_request' || error.errors.length === 0) return undefined;
  const names = error.errors.map(({ pointer }) => fieldOf(pointer) ?? 'type');
  return names.every((name) => isAbsent(fields, name)) ? names : undefined;
}

export function isAbsent(fields: AuthFields, name: string): boolean {
  return fields[name] === undefined || fields[name] === null;
}

/** A refusal of fields that the client did not write, but the form: its pointers lead there, and the form cannot be imported. */
export function blameForm(error: CountersignError, { form }: MergedAuth, own: object): CountersignError {
  let isOfForm = false;
  const errors = error.errors.map(({ pointer, message }): FieldError => {
    const name = fieldOf(pointer) ?? '';
    const place = Object.hasOwn(own, name) ? undefined : form?.fields[name]?.pointer;
    isOfForm ||= place !== undefined;
    return { pointer: place ?? pointer, message };
  });
  return isOfForm && error.code === 'invalid_request' ? invalidForm(errors) : error;
}

function fieldOf(pointer: string): string | undefined {
  return /^\/auth\/([^/]+)/.exec(pointer)?.[1];
}
