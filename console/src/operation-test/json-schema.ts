/** A JSON Schema 2020-12 of a tool definition. */
export type JsonSchema = Record<string, unknown>;

/** The kind of input for a value. Values of kind `json` are edited as JSON. */
export type Kind =
  | { kind: 'text'; isLong: boolean; isDate: boolean; hint?: string }
  | { kind: 'number'; isInteger: boolean }
  | { kind: 'boolean' }
  | { kind: 'choice'; values: unknown[] }
  | { kind: 'choices'; values: unknown[] }
  | { kind: 'list'; hasNumbers: boolean }
  | { kind: 'object'; properties: Property[] }
  | { kind: 'json' };

export interface Property {
  name: string;
  schema: JsonSchema;
  isRequired: boolean;
}

/** The maximum depth of nested fieldsets. Deeper objects are edited as JSON. */
const MAX_LEVELS = 4;

/** Names of texts that usually have several lines. */
const MULTI_LINE_NAMES = /^(body|content|text|message|description|notes?|comment)$/i;

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows references to `$defs`, and removes `null` from nullable schemas: an empty field is not sent. */
export function resolved(schema: unknown, root: JsonSchema, hops = 0): JsonSchema {
  if (!isObject(schema) || hops > 20) return {};
  const { $ref } = schema;
  if (typeof $ref === 'string' && $ref.startsWith('#/$defs/')) {
    const name = decodeURIComponent($ref.slice('#/$defs/'.length)).replaceAll('~1', '/').replaceAll('~0', '~');
    const { $ref: _, ...own } = schema;
    return { ...resolved((root['$defs'] as JsonSchema | undefined)?.[name], root, hops + 1), ...own };
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    const [only, ...others] = parts.filter((part) => !isObject(part) || part['type'] !== 'null');
    if (only === undefined || others.length > 0 || 'properties' in schema) continue;
    const { [keyword]: _, ...own } = schema;
    return { ...resolved(only, root, hops + 1), ...own };
  }
  return schema;
}

/** @param schema resolved */
export function kindOf(schema: JsonSchema, root: JsonSchema, name = '', level = 0): Kind {
  const types = [schema['type']].flat().filter((type) => type !== undefined && type !== 'null');
  if (['anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema) || types.length > 1) return { kind: 'json' };
  if (Array.isArray(schema['enum']))
    return { kind: 'choice', values: schema['enum'].filter((value) => value !== null) };
  if ('const' in schema) return { kind: 'choice', values: [schema['const']] };
  switch (types[0]) {
    case 'string':
      return text(schema, name);
    case 'integer':
    case 'number':
      return { kind: 'number', isInteger: types[0] === 'integer' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return list(resolved(schema['items'], root));
    case 'object':
      return level < MAX_LEVELS ? object(schema) : { kind: 'json' };
    default:
      return { kind: 'json' };
  }
}

function text(schema: JsonSchema, name: string): Kind {
  const format = typeof schema['format'] === 'string' ? schema['format'] : undefined;
  const hint = format === 'date-time' ? '2026-01-31T09:00:00Z' : format;
  return { kind: 'text', isLong: MULTI_LINE_NAMES.test(name), isDate: format === 'date', hint };
}

function list(items: JsonSchema): Kind {
  if (Array.isArray(items['enum'])) return { kind: 'choices', values: items['enum'] };
  const type = items['type'];
  if (type === 'string') return { kind: 'list', hasNumbers: false };
  return type === 'integer' || type === 'number' ? { kind: 'list', hasNumbers: true } : { kind: 'json' };
}

function object(schema: JsonSchema): Kind {
  const { properties } = schema;
  if (!isObject(properties) || Object.keys(properties).length === 0) return { kind: 'json' };
  return { kind: 'object', properties: propertiesOf(schema) };
}

export function propertiesOf({ properties, required }: JsonSchema): Property[] {
  const names = Array.isArray(required) ? required : [];
  return Object.entries((properties ?? {}) as Record<string, JsonSchema>)
    .filter(([, schema]) => !isObject(schema) || schema['readOnly'] !== true)
    .map(([name, schema]) => ({ name, schema, isRequired: names.includes(name) }));
}

/** The initial value of a form: defaults, and examples for required values. */
export function initialValue(schema: JsonSchema, root: JsonSchema, isRequired: boolean, level = 0): unknown {
  const own = resolved(schema, root);
  if ('default' in own && own['default'] !== null) return own['default'];
  if ('const' in own && isRequired) return own['const'];
  if (isRequired && exampleOf(own) !== undefined) return exampleOf(own);
  if (kindOf(own, root, '', level).kind !== 'object') return undefined;
  const values = propertiesOf(own).map(({ name, isRequired: isNeeded, schema: property }) => {
    return { name, isNeeded, value: initialValue(property, root, isNeeded, level + 1) };
  });
  // An optional object that is incomplete would be rejected.
  if (!isRequired && values.some(({ isNeeded, value }) => isNeeded && value === undefined)) return undefined;
  const given = values.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value] as const);
  return given.length > 0 || isRequired ? Object.fromEntries(given) : undefined;
}

export function exampleOf({ examples }: JsonSchema): unknown {
  return Array.isArray(examples) ? examples[0] : undefined;
}
