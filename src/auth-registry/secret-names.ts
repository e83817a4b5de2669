import { HIDDEN } from '../common/index.js';
import type { AuthFields, AuthSchemaDefinition } from './auth-schema-definition.js';

/** The fields of a schema by how they are stored. */
interface DividedFields {
  settings: Record<string, unknown>;
  /** The secrets by name: the field, or the field and the escaped name of its member, such as `token_headers/X-Key`. */
  secrets: Record<string, string>;
  /** The names of the secrets that the client keeps with `[HIDDEN]`. */
  kept: string[];
}

/** Separates the secrets of a schema from its settings. */
export function divide(schema: AuthSchemaDefinition, fields: AuthFields): DividedFields {
  const divided: DividedFields = { settings: {}, secrets: {}, kept: [] };
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'type') continue;
    const secrets = secretsIn(schema, field, value);
    if (!secrets) divided.settings[field] = value;
    for (const [name, secret] of secrets ?? []) {
      if (secret === HIDDEN) divided.kept.push(name);
      else divided.secrets[name] = secret;
    }
  }
  return divided;
}

function secretsIn(schema: AuthSchemaDefinition, field: string, value: unknown): [string, string][] | undefined {
  if (schema.secretFields.includes(field)) return [[field, value as string]];
  if (!schema.secretMaps.includes(field)) return undefined;
  return Object.entries(value as Record<string, string>).map(([name, secret]) => [
    `${field}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    secret,
  ]);
}

/** Returns secrets by field, those of a map as an object; the reverse of {@link divide}. */
export function secretsByField(secrets: Record<string, string>): Record<string, string | Record<string, string>> {
  const fields: Record<string, string | Record<string, string>> = {};
  for (const [name, secret] of Object.entries(secrets)) {
    const [field = '', member] = name.split('/');
    if (member === undefined) fields[field] = secret;
    else fields[field] = { ...(fields[field] as object), [member.replaceAll('~1', '/').replaceAll('~0', '~')]: secret };
  }
  return fields;
}
